/**
 * Whether the page answers while it works: main-thread tasks of more than 50 ms, by the browser's own long-task entries.
 *
 * These count by the clock on the wall, and on a busy machine a task also waits for the processor that the workers have. So the
 * browser's trace is asked beside, which knows how long the main thread had the processor for each.
 *
 * The page is driven as a person drives it, by its buttons, so that nothing but the product runs in it. Subjects beside the
 * example's network are made up: they answer what was drawn, but for every so many stimuli. The scores mean nothing.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import JSZip from "jszip";
import { type Browser, chromium, type Page } from "playwright";
import { CHROMIUM_ARGS, ensureChromium } from "../cli/browser.ts";
import { grown } from "./cases.ts";
import { heading, table } from "./print.ts";

/** Milliseconds; what the browser calls a long task, and the shell's limit during a run. */
const LIMIT = 50;
/** Of the board few, because what is measured is its 1,500 cells. */
const STIMULI = { example: 360, larger: 1280, gallery: 5000, board: 45 } as const;
const BOARD = { benchmarks: 50, subjects: 30 } as const;
const PATIENCE = 600_000;

interface Stage {
  readonly name: string;
  readonly seconds: number;
  /** Durations of the long tasks, milliseconds. */
  readonly tasks: readonly number[];
  /** Processor time of each task that had more than the limit of it, milliseconds. */
  readonly busy: readonly number[];
}

export async function page(address: string): Promise<unknown> {
  const folder = mkdtempSync(join(tmpdir(), "gapscope-page-"));
  const browser = await chromium.launch({ executablePath: ensureChromium(), args: [...CHROMIUM_ARGS] });
  try {
    const stages = [
      ...(await runs(browser, address, folder, "example")),
      ...(await runs(browser, address, folder, "larger")),
      ...(await gallery(browser, address, folder)),
      ...(await board(browser, address, folder)),
    ];
    heading(`main-thread tasks over ${LIMIT} ms: by the clock, and of processor time`);
    table(
      ["stage", "s", "tasks", "longest, ms", "of processor time", "longest, ms"],
      stages.map(({ name, seconds, tasks, busy }) => [
        name,
        seconds.toFixed(1),
        ...[tasks, busy].flatMap((durations) => [
          String(durations.length),
          durations.length === 0 ? "–" : Math.max(...durations).toFixed(0),
        ]),
      ]),
    );
    return stages;
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true });
  }
}

/** Loading the page, a run of the network and nine others, and looking into its cell. */
async function runs(browser: Browser, address: string, folder: string, size: "example" | "larger"): Promise<Stage[]> {
  const made = await material(folder, STIMULI[size], 9);
  const watched = await Watched.open(browser, address);
  const title = `${STIMULI[size]} stimuli × 10 subjects`;
  await watched.stage(`load, before ${title}`, () => watched.load());
  await watched.stage(`open ${title}`, () =>
    watched.choose([made.zip, ...made.network, ...made.recorded], { subjects: 10 }),
  );
  await watched.stage(`run ${title}`, () => watched.run());
  await watched.stage(`inspector of ${title}`, () => watched.inspect());
  return watched.close();
}

async function gallery(browser: Browser, address: string, folder: string): Promise<Stage[]> {
  const made = await material(folder, STIMULI.gallery, 1);
  const watched = await Watched.open(browser, address);
  await watched.load();
  await watched.choose([made.zip, ...made.recorded]);
  await watched.stage(`run ${STIMULI.gallery} stimuli × 1 recorded subject`, () => watched.run());
  await watched.stage(`inspector of ${STIMULI.gallery} stimuli`, () => watched.inspect());
  await watched.stage(`scroll its gallery to the end`, () => watched.scroll('[role="grid"]'));
  return watched.close();
}

async function board(browser: Browser, address: string, folder: string): Promise<Stage[]> {
  const { benchmarks, subjects } = BOARD;
  const made = await material(folder, STIMULI.board, subjects, benchmarks);
  const watched = await Watched.open(browser, address);
  await watched.load();
  const title = `${benchmarks} × ${subjects} board`;
  await watched.stage(`open a ${title}`, () => watched.choose([made.zip, ...made.recorded], BOARD));
  await watched.stage(`run a ${title}, its first minute`, () => watched.run(60_000));
  await watched.stage(`scroll a ${title}`, () => watched.scroll("main"));
  return watched.close();
}

/** A page whose long tasks are written down, stage by stage. */
class Watched {
  readonly #stages: Stage[] = [];

  private constructor(
    readonly browser: Browser,
    readonly page: Page,
    readonly address: string,
  ) {}

  static async open(browser: Browser, address: string): Promise<Watched> {
    const page = await browser.newPage({ serviceWorkers: "block", viewport: { width: 1400, height: 900 } });
    await page.addInitScript(() => {
      const longTasks: number[] = [];
      new PerformanceObserver((list) => {
        for (const { duration } of list.getEntries()) longTasks.push(duration);
      }).observe({ type: "longtask", buffered: true });
      Object.assign(window, { longTasks });
    });
    return new Watched(browser, page, address);
  }

