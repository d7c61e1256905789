/**
 * Partial least squares at the size of real layers: the Gram matrix and ten cross-validation splits from it, beside one
 * split of scikit-learn's on this machine where a Python with it is found (PYTHON, else python3).
 *
 * It runs in Node, on the same wasm build of ONNX Runtime as the page and on one thread. Activations and responses are made
 * up, the same on both sides (pls.py), and nobody's: noise and sixteen shared directions, rectified; 50 sites that follow
 * the directions.
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import * as ort from "onnxruntime-web";
import type { NeuroidAssembly } from "../src/assembly/neuroids.ts";
import { runtimeProducts } from "../src/lab/products.ts";
import { neuralMetrics } from "../src/metrics/neural/registry.ts";
import type { Recording } from "../src/metrics/neural-metric.ts";
import { centredKernel, centredTargets } from "../src/numerics/kernel.ts";
import { fitPls } from "../src/numerics/pls.ts";
import { transposed } from "../src/numerics/products.ts";
import { shuffleSplit } from "../src/numerics/splits.ts";
import { StreamedActivations } from "../src/numerics/streamed-activations.ts";
import { heading, table } from "./print.ts";

interface Size {
  readonly stimuli: number;
  readonly features: number;
}

const SITES = 50;
/** The features are those of ImageNet networks' pooled, middle and early layers; the last is SqueezeNet 1.1's fire5. */
const SIZES: readonly Size[] = [
  { stimuli: 640, features: 4096 },
  { stimuli: 1200, features: 4096 },
  { stimuli: 640, features: 46_656 },
  { stimuli: 1200, features: 46_656 },
  { stimuli: 640, features: 186_624 },
];

interface Native {
  readonly seconds: number;
  readonly iterations: readonly number[];
  readonly predicted: readonly number[];
  readonly memory: number;
}

export async function pls(): Promise<unknown> {
  heading(`pls: 25 components, ${SITES} sites, ten splits here, one of scikit-learn's`);
  const rows: string[][] = [];
  const results: unknown[] = [];
  for (const size of SIZES) {
    const ours = await measure(size);
    const native = scikitLearn(size);
    const ten = ours.gram + ours.splits;
    const differ = native?.predicted.map((value, i) => Math.abs(value - (ours.predicted[i] ?? Number.NaN))) ?? [];
    rows.push([
      `${size.stimuli} × ${size.features}`,
      ours.gram.toFixed(1),
      ours.splits.toFixed(1),
      native?.seconds.toFixed(1) ?? "–",
      native === undefined ? "–" : `${((10 * native.seconds) / ten).toFixed(0)} ×`,
      native === undefined ? "–" : native.iterations.join() === ours.iterations.join() ? "equal" : "differ",
      native === undefined ? "–" : Math.max(...differ).toExponential(1),
      `${(process.memoryUsage().rss / 2 ** 20).toFixed(0)} MB`,
      native === undefined ? "–" : `${native.memory.toFixed(0)} MB`,
    ]);
    results.push({ ...size, ...ours, predicted: undefined, native: { ...native, predicted: undefined } });
  }
  table(
    [
      "",
      "Gram matrix, s",
      "ten splits, s",
      "scikit-learn, one split, s",
      "ten of its over ours",
      "iterations",
      "difference",
      "memory",
      "of scikit-learn",
    ],
    rows,
  );
  return results;
}

interface Ours {
  readonly gram: number;
  readonly splits: number;
  readonly value: number;
  /** Of the first split. */
  readonly iterations: readonly number[];
  readonly predicted: readonly number[];
}

