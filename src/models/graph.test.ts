import * as ort from "onnxruntime-web";
import { describe, expect, it } from "vitest";
import { constant, EXTERNAL_DATA, Graph, reshaped, scalar, transposed, type Weight } from "./graph.ts";
import { readGraph } from "./onnx.ts";

/** input → ×2 "doubled" → +1 "raised" (also known as "top") → linear "out"; a weight that says when it is read. */
function drawn(read: string[] = []): Graph {
  const watched = (name: string, weight: Weight): Weight => ({
    shape: weight.shape,
    read: () => {
      read.push(name);
      return weight.read();
    },
  });
  const g = new Graph();
  const x = g.input("image", 3);
  const doubled = g.tap("doubled", g.mul(x, watched("two", constant([1], [2]))));
  const raised = g.tap("top", g.tap("raised", g.add(doubled, watched("one", constant([3], [1, 1, 1])))));
  g.tap(
    "out",
    g.linear(raised, watched("matrix", constant([2, 3], [1, 2, 3, 4, 5, 6])), watched("bias", constant([2], [10, 20]))),
  );
  return g;
}

async function run(g: Graph, taps: string[], input: number[]): Promise<Record<string, number[]>> {
  const { model, weights } = await g.build(taps);
  const session = await ort.InferenceSession.create(model, { externalData: [{ path: EXTERNAL_DATA, data: weights }] });
  const outputs = await session.run({
    image: new ort.Tensor("float32", Float32Array.from(input), [input.length / 3, 3]),
  });
  await session.release();
  return Object.fromEntries(
    taps.map((tap) => {
      const data = outputs[tap]?.data;
      if (!(data instanceof Float32Array)) throw new Error(`${tap} is not a float32 tensor`);
      return [tap, [...data]];
    }),
  );
}

describe("a built graph", () => {
  it("computes the taps that were asked for, in a batch of any size", async () => {
    expect(await run(drawn(), ["out", "doubled"], [1, 2, 3, 0, 0, 0])).toEqual({
      out: [44, 99, 16, 35],
      doubled: [2, 4, 6, 0, 0, 0],
    });
  });

  it("ends at the deepest tap and reads only the weights it needs, each once", async () => {
    const read: string[] = [];
    const { model } = await drawn(read).build(["doubled"]);
    expect(read).toEqual(["two"]);
    expect([...readGraph(model, "x").tensors]).toEqual(["doubled"]);
  });

  it("gives a value with two names under both", async () => {
    expect(await run(drawn(), ["raised", "top"], [0, 1, 2])).toEqual({ raised: [1, 3, 5], top: [1, 3, 5] });
  });

  it("shares a weight that is used twice", async () => {
    const read: string[] = [];
    const g = new Graph();
    const values = constant([3], [1, 2, 3]);
    const shared: Weight = {
      shape: [3],
      read: () => {
        read.push("shared");
        return values.read();
      },
    };
    g.tap("out", g.add(g.add(g.input("image", 3), shared), shared));
    const { weights } = await g.build(["out"]);
    expect(read).toEqual(["shared"]);
    expect(weights.size).toBe(64);
  });

  it("keeps single numbers in the graph, where the runtime's optimiser looks for them", async () => {
    const g = new Graph();
    const x = g.input("image", 3);
    const scaled = g.matmul(g.mul(x, scalar(2)), constant([3, 1], [1, 10, 100]));
    g.tap("out", scaled);
    expect(await run(g, ["out"], [1, 2, 3])).toEqual({ out: [642] });
    expect((await g.build(["out"])).weights.size).toBe(64);
  });

  it("names the layers there are when asked for one there is not", async () => {
    await expect(drawn().build(["fc7"])).rejects.toThrow("it has doubled, raised, top, out");
  });

  it("refuses a weight whose values do not fill its shape", async () => {
    const g = new Graph();
    g.tap("out", g.add(g.input("image", 3), constant([3], [1, 2])));
    await expect(g.build(["out"])).rejects.toThrow("has 2 values");
  });
});

describe("weights", () => {
  it("are transposed and reshaped when they are read", async () => {
    const matrix = constant(
      [70, 40],
      Array.from({ length: 2800 }, (_, i) => i),
    );
    const turned = await transposed(matrix).read();
    expect(transposed(matrix).shape).toEqual([40, 70]);
    for (const [r, c] of [
      [0, 0],
      [69, 39],
      [33, 1],
      [5, 38],
    ] as const)
      expect(turned[c * 70 + r]).toBe(r * 40 + c);
    expect(reshaped(matrix, 1, 2800).shape).toEqual([1, 2800]);
  });
});

describe("operators", () => {
  it("compute what their names say", async () => {
    const g = new Graph();
    const x = g.input("image", 3);
    g.tap("gelu", g.gelu(x));
    g.tap("clip", g.clip(x, 0, 6));
    g.tap("softmax", g.softmax(x));
    g.tap("norm", g.layerNorm(x, constant([3], [1, 1, 1]), constant([3], [0, 0, 0]), 0));
    g.tap("slice", g.slice(x, 1, 1, 3));
    g.tap("concat", g.concat(1, g.slice(x, 1, 2, 3), x));
    const got = await run(g, ["gelu", "clip", "softmax", "norm", "slice", "concat"], [-1, 0, 7]);
    const near = (values: number[] | undefined, expected: number[]) => {
      for (const [i, value] of expected.entries()) expect(values?.[i]).toBeCloseTo(value, 5);
    };
    near(got.gelu, [-0.15865525, 0, 7]);
    near(got.clip, [0, 0, 6]);
    const z = Math.exp(-8) + Math.exp(-7) + 1;
    near(got.softmax, [Math.exp(-8) / z, Math.exp(-7) / z, 1 / z]);
    near(
      got.norm,
      [-3, -2, 5].map((value) => value / Math.sqrt(38 / 3)),
    );
    near(got.slice, [0, 7]);
    near(got.concat, [7, -1, 0, 7]);
  });
});
