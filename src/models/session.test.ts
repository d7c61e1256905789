import { existsSync, readFileSync } from "node:fs";
import { create, toBinary } from "@bufbuild/protobuf";
import * as ort from "onnxruntime-web";
import { describe, expect, it } from "vitest";
import { GapscopeError } from "../faults/faults.ts";
import { assemble } from "./assemble.ts";
import type { ModelCard } from "./card.ts";
import {
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  OperatorSetIdProtoSchema,
  StringStringEntryProtoSchema,
  TensorProto_DataLocation,
  TensorProto_DataType,
  TensorProtoSchema,
  TensorShapeProto_DimensionSchema,
  TensorShapeProtoSchema,
  TypeProto_TensorSchema,
  TypeProtoSchema,
  ValueInfoProtoSchema,
} from "./onnx.generated.ts";
import { outputsSuffix, readGraph } from "./onnx.ts";
import { NetworkSession, type Runtime, type SessionOptions } from "./session.ts";

/** A network small enough to know by heart: input → Relu "rectified" → GlobalAveragePool "pooled" → Mul by `gain`. */
function tinyNetwork(batch: number | string, { external = "" } = {}): Uint8Array<ArrayBuffer> {
  const dim = (value: number | string) =>
    create(TensorShapeProto_DimensionSchema, {
      value: typeof value === "number" ? { case: "dimValue", value: BigInt(value) } : { case: "dimParam", value },
    });
  const tensor = (name: string, shape: (number | string)[]) =>
    create(ValueInfoProtoSchema, {
      name,
      type: create(TypeProtoSchema, {
        value: {
          case: "tensorType",
          value: create(TypeProto_TensorSchema, {
            elemType: TensorProto_DataType.FLOAT,
            shape: create(TensorShapeProtoSchema, { dim: shape.map(dim) }),
          }),
        },
      }),
    });
  const node = (opType: string, input: string[], output: string) =>
    create(NodeProtoSchema, { opType, input, output: [output] });
  const gain = create(TensorProtoSchema, {
    name: "gain",
    dims: [1n],
    dataType: TensorProto_DataType.FLOAT,
    ...(external === ""
      ? { rawData: new Uint8Array(new Float32Array([10]).buffer) }
      : {
          dataLocation: TensorProto_DataLocation.EXTERNAL,
          externalData: [create(StringStringEntryProtoSchema, { key: "location", value: external })],
        }),
  });
  const model = create(ModelProtoSchema, {
    irVersion: 8n,
    opsetImport: [create(OperatorSetIdProtoSchema, { domain: "", version: 17n })],
    graph: create(GraphProtoSchema, {
      name: "tiny",
      input: [tensor("image", [batch, 3, 2, 2])],
      output: [tensor("scaled", [batch, 3, 1, 1])],
      initializer: [gain],
      node: [
        node("Relu", ["image"], "rectified"),
        node("GlobalAveragePool", ["rectified"], "pooled"),
        node("Mul", ["pooled", "gain"], "scaled"),
      ],
    }),
  });
  return new Uint8Array(toBinary(ModelProtoSchema, model));
}

const options = (more: Partial<SessionOptions> = {}): SessionOptions => ({
  backend: "wasm",
  taps: ["scaled"],
  size: [2, 2],
  layout: "NCHW",
  batch: 4,
  threads: 1,
  ...more,
});
const card = (): ModelCard => ({
  identifier: "tiny",
  onnx: "tiny.onnx",
  external_data: [],
  input: { size: [2, 2], mean: [0, 0, 0], std: [1, 1, 1], layout: "NCHW", range: [0, 1], resize: "bilinear" },
  regions: {},
  visual_degrees: 8,
});
/** Opens a network of these bytes, with files beside it, as the subject worker does. */
const openTiny = async (
  bytes: Uint8Array<ArrayBuffer>,
  given: SessionOptions = options(),
  beside: { name: string; bytes: Blob }[] = [],
) =>
  NetworkSession.open(
    ort,
    await assemble(card(), [{ name: "tiny.onnx", bytes: new Blob([bytes]) }, ...beside], given.taps),
    given,
  );
