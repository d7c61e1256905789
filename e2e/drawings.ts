/**
 * A benchmark of as many small drawings as are asked for, made by this file: no human data. Its answers are what was drawn.
 *
 * For runs that are long enough to be interrupted. Each drawing is a shape of shapes-net's nine on a ground of its own grey,
 * with noise, so that no two are the same bytes.
 */
import { encode } from "fast-png";
import { type Files, zip } from "../src/benchmark/sound.fixture.ts";
import { noise } from "../src/testing/generator.ts";
import { type GivenFile, given } from "./support.ts";

const SIDE = 64;
const SHAPES = ["circle", "cross", "square", "triangle"] as const;
/** Of shapes-net. */
export const LABELS = ["arrow", "circle", "cross", "heart", "house", "moon", "square", "star", "triangle"];

/** Whether a point of the square [-1, 1]² is inside the shape. */
function inside(shape: (typeof SHAPES)[number], x: number, y: number): boolean {
  switch (shape) {
    case "circle":
      return x * x + y * y < 0.6;
    case "cross":
      return Math.min(Math.abs(x), Math.abs(y)) < 0.25 && Math.max(Math.abs(x), Math.abs(y)) < 0.8;
    case "square":
      return Math.max(Math.abs(x), Math.abs(y)) < 0.7;
    case "triangle":
      return y < 0.7 && y > 2 * Math.abs(x) - 0.8;
    default:
      return shape satisfies never;
  }
}

function drawing(i: number, shape: (typeof SHAPES)[number]): Uint8Array {
  const at = noise(`drawing ${i}`);
  const [dx, dy, ground] = [0.3 * at(0), 0.3 * at(1), 160 + 60 * at(2)];
  const data = new Uint8Array(3 * SIDE * SIDE);
  for (let row = 0; row < SIDE; row++) {
    for (let column = 0; column < SIDE; column++) {
      const place = row * SIDE + column;
      const drawn = inside(shape, (2 * column) / SIDE - 1 + dx, (2 * row) / SIDE - 1 + dy);
      data.fill((drawn ? 40 : ground) + 6 * at(3 + place), 3 * place, 3 * place + 3);
    }
  }
  return encode({ width: SIDE, height: SIDE, data, channels: 3, depth: 8 });
}

/** The zip of `n` drawings. */
export async function drawings(n: number, name = "Drawings-accuracy"): Promise<GivenFile> {
  const shapes = Array.from({ length: n }, (_, i) => SHAPES[i % SHAPES.length] ?? "circle");
  const pictures = shapes.map((shape, i): [string, Uint8Array] => [`stimuli/${i}.png`, drawing(i, shape)]);
  const files: Files = {
    "benchmark.json": JSON.stringify({
      format: "gapscope-benchmark",
      format_version: 1,
      identifier: name,
      version: 1,
      title: "Drawings made by a script; no human data",
      stimulus_set: { table: "stimuli.csv", images: "stimuli/", visual_degrees: null },
      task: { name: "label", choices: LABELS },
      data: { table: "responses.csv" },
      metric: { name: "accuracy" },
      ceiling: { name: "constant", options: { value: 1 } },
    }),
    "stimuli.csv": table(
      ["stimulus_id", "filename", "truth"],
      shapes.map((shape, i) => [`d${i}`, `${i}.png`, shape]),
    ),
    "responses.csv": table(
      ["stimulus_id", "subject", "response"],
      shapes.map((shape, i) => [`d${i}`, "drawer", shape]),
    ),
    ...Object.fromEntries(pictures),
  };
  return given("drawings.zip", await zip(files, "STORE"));
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  return `${[header, ...rows].map((row) => row.join(",")).join("\n")}\n`;
}

/** What was drawn, as a recorded subject: right in every drawing. */
export function drawer(n: number): GivenFile {
  const rows = Array.from({ length: n }, (_, i) => [`d${i}`, SHAPES[i % SHAPES.length] ?? "circle"]);
  return given("drawer.csv", table(["stimulus_id", "response"], rows));
}
