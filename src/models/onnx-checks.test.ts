/** What an ONNX file may not ask for, found before a session is made of it. */
import { create, toBinary } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import { GapscopeError } from "../faults/faults.ts";
import { assemble } from "./assemble.ts";
import type { ModelCard } from "./card.ts";
import {
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  FunctionProtoSchema,
  GraphProtoSchema,
  type ModelProto,
  ModelProtoSchema,
  NodeProtoSchema,
  OperatorSetIdProtoSchema,
  StringStringEntryProtoSchema,
  TensorProto_DataLocation,
  TensorProto_DataType,
  TensorProtoSchema,
  ValueInfoProtoSchema,
} from "./onnx.generated.ts";
import { readGraph } from "./onnx.ts";
import { checkModel } from "./onnx-checks.ts";

type Tensor = Parameters<typeof create<typeof TensorProtoSchema>>[1];

const node = (opType: string, domain = "") =>
  create(NodeProtoSchema, { opType, domain, input: ["image"], output: [`${domain}${opType}`] });
const tensor = (facts: Tensor) =>
  create(TensorProtoSchema, { name: "gain", dataType: TensorProto_DataType.FLOAT, dims: [2n], ...facts });
const external = (location: string, more: Readonly<Record<string, string>> = {}) =>
  tensor({
    dataLocation: TensorProto_DataLocation.EXTERNAL,
    externalData: Object.entries({ location, ...more }).map(([key, value]) =>
      create(StringStringEntryProtoSchema, { key, value }),
    ),
  });

function model({ nodes = [node("Relu")], tensors = [tensor({ floatData: [1, 2] })] } = {}): ModelProto {
  return create(ModelProtoSchema, {
    irVersion: 8n,
    opsetImport: [create(OperatorSetIdProtoSchema, { domain: "", version: 17n })],
    graph: create(GraphProtoSchema, {
      input: [create(ValueInfoProtoSchema, { name: "image" })],
      node: nodes,
      initializer: tensors,
    }),
  });
}

/** An If whose branch is a graph of these. */
function within(parts: Parameters<typeof model>[0]): ModelProto {
  const { graph } = model(parts);
  const attribute = create(AttributeProtoSchema, {
    name: "then_branch",
    type: AttributeProto_AttributeType.GRAPH,
    ...(graph === undefined ? {} : { g: graph }),
  });
  return model({ nodes: [create(NodeProtoSchema, { opType: "If", output: ["y"], attribute: [attribute] })] });
}

const bytesOf = (made: ModelProto) => new Uint8Array(toBinary(ModelProtoSchema, made));

async function faultsOf(reading: () => unknown): Promise<string[]> {
  try {
    await reading();
  } catch (error) {
    if (!(error instanceof GapscopeError)) throw error;
    expect(error.code).toBe("subject-refused");
    return error.faults.map(({ code, field, value }) => [code, field, value].filter((part) => part).join(" "));
  }
  return [];
}

const read = (made: ModelProto) => faultsOf(() => readGraph(bytesOf(made), "x.onnx"));

describe("operators", () => {
  it("are those of ONNX Runtime, in the graph and within it", async () => {
    const sound = [
      node("Conv"),
      node("Relu", "ai.onnx"),
      node("FusedConv", "com.microsoft"),
      node("Scaler", "ai.onnx.ml"),
    ];
    expect(await read(model({ nodes: sound }))).toEqual([]);
    for (const made of [model, within]) {
      expect(
        await read(made({ nodes: [node("Relu"), node("Nonsense"), node("Nonsense"), node("Conv", "my.ops")] })),
      ).toEqual(["unknown-operators Nonsense, my.ops.Conv"]);
    }
    expect(await read(model({ nodes: [node("constructor"), node("x", "constructor")] }))).toHaveLength(1);
  });

  it("or functions of the network's own, made of such", async () => {
    const made = model({ nodes: [node("Swish", "mine")] });
    const own = (opType: string) =>
      create(ModelProtoSchema, {
        ...made,
        opsetImport: [...made.opsetImport, create(OperatorSetIdProtoSchema, { domain: "mine", version: 1n })],
        functions: [create(FunctionProtoSchema, { domain: "mine", name: "Swish", node: [node(opType)] })],
      });
    expect(await read(own("Sigmoid"))).toEqual([]);
    expect(await read(own("Nonsense"))).toEqual(["unknown-operators Nonsense"]);
  });

  it("are not more than a hundred thousand, however they are nested", () => {
    const many = Array(60_000).fill(node("Relu"));
    expect(checkModel(within({ nodes: many })).faults).toEqual([]);
    const both = within({ nodes: many });
    both.graph?.node.push(...many);
    expect(checkModel(both).faults).toMatchObject([{ code: "graph-too-large" }]);
  });
});

describe("a constant", () => {
  it("has the numbers that its shape asks for", async () => {
    const sound = [
      tensor({ rawData: new Uint8Array(8) }),
      tensor({ dataType: TensorProto_DataType.FLOAT16, int32Data: [1, 2] }),
      tensor({ dims: [], floatData: [1] }),
      tensor({ dims: [0n, 3n] }),
    ];
    expect(await read(model({ tensors: sound }))).toEqual([]);
    for (const made of [model, within]) {
      expect(await read(made({ tensors: [tensor({ floatData: [1] })] }))).toEqual(["tensor-shape gain 1 numbers"]);
      expect(await read(made({ tensors: [tensor({ rawData: new Uint8Array(9) })] }))).toEqual([
        "tensor-shape gain 9 bytes",
      ]);
      for (const dims of [[-1n], [2n ** 62n, 2n ** 62n], [2n ** 40n, 2n ** 40n]]) {
        expect(await read(made({ tensors: [tensor({ dims, floatData: [1] })] }))).toHaveLength(1);
      }
    }
  });

  it("of a file beside has its place in that file, and no other", async () => {
    const stretch = { offset: "64", length: "8" };
    expect(await read(model({ tensors: [external("w.bin", stretch), external("w.bin")] }))).toEqual([]);
    for (const wrong of [{ length: "12" }, { offset: "-8" }, { offset: "x" }, { length: "1e400" }]) {
      expect(await read(model({ tensors: [external("w.bin", wrong)] }))).toHaveLength(1);
    }
    for (const made of [model, within]) {
      for (const location of ["../w.bin", "/w.bin", "..", "a\\b", "a\0b", ""]) {
        expect((await read(made({ tensors: [external(location)] })))[0]).toMatch(/^external-data-path gain/);
      }
    }
  });
});

describe("files", () => {
  const card = { onnx: "x.onnx", external_data: ["w.bin"] } as unknown as ModelCard; // nothing else of it is read
  const assembled = (network: Blob, weights: number) => {
    const files = [
      { name: "x.onnx", bytes: network },
      { name: "w.bin", bytes: new Blob([new Uint8Array(weights)]) },
    ];
    return faultsOf(() => assemble(card, files, ["Relu"]));
  };

  it("of weights reach as far as the network reads", async () => {
    const network = new Blob([bytesOf(model({ tensors: [external("w.bin", { offset: "64", length: "8" })] }))]);
    expect(await assembled(network, 72)).toEqual([]);
    expect(await assembled(network, 71)).toEqual(["external-data-size gain 71 bytes"]);
  });

  it("larger than ONNX can be are not read", async () => {
    const network = Object.defineProperties(new Blob([]), {
      size: { value: 2 ** 31 },
      arrayBuffer: { value: () => Promise.reject(new Error("it was read")) },
    });
    expect(await assembled(network, 0)).toEqual(["network-too-large 2147483648 bytes"]);
  });
});
