/**
 * A small sound benchmark package to test on. The pictures are flat colours and the answers are made up.
 */
import { encode } from "fast-png";
import JSZip from "jszip";
import type { BehavioralBenchmark, Benchmark } from "./benchmark.ts";

/** A benchmark that is known to be behavioural. */
export function behavioral(benchmark: Benchmark | undefined): BehavioralBenchmark {
  if (benchmark?.track === "behavioral") return benchmark;
  throw new Error(benchmark === undefined ? "no benchmark" : `${benchmark.identifier} is not behavioural`);
}

/** The files of a package; null leaves a file of the sound one out. */
export type Files = Readonly<Record<string, string | Uint8Array | null>>;

export const MANIFEST = {
  format: "gapscope-benchmark",
  format_version: 1,
  identifier: "Fixture2026-error_consistency",
  version: 1,
  stimulus_set: { table: "stimuli.csv", images: "stimuli/", visual_degrees: 8 },
  task: { name: "label", choices: ["cat", "dog"] },
  data: { table: "responses.csv" },
  metric: { name: "error_consistency" },
  ceiling: { name: "metric" },
};

export const STIMULI = `stimulus_id,filename,truth,condition
s1,1.png,cat,0
s2,2.png,cat,1
s3,3.png,dog,0
s4,4.png,dog,1
`;

export const RESPONSES = `stimulus_id,subject,response
s1,ann,cat
s2,ann,dog
s3,ann,dog
s4,ann,dog
s1,bob,cat
s2,bob,cat
s3,bob,cat
s4,bob,dog
`;

/** An 8 × 8 PNG of one colour, whose bytes no other `shade` shares. */
export function picture(shade: number): Uint8Array<ArrayBuffer> {
  const data = new Uint8Array(8 * 8 * 3).fill(shade);
  return new Uint8Array(encode({ width: 8, height: 8, data, channels: 3, depth: 8 }));
}

/** The files of the sound package with `changes` made to them. */
export function packageFiles(changes: Files = {}): Files {
  return {
    "benchmark.json": JSON.stringify(MANIFEST, null, 2),
    "stimuli.csv": STIMULI,
    "responses.csv": RESPONSES,
    "stimuli/1.png": picture(10),
    "stimuli/2.png": picture(20),
    "stimuli/3.png": picture(30),
    "stimuli/4.png": picture(40),
    ...changes,
  };
}

export async function zip(
  files: Files,
  compression: "STORE" | "DEFLATE" = "DEFLATE",
): Promise<Uint8Array<ArrayBuffer>> {
  const archive = new JSZip();
  const date = new Date("2026-01-01T00:00:00Z"); // so that bytes do not depend on the clock
  for (const [name, content] of Object.entries(files)) {
    if (content !== null) archive.file(name, content, { createFolders: false, date });
  }
  return new Uint8Array(await archive.generateAsync({ type: "arraybuffer", compression }));
}

/** The manifest with `changes` at its top level; undefined takes a field away. */
export function manifest(changes: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ ...MANIFEST, ...changes }, null, 2);
}

export const FITTING = `stimulus_id,filename,image_label
f1,1.png,dog
f2,2.png,dog
f3,3.png,cat
`;

/** Changes that make the sound package one with a probabilities task. */
export const PROBABILITIES: Files = {
  "benchmark.json": manifest({
    task: {
      name: "probabilities",
      fitting_stimuli: { table: "fitting.csv", images: "fitting/", visual_degrees: 4 },
    },
  }),
  "fitting.csv": FITTING,
  "fitting/1.png": picture(50),
  "fitting/2.png": picture(60),
  "fitting/3.png": picture(70),
};

export const TRIPLETS = `a,b,c
s1,s2,s3
s1,s3,s4
`;

/** Responses to the triplets. */
export const PICKS = `a,b,c,subject,response
s1,s2,s3,ann,s3
s1,s3,s4,ann,s4
s1,s2,s3,bob,s1
s1,s3,s4,bob,na
`;

export const ODD_ONE_OUT = {
  task: { name: "odd_one_out", triplets: "triplets.csv" },
  metric: { name: "odd_one_out_accuracy" },
  ceiling: { name: "constant", options: { value: 0.7 } },
};

/** Changes that make the sound package one with an odd-one-out task. */
export function oddOneOut(): Files {
  return {
    "benchmark.json": manifest(ODD_ONE_OUT),
    "stimuli.csv": STIMULI.replaceAll(/,(?:cat|dog|truth),(?:\d|condition)$/gm, ""),
    "triplets.csv": TRIPLETS,
    "responses.csv": PICKS,
  };
}

/** Where `sequence` first stands in `bytes`. */
export function find(bytes: Uint8Array, sequence: readonly number[], from = 0): number {
  for (let at = from; at + sequence.length <= bytes.length; at++) {
    if (sequence.every((byte, i) => bytes[at + i] === byte)) return at;
  }
  throw new RangeError("the bytes do not hold this sequence");
}
