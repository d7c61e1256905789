/**
 * The probabilities readout at the size of the panel's larger ones: fitted by the built page's scoring worker, and by
 * scikit-learn on this machine where a Python with it is found (PYTHON, else python3).
 *
 * Features are made up, the same on both sides (readout.py), and nobody's activations: noise, four directions that all
 * features share, and one per class.
 */
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Bench } from "./browser.ts";
import { heading, table } from "./print.ts";

interface Size {
  readonly stimuli: number;
  readonly features: number;
  readonly classes: number;
}

/** The last is ViT-L/32's readout layer. */
const SIZES: readonly Size[] = [
  { stimuli: 500, features: 25_088, classes: 10 },
  { stimuli: 2000, features: 4096, classes: 10 },
  { stimuli: 2000, features: 148_480, classes: 10 },
];

interface Fit {
  readonly seconds: number;
  readonly iterations: number;
  /** Probabilities of eight further stimuli. */
  readonly probabilities: readonly number[];
}

interface NativeFit extends Fit {
  /** Of the same features, by the same iteration in float64; absent where that needs too much memory. */
  readonly double?: Fit;
  /** Resident at most, MB. */
  readonly memory: number;
}

export async function readout(address: string): Promise<unknown> {
  heading("the probabilities readout: stimuli × features, 10 classes, C = 0.001");
  const rows: string[][] = [];
  const results: unknown[] = [];
  for (const size of SIZES) {
    const bench = await Bench.open(address);
    try {
      const ours = await bench.page.evaluate(fitInPage, { ...size, url: scoringWorker(address) });
      const memory = await bench.memory();
      const native = scikitLearn(size);
      const against = (fit: Fit | undefined): string =>
        fit === undefined
          ? "–"
          : Math.max(
              ...fit.probabilities.map((p, i) => Math.abs(p - (ours.probabilities[i] ?? Number.NaN))),
            ).toExponential(1);
      rows.push([
        `${size.stimuli} × ${size.features}`,
        ours.seconds.toFixed(1),
        native?.seconds.toFixed(1) ?? "–",
        native === undefined ? "–" : `${(ours.seconds / native.seconds).toFixed(2)} ×`,
        `${ours.iterations}`,
        native === undefined ? "–" : `${native.iterations}`,
        against(native),
        against(native?.double),
        memory,
        native === undefined ? "–" : `${native.memory.toFixed(0)} MB`,
      ]);
      results.push({ ...size, ours, memory, native });
    } finally {
      await bench.close();
    }
  }
  table(
    [
      "",
      "here, s",
      "scikit-learn, s",
      "against it",
      "steps",
      "its",
      "difference",
      "of its float64",
      "memory of the page and its workers",
      "of scikit-learn",
    ],
    rows,
  );
  return results;
}

function scoringWorker(address: string): string {
  const assets = readdirSync(fileURLToPath(new URL("../dist/assets", import.meta.url)));
  const name = assets.find((file) => /^scoring\.worker.*\.js$/.test(file));
  if (name === undefined) throw new Error("the built page has no scoring worker");
  return new URL(`assets/${name}`, address).href;
}

function scikitLearn({ stimuli, features, classes }: Size): NativeFit | undefined {
  const script = fileURLToPath(new URL("readout.py", import.meta.url));
  const python = process.env.PYTHON ?? "python3";
  const { status, stdout } = spawnSync(python, [script, String(stimuli), String(features), String(classes)], {
    encoding: "utf8",
  });
  if (status === 0) return JSON.parse(stdout) as NativeFit; // the script says its form
  process.stdout.write(`  (${python} has no scikit-learn: set PYTHON to one that has)\n`);
  return undefined;
}

/** Runs in the page. Speaks Comlink's wire format, so that nothing is added to the product for the sake of measuring. */
async function fitInPage({ stimuli, features, classes, url }: Size & { url: string }): Promise<Fit> {
  const worker = new Worker(url, { type: "module" });
  const call = <Result>(id: string, method: string, transfer: Transferable[], ...args: unknown[]): Promise<Result> =>
    new Promise((resolve, reject) => {
      const hear = ({ data }: MessageEvent): void => {
        if (data.id !== id) return;
        worker.removeEventListener("message", hear);
        if (data.type === "HANDLER") reject(new Error(JSON.stringify(data.value)));
        else resolve(data.value);
      };
      worker.addEventListener("message", hear);
      worker.postMessage(
        { id, type: "APPLY", path: [method], argumentList: args.map((value) => ({ type: "RAW", value })) },
        transfer,
      );
    });
  /** The same bits as readout.py's: lowbias32 of a number, in [-1, 1). */
  const noise = (i: number): number => {
    let x = i >>> 0;
    x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
    x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
    return ((x ^ (x >>> 16)) >>> 0) / 2 ** 31 - 1;
  };
  const SHARED = 4;
  const make = (first: number, rows: number): Float32Array => {
    const values = new Float32Array(rows * features);
    for (let i = 0; i < rows; i++) {
      const row = first + i;
      for (let j = 0; j < features; j++) {
        let value = noise(row * features + j) + 0.25 * noise(3_000_000_000 + (row % classes) * features + j);
        for (let s = 0; s < SHARED; s++)
          value += noise(3_500_000_000 + row * SHARED + s) * noise(3_600_000_000 + s * features + j);
        values[i * features + j] = value;
      }
    }
    return values;
  };
  const values = make(0, stimuli);
  const labels = Array.from({ length: stimuli }, (_, i) => `class ${i % classes}`);
  const warm = { rows: 2, columns: 2, values: Float32Array.of(1, 2, 3, 4) };
  await call("warm", "fitProbabilities", [], warm, ["a", "b"]); // loads the runtime
  const start = performance.now();
  const fitted = await call<{ iterations: number }>(
    "fit",
    "fitProbabilities",
    [values.buffer],
    { rows: stimuli, columns: features, values },
    labels,
  );
  const seconds = (performance.now() - start) / 1000;
  const tested = { rows: 8, columns: features, values: make(stimuli, 8) };
  const probabilities = await call<Float64Array>("read", "readProbabilities", [], tested, fitted);
  worker.terminate();
  return { seconds, iterations: fitted.iterations, probabilities: [...probabilities] };
}