async function measure({ stimuli: n, features: p }: Size): Promise<Ours> {
  const products = runtimeProducts(() => Promise.resolve(ort));
  await products.double(Float64Array.of(1), Float64Array.of(1), 1, 1, 1); // loads the runtime
  const { x, y } = make(n, p);
  const source = {
    rows: n,
    columns: p,
    read: (first: number, count: number) => Promise.resolve(x.subarray(first * p, (first + count) * p)),
  };
  const activations = new StreamedActivations(source, { products });
  const ids = Array.from({ length: n }, (_, i) => i);
  const coords = { stimulus_id: { dim: "presentation", values: ids } };
  const recording: Recording = { coords, timeBins: [[70, 170]], bins: [activations] };
  const target: NeuroidAssembly = { dims: ["presentation", "neuroid"], shape: [n, SITES], values: y, coords };
  const metric = neuralMetrics.get("pls");
  if (metric === undefined) throw new Error("no pls");

  const start = performance.now();
  const gram = await activations.gram();
  const middle = performance.now();
  const { value } = await metric.compare(recording, target, { stratification_coord: null }, { products });
  const end = performance.now();

  const [split] = shuffleSplit(n, { splits: 10, trainSize: 0.9, randomState: 1 });
  const [train = [], test = []] = [split?.train, split?.test].map((rows) => [...(rows ?? [])].sort((a, b) => a - b));
  const kernel = centredKernel(gram, n, train, test);
  const known = Float64Array.from(train.flatMap((row) => [...y.subarray(row * SITES, (row + 1) * SITES)]));
  const { values, means } = centredTargets(known, train.length, SITES);
  const fit = await fitPls(kernel.train, kernel.n, { m: SITES, columns: values }, 25, products);
  const inScores = await products.double(kernel.test, fit.weights, test.length, kernel.n, fit.components);
  const turned = transposed(fit.scores, kernel.n, fit.components);
  const loadings = await products.double(turned, values, fit.components, kernel.n, SITES);
  const centred = await products.double(inScores, loadings, test.length, fit.components, SITES);
  return {
    gram: (middle - start) / 1000,
    splits: (end - middle) / 1000,
    value,
    iterations: fit.iterations,
    predicted: Array.from(centred, (part, place) => part + (means[place % SITES] ?? 0)),
  };
}

function make(n: number, p: number): { x: Float32Array; y: Float64Array } {
  /** The same bits as readout.py's: lowbias32 of a number, in [-1, 1). */
  const noise = (i: number): number => {
    let x = i >>> 0;
    x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
    x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
    return ((x ^ (x >>> 16)) >>> 0) / 2 ** 31 - 1;
  };
  const SHARED = 16;
  const directions = Float64Array.from({ length: SHARED * p }, (_, i) => noise(3_600_000_000 + i));
  const x = new Float32Array(n * p);
  const y = new Float64Array(n * SITES);
  const row = new Float64Array(p);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < p; j++) row[j] = noise(i * p + j);
    for (let j = 0; j < SITES; j++) y[i * SITES + j] = noise(3_800_000_000 + i * SITES + j);
    for (let s = 0; s < SHARED; s++) {
      const factor = noise(3_500_000_000 + i * SHARED + s) / (s + 1);
      for (let j = 0; j < p; j++) row[j] = (row[j] ?? 0) + factor * (directions[s * p + j] ?? 0);
      for (let j = 0; j < SITES; j++) {
        const place = i * SITES + j;
        y[place] = (y[place] ?? 0) + factor * noise(3_700_000_000 + s * SITES + j);
      }
    }
    for (let j = 0; j < p; j++) x[i * p + j] = Math.max(row[j] ?? 0, 0);
  }
  return { x, y };
}

function scikitLearn({ stimuli, features }: Size): Native | undefined {
  const script = fileURLToPath(new URL("pls.py", import.meta.url));
  const python = process.env.PYTHON ?? "python3";
  const { status, stdout } = spawnSync(python, [script, String(stimuli), String(features), String(SITES)], {
    encoding: "utf8",
    maxBuffer: 2 ** 26,
  });
  if (status === 0) return JSON.parse(stdout) as Native; // the script says its form
  process.stdout.write(`  (${python} has no scikit-learn: set PYTHON to one that has)\n`);
  return undefined;
}
