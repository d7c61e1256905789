/**
 * Small sound packages with recordings to test on. The numbers are made up; they are nobody's recordings.
 */
import { readFileSync } from "node:fs";
import { type Files, manifest, packageFiles, picture } from "../sound.fixture.ts";

export const RECORDING = { region: "IT", time_bins: [[70, 170]] };

export const NEURAL = {
  task: undefined,
  recording: RECORDING,
  data: { array: "responses.npy", neuroids: "neuroids.csv" },
  metric: { name: "pls" },
  ceiling: { name: "internal_consistency" },
};

export const NEUROIDS = `neuroid_id,animal,depth
a-1,Anna,100
a-2,Anna,200
b-1,Bert,
`;

/** A .npy of float64 in C order, as numpy's version 1 has it. */
export function npyOf(values: readonly number[], shape: readonly number[]): Uint8Array<ArrayBuffer> {
  const header = `{'descr': '<f8', 'fortran_order': False, 'shape': (${shape.join(", ")}${shape.length === 1 ? "," : ""}), }`;
  const padded = `${header.padEnd(117)}\n`;
  const bytes = new Uint8Array(128 + 8 * values.length);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, 118, 0]);
  bytes.set(new TextEncoder().encode(padded), 10);
  bytes.set(new Uint8Array(Float64Array.from(values).buffer), 128);
  return bytes;
}

/** 4 stimuli × 3 neuroids × 2 repetitions; the fourth stimulus was shown once. */
export const RESPONSES = Array.from({ length: 24 }, (_, i) => (i >= 18 && i % 2 === 1 ? Number.NaN : i));

/** A package of an array with repetitions. */
export function neuralFiles(changes: Files = {}): Files {
  return packageFiles({
    "benchmark.json": manifest(NEURAL),
    "responses.csv": null,
    "responses.npy": npyOf(RESPONSES, [4, 3, 2]),
    "neuroids.csv": NEUROIDS,
    ...changes,
  });
}

/** Dissimilarities |i − j| + subject of the four stimuli. */
export const RDM = Array.from({ length: 32 }, (_, i) => {
  const [subject, row, column] = [Math.floor(i / 16), Math.floor(i / 4) % 4, i % 4];
  return row === column ? 0 : Math.abs(row - column) + subject;
});

export const MATRICES = {
  ...NEURAL,
  data: { rdm: "rdm.npy" },
  metric: { name: "rdm" },
  ceiling: { name: "rsa_ceiling" },
};

/** A package of dissimilarities of two subjects. */
export function matrixFiles(changes: Files = {}): Files {
  return neuralFiles({
    "benchmark.json": manifest(MATRICES),
    "responses.npy": null,
    "neuroids.csv": null,
    "rdm.npy": npyOf(RDM, [2, 4, 4]),
    ...changes,
  });
}

export function golden(name: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(new URL(`golden/${name}`, import.meta.url)));
}

/** Stimuli of the packaged assemblies (reference/brainscore_packaging.py). */
export const PACKAGED_STIMULI = `stimulus_id,filename,truth,condition
im0,1.png,a,0
im1,2.png,a,1
größe,3.png,b,0
im 3,4.png,b,1
π4,5.png,c,0
im5,6.png,c,1
`;

export const ASSEMBLY = {
  ...NEURAL,
  recording: {
    region: "IT",
    time_bins: [
      [70, 170],
      [170, 270],
    ],
  },
  data: { assembly: "assembly.nc" },
};

/** A package of an assembly of Brain-Score's packaging: 6 stimuli × 3 repetitions, 5 neuroids, 2 time bins. */
export function assemblyFiles(changes: Files = {}): Files {
  return neuralFiles({
    "benchmark.json": manifest(ASSEMBLY),
    "responses.npy": null,
    "neuroids.csv": null,
    "stimuli.csv": PACKAGED_STIMULI,
    "stimuli/5.png": picture(50),
    "stimuli/6.png": picture(60),
    "assembly.nc": golden("assy_made_Up2026.nc"),
    ...changes,
  });
}
