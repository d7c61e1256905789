/** Networks: everything that is checked of an ONNX file before a session is made of it. */
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { assemble, layersOf } from "../../src/models/assemble.ts";
import type { ModelCard } from "../../src/models/card.ts";
import { constant, EXTERNAL_DATA, Graph } from "../../src/models/graph.ts";
import { readGraph } from "../../src/models/onnx.ts";
import { changedBytes } from "../bytes.ts";
import { type Bytes, type Format, hold } from "../format.ts";
import { changedMessage } from "../protobuf.ts";

const FILE = "net.onnx";
const SHAPES = new URL("../../public/examples/shapes/shapes-net.onnx", import.meta.url);

function drawn(): Graph {
  const g = new Graph();
  const ones = (...shape: number[]) =>
    constant(shape, new Float32Array(shape.reduce((all, extent) => all * extent, 1)).fill(1));
  const x = g.input("image", 3, 8, 8);
  const conv = g.tap("conv", g.conv(x, ones(4, 3, 3, 3), { bias: ones(4), pads: 1 }));
  const pooled = g.tap("pooled", g.globalAveragePool(g.tap("relu", g.relu(conv))));
  g.tap("logits", g.linear(g.flatten(g.clip(pooled, 0, 6)), ones(2, 4), ones(2)));
  return g;
}

export async function onnx(): Promise<Format> {
  const { model, weights } = await drawn().build(["logits"]);
  const card = {
    ...{ identifier: "net", onnx: FILE, external_data: [EXTERNAL_DATA], regions: {}, visual_degrees: 8 },
    input: { size: [8, 8], mean: [0, 0, 0], std: [1, 1, 1], layout: "NCHW", range: [0, 1], resize: "bilinear" },
  } satisfies ModelCard;
  const shapes: Bytes = new Uint8Array(readFileSync(SHAPES));
  const inputs = fc.oneof(
    { weight: 4, arbitrary: changedMessage([model]) },
    { weight: 2, arbitrary: changedMessage([shapes]) },
    { weight: 2, arbitrary: changedBytes([model], { words: [EXTERNAL_DATA, "location", "offset", "../x"] }) },
    { weight: 1, arbitrary: changedBytes([shapes]) },
  );
  return {
    sound: [model, shapes],
    inputs,
    refusal: "subject-refused",
    async read(bytes) {
      const files = [
        { name: FILE, bytes: new Blob([bytes]) },
        { name: EXTERNAL_DATA, bytes: weights },
      ];
      const facts = readGraph(bytes, FILE);
      hold(
        facts.external.every(({ file }) => !/[\\/]/.test(file)),
        "external data that lies elsewhere",
      );
      const layers = await layersOf(card, files);
      const { model: assembled, externalData } = await assemble(card, files, layers.slice(0, 3));
      const again = readGraph(assembled, FILE);
      hold(
        layers.slice(0, 3).every((layer) => again.outputs.includes(layer)),
        "a layer that is no output",
      );
      hold(
        externalData.every(({ path }) => path === EXTERNAL_DATA),
        "external data that was not given",
      );
    },
  };
}