  async stage(name: string, act: () => Promise<void>): Promise<void> {
    const before = (await this.#tasks()).length;
    await this.browser.startTracing(this.page, { categories: ["-*", "toplevel"] });
    const start = performance.now();
    await act();
    const seconds = (performance.now() - start) / 1000;
    await this.page.waitForTimeout(500); // entries are told late
    const busy = busyTasks(await this.browser.stopTracing());
    process.stderr.write(`${name}\n`); // some take minutes
    this.#stages.push({ name, seconds, tasks: (await this.#tasks()).slice(before), busy });
  }

  #tasks(): Promise<readonly number[]> {
    return this.page.evaluate(() => [...(Reflect.get(window, "longTasks") ?? [])]);
  }

  async load(): Promise<void> {
    await this.page.goto(this.address);
    await this.page.getByRole("button", { name: "Try the example" }).waitFor();
    await this.page.waitForTimeout(1000);
  }

  /** By the page's button, and until everything is read. */
  async choose(paths: readonly string[], { benchmarks = 1, subjects = 1 } = {}): Promise<void> {
    const chooser = this.page.waitForEvent("filechooser");
    await this.page.getByRole("button", { name: /Choose a zip/ }).click();
    await (await chooser).setFiles([...paths]);
    await this.page
      .getByText(new RegExp(`^${benchmarks} benchmarks? × ${subjects} subjects?,`))
      .waitFor({ timeout: PATIENCE });
  }

  /** Until the last interval is there, or cancelled before. */
  async run(most = PATIENCE): Promise<void> {
    await this.page.getByRole("button", { name: /^Score \d/ }).click();
    const done = this.page.getByRole("button", { name: "Recompute" });
    await done.waitFor({ timeout: most }).catch(() => this.page.getByRole("button", { name: "Cancel" }).click());
    await done.waitFor();
  }

  /** The first cell, until its first pictures are shown. */
  async inspect(): Promise<void> {
    await this.page.locator("main td button").first().click();
    await this.page.locator('[role="grid"] [role="row"] img').first().waitFor({ timeout: PATIENCE });
    await this.page.waitForTimeout(1000);
  }

  /** By the wheel, a screen at a time, as far as it goes. */
  async scroll(selector: string): Promise<void> {
    const target = this.page.locator(selector).first();
    await target.hover();
    const place = (): Promise<string> =>
      target.evaluate((element) => `${element.scrollTop}, ${document.scrollingElement?.scrollTop}`);
    for (let before = ""; before !== (await place()); ) {
      before = await place();
      await this.page.mouse.wheel(0, 600);
      await this.page.waitForTimeout(60);
    }
  }

  async close(): Promise<Stage[]> {
    await this.page.close();
    return this.#stages;
  }
}

/** What is read of Chromium's trace; times are microseconds. */
interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly args?: { readonly name?: string };
  /** Of the processor. */
  readonly tdur?: number;
}

/** Processor time, in milliseconds, of the tasks of a page's main thread that had more than the limit. */
function busyTasks(trace: Buffer): number[] {
  const { traceEvents }: { readonly traceEvents: readonly TraceEvent[] } = JSON.parse(trace.toString());
  const thread = ({ pid, tid }: TraceEvent): string => `${pid}:${tid}`;
  const mains = new Set(
    traceEvents.filter(({ name, args }) => name === "thread_name" && args?.name === "CrRendererMain").map(thread),
  );
  if (mains.size === 0) throw new Error("the trace names no main thread");
  return traceEvents
    .filter((event) => event.name.endsWith("RunTask") && mains.has(thread(event)))
    .map(({ tdur = 0 }) => tdur / 1000)
    .filter((milliseconds) => milliseconds > LIMIT);
}

interface Material {
  /** Paths. */
  readonly zip: string;
  readonly network: readonly string[];
  readonly recorded: readonly string[];
}

/** The example grown to so many stimuli, as several benchmarks of them, and so many recorded subjects. */
async function material(folder: string, stimuli: number, subjects: number, benchmarks = 1): Promise<Material> {
  const write = (name: string, bytes: Uint8Array | string): string => {
    const path = join(folder, name);
    writeFileSync(path, bytes);
    return path;
  };
  const { zip, card, onnx } = await grown(stimuli);
  const source = await JSZip.loadAsync(zip.buffer);
  const text = async (name: string): Promise<string> => (await source.file(name)?.async("string")) ?? "";
  const manifest: { readonly identifier: string; readonly stimulus_set: object } = JSON.parse(
    await text("benchmark.json"),
  );
  if (benchmarks > 1) {
    source.remove("benchmark.json");
    for (let i = 1; i <= benchmarks; i++) {
      const own = {
        ...manifest,
        identifier: `${manifest.identifier}-${i}`,
        stimulus_set: { ...manifest.stimulus_set, table: "../stimuli.csv", images: "../stimuli/" },
        data: { table: "../responses.csv" },
      };
      source.file(`${i}/benchmark.json`, JSON.stringify(own));
    }
  }
  const rows = (await text("stimuli.csv")).split("\n").slice(1);
  const truths = rows.map((row) => row.split(",")[3] ?? "");
  const answersOf = (subject: number): string =>
    rows
      .map((row, i) => `${row.split(",")[0]},${truths[i % (subject + 2) === 0 ? (i + 97) % truths.length : i]}`)
      .join("\n");
  return {
    zip: write(`of-${stimuli}-${benchmarks}.zip`, await source.generateAsync({ type: "nodebuffer" })),
    network: [write(card.name, card.buffer), write(onnx.name, onnx.buffer)],
    recorded: Array.from({ length: subjects }, (_, k) =>
      write(`made-up-${k + 1}.csv`, `stimulus_id,response\n${answersOf(k)}\n`),
    ),
  };
}