const images = (n: number): Float32Array => Float32Array.from({ length: n * 12 }, (_, i) => ((i % 7) - 2) / 2);

/** What the tiny network computes, by hand. */
function byHand(input: Float32Array, n: number): { pooled: number[]; scaled: number[] } {
  const pooled = Array.from(
    { length: n * 3 },
    (_, c) => [...input.subarray(c * 4, c * 4 + 4)].reduce((sum, x) => sum + Math.max(0, x), 0) / 4,
  );
  return { pooled, scaled: pooled.map((value) => value * 10) };
}

const faultOf = async (attempt: () => unknown): Promise<string> => {
  try {
    await attempt();
  } catch (error) {
    if (error instanceof GapscopeError) return `${error.code}: ${error.faults.map((fault) => fault.code).join(",")}`;
    throw error;
  }
  return "no fault";
};

describe("a session", () => {
  it.each([1, 3, "N"])("runs a graph whose batch is %s, taking any tensor as a tap", async (batch) => {
    const session = await openTiny(tinyNetwork(batch), options({ taps: ["pooled", "scaled"] }));
    expect(session.facts.batch).toBe(batch === "N" ? 4 : batch);
    const input = images(7);
    const [pooled, scaled] = await session.run(input, 7);
    const expected = byHand(input, 7);
    expect([...(pooled ?? [])].map((x) => +x.toFixed(5))).toEqual(expected.pooled.map((x) => +x.toFixed(5)));
    expect([...(scaled ?? [])].map((x) => +x.toFixed(5))).toEqual(expected.scaled.map((x) => +x.toFixed(5)));
    await session.release();
  });

  it.each([
    ["std::bad_alloc", "out-of-memory"],
    ["Aborted(). Build with -sASSERTIONS for more info.", "out-of-memory"],
    ["memory access out of bounds", "out-of-memory"],
    ["Got invalid dimensions for input: image", "inference-failed"],
  ])("tells want of memory from other failures: %s", async (said, code) => {
    const failing: Runtime = {
      ...ort,
      InferenceSession: { create: () => Promise.reject(new Error(said)) },
    };
    const network = await assemble(card(), [{ name: "tiny.onnx", bytes: new Blob([tinyNetwork(1)]) }], ["scaled"]);
    await expect(NetworkSession.open(failing, network, options())).rejects.toMatchObject({ code });
    const dying: Runtime = {
      ...ort,
      InferenceSession: {
        create: async (...given) =>
          Object.assign(Object.create(await ort.InferenceSession.create(...given)), {
            run: () => Promise.reject(new Error(said)),
          }),
      },
    };
    const session = await NetworkSession.open(dying, network, options());
    await expect(session.run(images(1), 1)).rejects.toMatchObject({ code });
  });

  it("queues overlapping runs", async () => {
    const session = await openTiny(tinyNetwork("N"));
    const inputs = [images(1), images(5), images(2)];
    const outputs = await Promise.all(inputs.map((input, i) => session.run(input, [1, 5, 2][i] ?? 0)));
    expect(outputs.map(([scaled]) => scaled?.length)).toEqual([3, 15, 6]);
    await session.release();
  });

  it("reads weights from a second file", async () => {
    const weights = new Blob([new Float32Array([10])]);
    const beside = [{ name: "gain.bin", bytes: weights }];
    const session = await openTiny(tinyNetwork("N", { external: "gain.bin" }), options(), beside);
    const [scaled] = await session.run(images(2), 2);
    expect(scaled?.[0]).toBeCloseTo(byHand(images(2), 2).scaled[0] ?? Number.NaN, 5);
    await session.release();
  });
});

