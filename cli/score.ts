/**
 * `npm run score`: the page, driven headless.
 *
 * It serves the built page on a free loopback port, opens it in Chromium, hands it the files through an ordinary file
 * input and calls the actions that a person's clicks call (src/app/automation.ts). The profile is kept between runs under
 * one origin, so that what is stored in IndexedDB serves the next run. Table on standard output, progress on standard error.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { basename, join } from "node:path";
import { type BrowserContext, chromium, type Page } from "playwright";
import { faultLine, GapscopeError } from "../src/faults/faults.ts";
import { compareScorecards } from "../src/scorecard/compare.ts";
import type { ScorecardLayers } from "../src/scorecard/layers.ts";
import { readScorecard } from "../src/scorecard/read.ts";
import type { Scorecard, ScorecardBenchmark } from "../src/scorecard/scorecard.ts";
import { readArguments, type ScoreArguments, USAGE } from "./arguments.ts";
import { CHROMIUM_ARGS, ensureChromium, webgpuArgs } from "./browser.ts";
import { ProgressLine } from "./progress.ts";
import { ensureBuilt, serveSite } from "./site.ts";
import { scoreTable } from "./table.ts";
import { verdictTable } from "./verdict.ts";

/** One origin whatever the port: IndexedDB belongs to an origin, and loopback names are secure contexts. */
const ORIGIN = "http://gapscope.localhost";

process.exitCode = await main(process.argv.slice(2));

