/**
 * The writers of this folder against the readers of src/models/checkpoints. That the files are also what the containers'
 * own libraries read (torch 1.13, scipy 1.17, TensorFlow 2.21, safetensors 0.8) was seen once by hand.
 */
import { openAsBlob } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { identify } from "../../models/assemble.ts";
import { openCheckpoint } from "../../models/checkpoints/open.ts";
import { PANEL } from "../../models/panel.ts";
import { generate } from "../generator.ts";
import { mat } from "./mat.ts";
import { panelFile } from "./panel-files.ts";
import { Call, Global, stateDict, Tuple } from "./pickle.ts";
import { safetensors } from "./safetensors.ts";
import { bytesOf, concatenate, type Tensor } from "./tensor.ts";
import { tfBundle } from "./tf-bundle.ts";
import { torchLegacy, torchZip } from "./torch.ts";

function float32(name: string, ...shape: number[]): Tensor {
  return { dtype: "float32", shape, values: () => generate(name, shape) };
}

const matrix = float32("matrix", 3, 5);
const kernels = float32("kernels", 4, 2, 3, 3);
const counter: Tensor = { dtype: "int64", shape: [], values: () => BigInt64Array.of(450450n) };
const doubles: Tensor = { dtype: "float64", shape: [2, 2], values: () => Float64Array.of(0.5, -1, 2 ** 40, 0) };
const tensors = new Map([
  ["a.weight", matrix],
  ["b.weight", kernels],
  ["b.num_batches_tracked", counter],
  ["double", doubles],
]);

function open(chunks: Iterable<Uint8Array>) {
  return openCheckpoint(new Blob([concatenate(chunks)]), "written");
}

async function expectTensors(checkpoint: Awaited<ReturnType<typeof open>>, expected: ReadonlyMap<string, Tensor>) {
  for (const [name, tensor] of expected) {
    const { dtype, shape } = tensor;
    expect(checkpoint.tensors.get(name)).toEqual({ name, dtype, shape });
    expect(await checkpoint.read(name), name).toEqual(Float32Array.from(tensor.values(), Number));
  }
}

describe.each([
  { container: "torch-zip", write: torchZip },
  { container: "torch-legacy", write: torchLegacy },
])("$container", ({ container, write }) => {
  it("holds a state dict", async () => {
    const checkpoint = await open(write(stateDict(tensors)));
    expect(checkpoint.container).toBe(container);
    expect([...checkpoint.tensors.keys()]).toEqual([...tensors.keys()]);
    await expectTensors(checkpoint, tensors);
  });

  it("holds dictionaries in dictionaries, plain values, tensors that share numbers, and what is not known", async () => {
    const address = 140_234_866_358_320n;
    const root = {
      state_dict: stateDict(new Map([["module.a.weight", matrix]])),
      again: { weight: matrix },
      flags: { lr: 0.1, epochs: 70, large: 2 ** 40, noise: null, arch: "né", resumed: true, fp16: false },
      schedule: [new Call(new Global("dill._dill", "_load_type"), ["FunctionType"]), new Tuple([1, -2])],
      optimizer: { state: new Map([[address, { momentum_buffer: kernels }]]), param_groups: [{ params: [address] }] },
    };
    const chunks = [...write(root)];
    const checkpoint = await open(chunks);
    expect([...checkpoint.tensors.keys()]).toEqual(["state_dict.module.a.weight", "again.weight"]);
    await expectTensors(
      checkpoint,
      new Map([
        ["state_dict.module.a.weight", matrix],
        ["again.weight", matrix],
      ]),
    );
    expect(Object.fromEntries(checkpoint.values ?? [])).toEqual(
      Object.fromEntries(Object.entries(root.flags).map(([key, value]) => [`flags.${key}`, value])),
    );
    expect(chunks.filter(({ length }) => length === bytesOf(matrix).length)).toHaveLength(1);
  });
});

it("safetensors hold tensors and metadata", async () => {
  const checkpoint = await open(safetensors(tensors, { format: "pt" }));
  expect(checkpoint.container).toBe("safetensors");
  expect(checkpoint.values).toEqual(new Map([["format", "pt"]]));
  await expectTensors(checkpoint, tensors);
});

it("MAT-files hold matrices and rows of cells, as doubles", async () => {
  const cells = [matrix, float32("another", 2, 7)];
  const checkpoint = await open(
    mat(
      new Map<string, Tensor | Tensor[]>([
        ["patches", cells],
        ["sizes", doubles],
      ]),
    ),
  );
  expect(checkpoint.container).toBe("mat");
  const written = new Map([...cells.map((cell, k): [string, Tensor] => [`patches[${k}]`, cell]), ["sizes", doubles]]);
  await expectTensors(
    checkpoint,
    new Map([...written].map(([name, tensor]) => [name, { ...tensor, dtype: "float64" }])),
  );
  expect(() => open(mat(new Map([["kernels", kernels]])))).toThrow("kernels is no matrix");
});

it("TensorFlow bundles hold variables by name, in as many blocks as their index needs", async () => {
  const many = new Map(
    Array.from({ length: 300 }, (_, i): [string, Tensor] => {
      const name = `encode${i}/conv_${i % 2}/weights`;
      return [name, float32(name, 2, i)];
    }),
  );
  for (const variables of [tensors, many]) {
    const checkpoint = await open(tfBundle("checkpoint-1", variables));
    expect(checkpoint.container).toBe("tf-bundle");
    expect(checkpoint.tensors.size).toBe(variables.size);
    await expectTensors(checkpoint, variables);
  }
});

describe("the panel's files with generated numbers", () => {
  const files = PANEL.flatMap((model) => {
    const file = panelFile(model);
    return file === undefined ? [] : [{ model, file }];
  });

  it("are of every model with weights, under the name that it is published with", () => {
    const published = PANEL.flatMap(({ checkpoint }) => checkpoint?.fileNames.slice(0, 1) ?? []);
    expect(files.map(({ file }) => file.name)).toEqual(published);
  });

  /** These are small and of three containers; all together are 2.6 GB. */
  const ALWAYS = ["hmax", "resnet18-local_aggregation", "mobilenet_v2_1.4_224"];
  for (const { model, file } of files) {
    const { identifier } = model.card;
    const asked = ALWAYS.includes(identifier) || process.env.FULL_SIZE !== undefined;
    it.skipIf(!asked)(
      `are known by their tensors, and hold the generator's: ${identifier}${asked ? "" : " (set FULL_SIZE to run it)"}`,
      { timeout: 120_000 },
      async () => {
        const folder = await mkdtemp(join(tmpdir(), "gapscope-"));
        try {
          const path = join(folder, file.name);
          await writeFile(path, file.chunks());
          const bytes = await openAsBlob(path);
          expect(await identify({ name: "renamed", bytes }, PANEL)).toEqual([identifier]);
          const checkpoint = await openCheckpoint(bytes, file.name);
          expect(checkpoint.container).toBe(file.container);
          for (const [name, tensor] of file.tensors) {
            const found = await checkpoint.read(name);
            expect(Buffer.compare(new Uint8Array(found.buffer), bytesOf(tensor)), name).toBe(0);
          }
        } finally {
          await rm(folder, { recursive: true, force: true });
        }
      },
    );
  }
});
