/**
 * A neural benchmark of MajajHong2015's size in the built page: 3,200 stimuli × 168 sites, AlexNet's IT layer, PLS; and
 * macaque V4 with SqueezeNet where ../shared/data is there. Seconds by stage, and memory.
 *
 * The recordings of the first are made up, and AlexNet's weights are generated: what they cost is real, what they score
 * means nothing. The stages are those that the page's own progress line names.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { encode } from "fast-png";
import JSZip from "jszip";
import { Bench } from "./browser.ts";
import { heading, table } from "./print.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const SHARED = join(ROOT, "../shared/data");
const CHECKPOINTS = join(tmpdir(), "gapscope-checkpoints");
const SIZE = { stimuli: 3200, sites: 168, repetitions: 4, side: 64 };

export async function neural(address: string): Promise<unknown> {
  execFileSync("npx", ["tsx", "cli/generate-checkpoints.ts", CHECKPOINTS, "alexnet"], { cwd: ROOT, stdio: "ignore" });
  const weights = join(CHECKPOINTS, "alexnet-owt-7be5be79.pth");
  const folder = mkdtempSync(join(tmpdir(), "gapscope-bench-"));
  const { stimuli, sites, repetitions } = SIZE;
  const results = [
    await measured(address, `${stimuli} stimuli × ${sites} sites × ${repetitions} repetitions, alexnet's IT, pls`, {
      files: [await madeUp(folder)],
      weights: [weights],
      models: ["alexnet"],
    }),
  ];
  const v4 = join(SHARED, "macaque-v4/cowley2023-210325.zip");
  if (existsSync(v4)) {
    const network = (name: string) => join(SHARED, "models/squeezenet1.1", name);
    results.push(
      await measured(
        address,
        "macaque V4: 640 stimuli × 50 sites, SqueezeNet's fire5 (186,624 features), four metrics",
        {
          files: [v4, network("card.json"), network("squeezenet1.1.onnx")],
          weights: [],
          models: [],
        },
      ),
    );
  }
  rmSync(folder, { recursive: true });
  return results;
}

/** Paths. */
interface Run {
  readonly files: readonly string[];
  readonly weights: readonly string[];
  readonly models: readonly string[];
}

async function measured(address: string, title: string, { files, weights, models }: Run): Promise<unknown> {
  heading(title);
  const bench = await Bench.open(address);
  try {
    const opened = await bench.open(files);
    await bench.open(weights, "openWeights");
    const idle = await bench.memory();
    const { stages, scores, seconds } = await bench.page.evaluate(runInStages, [...models]);
    const memory = await bench.memory();
    table(
      ["stage", "s"],
      [["read and check the zip", opened], ...Object.entries(stages), ["the run", seconds]].map(([stage, s]) => [
        String(stage),
        Number(s).toFixed(1),
      ]),
    );
    process.stdout.write(`memory of the page and its workers: ${memory}; with the files open: ${idle}\n`);
    for (const score of scores) process.stdout.write(`${score}\n`);
    return { title, opened, stages, seconds, memory, scores };
  } finally {
    await bench.close();
  }
}

/** In the page: a run, with the seconds that its progress line showed each stage. */
async function runInStages(models: readonly string[]) {
  const page = window.gapscope;
  if (page === undefined) throw new Error("no automation");
  if (models.length > 0) await page.selectPanel(models);
  const stages: Record<string, number> = {};
  const start = performance.now();
  let last = start;
  const watch = setInterval(() => {
    const progress = page.progress();
    const stage =
      (progress && "stage" in progress ? progress.stage : undefined)?.replace(/,? \d+ %$/, "") ?? "pictures";
    const now = performance.now();
    stages[stage] = (stages[stage] ?? 0) + (now - last) / 1000;
    last = now;
  }, 50);
  try {
    const { scorecard } = await page.score({ wish: "wasm", fresh: true });
    const scores = scorecard.benchmarks.flatMap(({ identifier, scores }) =>
      scores.map((score) =>
        score.status === "scored"
          ? `${identifier} ${score.subject}: raw ${score.raw.toFixed(5)}`
          : `${identifier} ${score.subject}: ${score.status}, ${score.reason}`,
      ),
    );
    return { stages, scores, seconds: (performance.now() - start) / 1000 };
  } finally {
    clearInterval(watch);
  }
}

/** Sites that answer to a picture's mean colour, with noise, repetition by repetition. */
async function madeUp(folder: string): Promise<string> {
  const { stimuli, sites, repetitions, side } = SIZE;
  let state = 1;
  const random = (): number => {
    state = (Math.imul(1664525, state) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const zip = new JSZip();
  const rows = ["stimulus_id,filename,object_name"];
  const values = new Float32Array(stimuli * sites * repetitions);
  const tuning = Array.from({ length: sites }, () => [random() - 0.5, random() - 0.5, random() - 0.5]);
  for (let i = 0; i < stimuli; i++) {
    const colour = [256 * random(), 256 * random(), 256 * random()];
    const data = new Uint8Array(side * side * 3);
    for (let at = 0; at < data.length; at++) data[at] = 0.5 * (colour[at % 3] ?? 0) + 128 * random();
    zip.file(`stimuli/${i}.png`, encode({ width: side, height: side, channels: 3, depth: 8, data }));
    rows.push(`s${i},${i}.png,object ${i % 64}`);
    for (const [site, weights] of tuning.entries()) {
      const signal = weights.reduce((sum, weight, c) => sum + weight * ((colour[c] ?? 0) / 128 - 1), 0);
      for (let r = 0; r < repetitions; r++) values[(i * sites + site) * repetitions + r] = signal + random() - 0.5;
    }
  }
  zip.file("stimuli.csv", `${rows.join("\n")}\n`);
  zip.file("responses.npy", npy([stimuli, sites, repetitions], values));
  zip.file(
    "benchmark.json",
    JSON.stringify({
      ...{ format: "gapscope-benchmark", format_version: 1, identifier: "MadeUp-pls", version: 1 },
      title: "Made-up recordings; nobody's",
      stimulus_set: { table: "stimuli.csv", images: "stimuli/", visual_degrees: 8 },
      recording: { region: "IT", time_bins: [[70, 170]] },
      data: { array: "responses.npy" },
      metric: { name: "pls", options: { stratification_coord: "object_name" } },
      ceiling: { name: "internal_consistency" },
    }),
  );
  const path = join(folder, "made-up.zip");
  writeFileSync(path, await zip.generateAsync({ type: "uint8array", compression: "STORE" }));
  return path;
}

/** NumPy's format, version 1.0. */
function npy(shape: readonly number[], values: Float32Array): Uint8Array {
  const dictionary = `{'descr': '<f4', 'fortran_order': False, 'shape': (${shape.join(", ")}), }`;
  const header = `${dictionary.padEnd(Math.ceil((dictionary.length + 11) / 64) * 64 - 11)}\n`;
  const file = new Uint8Array(10 + header.length + values.byteLength);
  file.set([0x93, ...new TextEncoder().encode("NUMPY"), 1, 0, header.length & 0xff, header.length >> 8]);
  file.set(new TextEncoder().encode(header), 10);
  file.set(new Uint8Array(values.buffer), 10 + header.length);
  return file;
}
