/** Every container against the library that writes it. */
import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { GOLDEN, goldenBytes, open } from "./golden.fixture.ts";

describe.each(Object.entries(GOLDEN))("%s", (file, { container, values, tensors }) => {
  it("holds the tensors that its library reads", async () => {
    const checkpoint = await open(goldenBytes(file), file);
    expect(checkpoint).toMatchObject({ file, container });
    expect(Object.fromEntries(checkpoint.values ?? [])).toEqual(values ?? {});
    // The expectations hold a sample of the file of many tensors.
    if (!file.endsWith(".gz")) expect([...checkpoint.tensors.keys()].sort()).toEqual(Object.keys(tensors).sort());
    for (const [name, { dtype, shape, sha256 }] of Object.entries(tensors)) {
      expect(checkpoint.tensors.get(name), name).toEqual({ name, dtype, shape });
      if (sha256 === null) {
        await expect(checkpoint.read(name), name).rejects.toMatchObject({
          code: "subject-refused",
          faults: [{ file, code: "tensor-dtype", field: name }],
        });
      } else {
        const read = await checkpoint.read(name);
        const slice = await checkpoint.slice(name);
        if (slice !== undefined) expect(new Float32Array(await slice.arrayBuffer()), name).toEqual(read);
        expect(createHash("sha256").update(read).digest("hex"), name).toBe(sha256);
      }
    }
  });
});

it("finds all tensors of an index of several blocks", async () => {
  const { tensors } = await open(goldenBytes("tf-blocks.tar.gz"));
  expect(tensors.size).toBe(1200);
});

it("gives as a slice what lies in the file as float32 in C order", async () => {
  const checkpoint = await open(goldenBytes("torch-legacy-views.pth"));
  const sliced = [];
  for (const name of checkpoint.tensors.keys()) if ((await checkpoint.slice(name)) !== undefined) sliced.push(name);
  const inOrder = ["whole", "row", "scalar", "inner_scalar", "empty", "empty_view", "parameter", "attributed"];
  expect(sliced).toEqual(inOrder);
  const doubles = await open(goldenBytes("mat-patches-raw.mat"));
  expect(await doubles.slice("patches[0]")).toBeUndefined();
  await expect(doubles.slice("patches[9]")).rejects.toMatchObject({ faults: [{ code: "no-such-tensor" }] });
});