async function main(argv: readonly string[]): Promise<number> {
  const given = readArguments(argv, (path) => readFileSync(path, "utf8"));
  if (!("zips" in given)) return refuse(given);
  if (given.help) {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  const claimed = given.against === undefined ? undefined : await claimedBy(given.against);
  if (claimed !== undefined && !("benchmarks" in claimed)) return refuse(claimed);
  const executablePath = ensureChromium();
  await ensureBuilt();
  const site = await serveSite();
  const profile = await openProfile(executablePath, site.port, given);
  try {
    const page = profile.context.pages()[0] ?? (await profile.context.newPage());
    page.on("crash", () => process.stderr.write("The page crashed.\n"));
    await page.goto(`${ORIGIN}/`);
    return await score(page, given, claimed);
  } finally {
    await profile.close();
    await site.close();
  }
}

/** Somebody's scorecard, or the faults that it is refused for. */
async function claimedBy(path: string): Promise<Scorecard | readonly string[]> {
  try {
    return await readScorecard(new Blob([readFileSync(path)]), basename(path));
  } catch (error) {
    return GapscopeError.from(error).faults.map(faultLine);
  }
}

async function score(page: Page, given: ScoreArguments, claimed: Scorecard | undefined): Promise<number> {
  const subjects = given.cards.length + given.recorded.length + given.models.length;
  const example = given.zips.length === 0 && subjects === 0;
  const refused = example ? await page.evaluate(() => window.gapscope?.openExample() ?? []) : await open(page, given);
  if (refused.length > 0) return refuse(refused);
  if (!example && given.zips.length === 0) return refuse(["no benchmark: name at least one zip"]);
  if (!example && subjects === 0) {
    return refuse([
      "no subject: --models all --weights DIR for the panel, --model CARD.json for a network of your own, --recorded NAME=FILE for recorded responses",
    ]);
  }
  const line = new ProgressLine(process.stderr);
  const options = { wish: given.backend, fresh: given.fresh, storing: given.store };
  const needs = await page.evaluate((options) => window.gapscope?.needs(options), options);
  if (needs !== undefined && needs !== "") process.stderr.write(`${needs}\n`);
  const result = await watched(
    page,
    line,
    page.evaluate((options) => window.gapscope?.score(options), options),
  );
  if (result === undefined) throw new Error("the page has no automation");
  if (result.refused.length > 0) return refuse(result.refused);
  const { card, without } = given.layers
    ? await withLayers(page, result.scorecard, given, line)
    : { card: result.scorecard, without: [] };
  process.stdout.write(scoreTable(card));
  for (const reason of without) process.stderr.write(`${reason}\n`);
  if (result.summary !== undefined) {
    const { inferred, seconds } = result.summary;
    process.stderr.write(`${inferred} pictures were run through networks, in ${seconds.toFixed(1)} s\n`);
  }
  if (given.json !== undefined) writeFileSync(given.json, `${JSON.stringify(card, null, 2)}\n`);
  if (given.csv !== undefined) writeFileSync(given.csv, result.csv);
  const comparison = claimed === undefined ? undefined : await compareScorecards(claimed, result.scorecard);
  if (comparison !== undefined) process.stdout.write(`\n${verdictTable(comparison)}`);
  const reproduced = comparison === undefined || comparison.verdict === "reproduced";
  const cells = result.scorecard.benchmarks.flatMap((benchmark) => benchmark.scores);
  const failed = cells.some((cell) => cell.status === "failed" || cell.status === "cancelled");
  return failed || without.length > 0 || cells.length === 0 || !reproduced ? 1 : 0;
}

/** Prints the page's progress until `task` is done. */
async function watched<Result>(page: Page, line: ProgressLine, task: Promise<Result>): Promise<Result> {
  const watch = setInterval(() => {
    page
      .evaluate(() => window.gapscope?.progress())
      .then((progress) => line.show(progress))
      .catch(() => undefined);
  }, 500);
  return task.finally(() => {
    clearInterval(watch);
    line.clear();
  });
}

/** The scorecard with the scores of every layer of each network on each neural benchmark, and why where that failed. */
async function withLayers(
  page: Page,
  card: Scorecard,
  { fresh }: ScoreArguments,
  line: ProgressLine,
): Promise<{ readonly card: Scorecard; readonly without: readonly string[] }> {
  const benchmarks: ScorecardBenchmark[] = [];
  const without: string[] = [];
  for (const benchmark of card.benchmarks) {
    const { identifier } = benchmark;
    const layers: ScorecardLayers[] = [];
    for (const { subject } of benchmark.scores) {
      const found = await watched(
        page,
        line,
        page.evaluate(([benchmark, subject, fresh]) => window.gapscope?.layers(benchmark, subject, { fresh }), [
          identifier,
          subject,
          fresh,
        ] as const),
      );
      if (found === undefined) continue;
      if ("entry" in found) layers.push(found.entry);
      else without.push(`${subject} on ${identifier}, layer by layer: ${found.reason}`);
    }
    benchmarks.push(layers.length === 0 ? benchmark : { ...benchmark, layers });
  }
  return { card: { ...card, benchmarks }, without };
}

/** Hands the files to the page: each card with its own network files, so that equal names do not meet. */
async function open(
  page: Page,
  { zips, cards, recorded, models, weights }: ScoreArguments,
): Promise<readonly string[]> {
  const groups = [
    {
      paths: [...zips, ...recorded.map(({ file }) => file)],
      names: [...zips.map(() => null), ...recorded.map(({ name }) => name)],
    },
    ...cards.map(({ card, beside }) => ({ paths: [card, ...beside], names: [] })),
  ].filter(({ paths }) => paths.length > 0);
  let refused: readonly string[] = [];
  for (const { paths, names } of groups) {
    const input = await fileInput(page, paths);
    refused = await page.evaluate(({ input, names }) => window.gapscope?.open(input.files ?? [], names) ?? [], {
      input,
      names,
    });
    await input.dispose();
  }
  if (refused.length > 0 || models.length === 0) return refused;
  if (weights.length > 0) {
    const input = await fileInput(page, weights);
    refused = await page.evaluate((input) => window.gapscope?.openWeights(input.files ?? []) ?? [], input);
  }
  const missing = await page.evaluate((models) => window.gapscope?.selectPanel(models) ?? [], models);
  return [...refused, ...missing];
}

async function fileInput(page: Page, paths: readonly string[]) {
  const input = await page.evaluateHandle(() =>
    Object.assign(document.createElement("input"), { type: "file", multiple: true }),
  );
  await input.setInputFiles([...paths]);
  return input;
}

function refuse(faults: readonly string[]): number {
  for (const fault of faults) process.stderr.write(`${fault}\n`);
  return 2;
}

interface Profile {
  readonly context: BrowserContext;
  close(): Promise<void>;
}

/** The kept profile, or a passing one where another run has it open. */
async function openProfile(executablePath: string, port: number, { backend }: ScoreArguments): Promise<Profile> {
  const launch = (folder: string): Promise<BrowserContext> =>
    chromium.launchPersistentContext(folder, {
      executablePath,
      // It serves its own build each time; a kept one would be the last run's.
      serviceWorkers: "block",
      args: [
        ...CHROMIUM_ARGS,
        ...(backend === "wasm" ? [] : webgpuArgs()),
        `--host-resolver-rules=MAP gapscope.localhost:80 127.0.0.1:${port}`,
      ],
    });
  const kept =
    process.env.GAPSCOPE_PROFILE ??
    join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "gapscope", "profile");
  try {
    const context = await launch(kept);
    return { context, close: () => context.close() };
  } catch (error) {
    if (!/ProcessSingleton|profile.*in use|SingletonLock/i.test(String(error))) throw error;
    process.stderr.write("Another run is using the kept results; this one starts without them.\n");
    const passing = await mkdtemp(join(tmpdir(), "gapscope-"));
    const context = await launch(passing);
    return {
      context,
      close: async () => {
        await context.close();
        await rm(passing, { recursive: true, force: true });
      },
    };
  }
}
