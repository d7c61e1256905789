/**
 * `npm run bench`: what the pipeline costs beside what it cannot do without, measured in one run on one machine.
 *
 * For each network: the whole pipeline of the built page (files in, scores out) against `session.run` alone in the same
 * browser on the same prepared tensors, and against onnxruntime-node on this machine. Then where the time goes, and how
 * it grows from 160 to 1,280 stimuli; and how the probabilities readout of a large layer, and partial least
 * squares, compare with scikit-learn; what a neural benchmark of 3,200 stimuli costs; and whether the page answers while it
 * works. It prints ratios; no test asserts a time. Timings of a shared machine vary: only figures of one run are to be
 * compared.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { ensureBuilt, serveSite } from "../cli/site.ts";
import { Bench, type Measurement } from "./browser.ts";
import { type Case, cases, grown } from "./cases.ts";
import { nativeSeconds } from "./native.ts";
import { neural } from "./neural.ts";
import { page } from "./page.ts";
import { pls } from "./pls.ts";
import { heading, table } from "./print.ts";
import { readout } from "./readout.ts";

const REPETITIONS = 3;
const SIZES = [160, 320, 640, 1280];
const results: Record<string, unknown> = {};

/** `npm run bench -- readout` measures that part alone. */
const parts = process.argv.slice(2);
const wanted = (part: string): boolean => parts.length === 0 || parts.includes(part);
if (wanted("pls")) results.pls = await pls(); // without a page
await ensureBuilt();
const site = await serveSite();
try {
  if (wanted("networks")) for (const each of await cases()) results[each.name] = await network(each);
  if (wanted("growth")) results.growth = await growth();
  if (wanted("readout")) results.readout = await readout(site.address);
  if (wanted("neural")) results.neural = await neural(site.address);
  if (wanted("page")) results.page = await page(site.address);
} finally {
  await site.close();
}
const folder = fileURLToPath(new URL("results/", import.meta.url));
mkdirSync(folder, { recursive: true });
writeFileSync(`${folder}latest.json`, `${JSON.stringify(results, null, 2)}\n`);

async function network(each: Case): Promise<unknown> {
  const bench = await Bench.open(site.address);
  try {
    const { threads } = bench;
    const read = await bench.read(each);
    await bench.score(); // loads and compiles once, so that what follows is the steady state
    const runs: Measurement[] = [];
    for (let i = 0; i < REPETITIONS; i++) runs.push(await bench.score());
    const whole = median(runs);
    const again = await bench.score({ fresh: false });
    const bare = await bench.bare(each);
    const native = await nativeSeconds(each, bare.batch, threads);
    const single = threads === 1 ? native : await nativeSeconds(each, bare.batch, 1);
    const perImage = (seconds: number, images: number): number => (1000 * seconds) / images;
    const rows = {
      "whole pipeline, in the page": perImage(whole.seconds, whole.images),
      [`session.run alone, in the page, ${threads} threads`]: perImage(bare.infer, bare.images),
      [`onnxruntime-node, ${threads} threads`]: perImage(native, each.pictures.length),
      "onnxruntime-node, 1 thread": perImage(single, each.pictures.length),
    };
    const base = rows[`session.run alone, in the page, ${threads} threads`] ?? 1;
    heading(`${each.name}: ${whole.images} images a run, batches of ${bare.batch}, median of ${REPETITIONS}`);
    table(
      ["", "images/s", "ms/image", "against session.run alone"],
      Object.entries(rows).map(([name, ms]) => [
        name,
        (1000 / ms).toFixed(1),
        ms.toFixed(2),
        `${(ms / base).toFixed(2)} ×`,
      ]),
    );
    table(
      ["stage", "ms", "ms/image"],
      [
        ["read and check the zip", 1000 * read, perImage(read, each.pictures.length)],
        ["prepare: decode, screen, resize, normalise", 1000 * bare.prepare, perImage(bare.prepare, bare.images)],
        ["infer", 1000 * bare.infer, perImage(bare.infer, bare.images)],
        ["a run with everything stored: look up, score", 1000 * again.seconds, perImage(again.seconds, whole.images)],
      ].map(([stage, ms, each]) => [String(stage), Number(ms).toFixed(0), Number(each).toFixed(2)]),
    );
    const memory = await bench.memory();
    process.stdout.write(`memory of the page and its workers: ${memory}\n`);
    return { rows, threads, read, prepare: bare.prepare, again: again.seconds, memory };
  } finally {
    await bench.close();
  }
}

async function growth(): Promise<unknown> {
  heading(`growth with the number of stimuli: the example's network on ${SIZES.join(", ")} distinct pictures`);
  const points = [];
  for (const size of SIZES) {
    const bench = await Bench.open(site.address);
    try {
      const read = await bench.read(await grown(size));
      const first = await bench.score();
      points.push({ size, read, seconds: first.seconds, memory: await bench.memory() });
    } finally {
      await bench.close();
    }
  }
  const [smallest] = points;
  table(
    ["stimuli", "read, s", "run, s", "ms/stimulus", "against linear growth", "memory"],
    points.map(({ size, read, seconds, memory }) => {
      const total = read + seconds;
      const linear = smallest === undefined ? total : ((smallest.read + smallest.seconds) * size) / smallest.size;
      return [
        String(size),
        read.toFixed(2),
        seconds.toFixed(2),
        ((1000 * total) / size).toFixed(2),
        `${(total / linear).toFixed(2)} ×`,
        memory,
      ];
    }),
  );
  return points;
}

function median(runs: readonly Measurement[]): Measurement {
  const sorted = [...runs].sort((a, b) => a.seconds - b.seconds);
  const middle = sorted[Math.floor(sorted.length / 2)];
  if (middle === undefined) throw new Error("nothing was measured");
  return middle;
}