describe("what is refused", () => {
  it("names the fault", async () => {
    const whole = tinyNetwork("N");
    const open = (bytes: Uint8Array<ArrayBuffer>, more: Partial<SessionOptions> = {}) =>
      faultOf(() => openTiny(bytes, options(more)));
    expect(await open(new Uint8Array())).toBe("subject-refused: not-onnx");
    expect(await open(whole.slice(0, 40))).toBe("subject-refused: not-onnx");
    expect(await open(new TextEncoder().encode("<!doctype html><html></html>"))).toBe("subject-refused: not-onnx");
    expect(await open(whole, { taps: ["fc7"] })).toBe("subject-refused: no-such-tensor");
    expect(await open(whole, { size: [4, 4] })).toBe("subject-refused: input-shape");
    expect(await open(whole, { layout: "NHWC" })).toBe("subject-refused: input-shape");
    expect(await open(tinyNetwork("N", { external: "gain.bin" }))).toBe("subject-refused: missing-external-data");
    for (const location of ["../../etc/passwd", "/etc/passwd", "..", "a\\b"]) {
      expect(await open(tinyNetwork("N", { external: location }))).toBe("subject-refused: external-data-path");
    }
  });

  it("includes operators that ONNX Runtime Web does not have, and graphs of several inputs", async () => {
    const foreign = toBinary(
      ModelProtoSchema,
      create(ModelProtoSchema, { opsetImport: [create(OperatorSetIdProtoSchema, { domain: "my.ops", version: 1n })] }),
    );
    expect(await faultOf(() => readGraph(new Uint8Array([...tinyNetwork("N"), ...foreign]), "x.onnx"))).toBe(
      "subject-refused: unknown-operators",
    );
    const second = toBinary(
      ModelProtoSchema,
      create(ModelProtoSchema, {
        graph: create(GraphProtoSchema, { input: [create(ValueInfoProtoSchema, { name: "mask" })] }),
      }),
    );
    expect(await faultOf(() => readGraph(new Uint8Array([...tinyNetwork("N"), ...second]), "x.onnx"))).toBe(
      "subject-refused: graph-inputs",
    );
  });

  it("is refused by ONNX Runtime with its reason where the graph itself is wrong", async () => {
    const dangling = toBinary(
      ModelProtoSchema,
      create(ModelProtoSchema, {
        graph: create(GraphProtoSchema, {
          node: [
            create(NodeProtoSchema, {
              opType: "Relu",
              input: ["nothing"],
              output: ["more"],
              attribute: [create(AttributeProtoSchema, { name: "x", type: AttributeProto_AttributeType.INT })],
            }),
          ],
        }),
      }),
    );
    const bytes = new Uint8Array([...tinyNetwork("N"), ...dangling]);
    expect(await faultOf(() => openTiny(bytes, options({ taps: ["more"] })))).toBe("inference-failed: ");
  });
});

describe("taps", () => {
  it("are appended without touching what is there", () => {
    const bytes = tinyNetwork("N");
    const both = new Uint8Array([...bytes, ...outputsSuffix(["pooled", "rectified"])]);
    expect(readGraph(both, "x.onnx").outputs).toEqual(["scaled", "pooled", "rectified"]);
    expect(readGraph(both, "x.onnx").tensors).toEqual(readGraph(bytes, "x.onnx").tensors);
  });
});

const SQUEEZENET = new URL("../../../shared/data/models/squeezenet1.1/", import.meta.url);

describe.skipIf(!existsSync(SQUEEZENET))(
  "SqueezeNet 1.1 on its reference input (skipped where ../shared/data is missing)",
  () => {
    /** The values of a little-endian float32 .npy in C order; its header's length stands at byte 8. */
    const npy = (name: string): Float32Array => {
      const bytes = readFileSync(new URL(name, SQUEEZENET));
      return new Float32Array(
        bytes.buffer.slice(bytes.byteOffset + 10 + bytes.readUInt16LE(8), bytes.byteOffset + bytes.length),
      );
    };

    it("gives the reference logits to 2e-4", async () => {
      const bytes = new Uint8Array(readFileSync(new URL("squeezenet1.1.onnx", SQUEEZENET)));
      const session = await openTiny(bytes, options({ taps: ["logits", "fire5"], size: [224, 224] }));
      const [logits, fire5] = await session.run(npy("reference-input_0.npy"), 1);
      const expected = npy("reference-output_0.npy");
      const worst = Math.max(...expected.map((value, i) => Math.abs(value - (logits?.[i] ?? Number.NaN))));
      expect(expected.length).toBe(1000);
      expect(worst).toBeLessThan(2e-4);
      expect(fire5?.length).toBe(256 * 27 * 27);
      await session.release();
    });
  },
);
