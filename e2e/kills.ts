/**
 * Kills: a run of 1,280 stimuli whose browser is ended with SIGKILL, again and again, at random moments, and resumed.
 *
 * What must hold, and is checked: each time the page offers to resume; what a batch had brought is never computed again, so
 * that at most the batch that was under way is repeated; and in the end every activation and the scorecard's scores are, to
 * the last bit, those of a run that nobody interrupted. The browser is an ordinary one with a profile on disk; the page is
 * used as a person uses it. `npm run kills -- 20` prints a line for each kill.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type Page } from "playwright";
import { CHROMIUM_ARGS, ensureChromium } from "../cli/browser.ts";
import { ensureBuilt, serveSite } from "../cli/site.ts";
import type { ScorecardScore } from "../src/scorecard/scorecard.ts";
import { drawings } from "./drawings.ts";
import { digestActivations, storedIn } from "./stored.ts";
import { example, fileAt } from "./support.ts";

export interface Kill {
  /** Answers that the run had when its moment came; some moments come by the clock, while it is still starting. */
  readonly at: number;
  /** What the page said that it had done when it came back. */
  readonly offered: string;
  /** Stimuli that were stored when the run began, and when the next page opened. */
  readonly before: number;
  readonly stored: number;
  /** Stimuli that the network was run on in between. */
  readonly inferred: number;
}

export interface Killed {
  readonly kills: readonly Kill[];
  /** Pictures of a batch. */
  readonly batch: number;
  readonly stimuli: number;
  readonly scores: readonly ScorecardScore[];
  readonly activations: string;
  /** Of the run that was not interrupted. */
  readonly undisturbed: { readonly scores: readonly ScorecardScore[]; readonly activations: string };
}

const BATCH = 32;

/** Runs and kills. `random` gives numbers in [0, 1). */
export async function killed(
  address: string,
  wanted: number,
  { stimuli = 1280, random = Math.random, onKill = (_: Kill): void => undefined } = {},
): Promise<Killed> {
  const files = [await drawings(stimuli), ...["card.json", "shapes-net.onnx"].map((name) => fileAt(example(name)))];
  const profiles = [0, 1].map(() => mkdtempSync(join(tmpdir(), "gapscope-kills-")));
  const [quiet = "", restless = ""] = profiles;
  const opened: Browser[] = [];
  const open = async (profile: string): Promise<Browser> => {
    const browser = await Browser.open(profile, address);
    opened.push(browser);
    return browser;
  };
  try {
    const whole = await open(quiet);
    await whole.give(files);
    await whole.press("Score 1 subject");
    await whole.done();
    const undisturbed = await whole.outcome();
    await whole.kill();

    // All over the run, and every fifth while it starts.
    const last = stimuli - 2 * BATCH;
    const moments = Array.from({ length: wanted }, () => last * random()).sort((a, b) => a - b);
    const kills: Kill[] = [];
    let browser = await open(restless);
    await browser.give(files);
    let resuming = false;
    for (const [i, moment] of moments.entries()) {
      const before = await browser.stored();
      await browser.press(resuming ? "Resume" : "Score 1 subject");
      const at = await browser.reach(i % 5 === 4 ? 0 : moment, 1000 * random());
      const inferred = browser.inferred;
      await browser.kill();
      browser = await open(restless);
      const stored = await browser.stored();
      const offered = await browser.offered();
      resuming = offered !== "";
      // A page that is killed before it has begun to run has nothing to offer.
      if (!resuming) await browser.give(files);
      const kill = { at, offered, before, stored, inferred };
      kills.push(kill);
      onKill(kill);
    }
    await browser.press(resuming ? "Resume" : "Score 1 subject");
    await browser.done();
    const outcome = await browser.outcome();
    await browser.kill();
    return { kills, batch: BATCH, stimuli, ...outcome, undisturbed };
  } finally {
    for (const browser of opened) await browser.kill();
    for (const profile of profiles) rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** A browser that can be killed, with the page open. */
class Browser {
  /** Stimuli that the network was run on since the page was opened and its backends were checked. */
  inferred = 0;
  /** Pictures that the self-check ran its own network on. */
  #checked = 0;

  private constructor(
    readonly process: ChildProcess,
    readonly page: Page,
  ) {
    page.on("console", (message) => {
      const [word, n] = message.text().split(" ");
      if (word === "inferred") this.inferred = Number(n) - this.#checked;
    });
  }

  static async open(profile: string, address: string): Promise<Browser> {
    const args = ["--headless=new", `--user-data-dir=${profile}`, "--remote-debugging-port=0", ...CHROMIUM_ARGS];
    const process = spawn(ensureChromium(), [...args, "about:blank"], {
      detached: true, // a group of its own, so that all of it can be killed
      stdio: ["ignore", "ignore", "pipe"],
    });
    const endpoint = await listening(process);
    const connection = await chromium.connectOverCDP(endpoint);
    const [context] = connection.contexts();
    if (context === undefined) throw new Error("the browser has no context");
    const page = await context.newPage();
    const browser = new Browser(process, page);
    await page.addInitScript(countInferences);
    await page.goto(address);
    await page.waitForFunction(() => window.gapscope !== undefined);
    await page.evaluate(() => window.gapscope?.checkBackends());
    browser.#checked = browser.inferred;
    browser.inferred = 0;
    return browser;
  }

  async give(files: Awaited<ReturnType<typeof drawings>>[]): Promise<void> {
    const chooser = this.page.waitForEvent("filechooser");
    await this.page.getByRole("button", { name: /Choose a zip/ }).click();
    await (await chooser).setFiles(files);
    await this.page.getByRole("button", { name: "Score 1 subject", disabled: false }).waitFor();
  }

  /** Presses a button and waits until the page runs. */
  async press(name: string): Promise<void> {
    await this.page.getByRole("button", { name, exact: true }).click();
  }

  /** Waits until so many stimuli are done, of none for so many milliseconds; how many are. */
  async reach(stimuli: number, milliseconds: number): Promise<number> {
    const done = () => window.gapscope?.progress() as { readonly done: number } | undefined; // of a run of cells
    if (stimuli === 0) await this.page.waitForTimeout(milliseconds);
    else
      await this.page.waitForFunction(
        (n) => {
          const progress = window.gapscope?.progress();
          return progress !== undefined && "done" in progress && progress.done >= n;
        },
        stimuli,
        { polling: 3 },
      );
    return (await this.page.evaluate(done))?.done ?? 0;
  }

  /** Waits until the run is over. */
  async done(): Promise<void> {
    await this.page.getByRole("button", { name: "Recompute" }).waitFor({ timeout: 300_000 });
  }

  /** What the page offers to resume; empty for nothing. */
  async offered(): Promise<string> {
    const offer = this.page.getByText(/^Unfinished run/);
    await offer.waitFor({ timeout: 5_000 }).catch(() => undefined);
    return (await offer.count()) === 0 ? "" : ((await offer.textContent()) ?? "");
  }

  /** Stimuli whose activations are stored. */
  stored(): Promise<number> {
    return this.page.evaluate(storedIn, "activations");
  }

  async outcome(): Promise<Killed["undisturbed"]> {
    const activations = await this.page.evaluate(digestActivations);
    const result = await this.page.evaluate(() =>
      window.gapscope?.score({ wish: "wasm", fresh: false, storing: true }),
    );
    if (result?.summary?.inferred !== 0) throw new Error("something was not kept");
    return { activations, scores: result.scorecard.benchmarks.flatMap(({ scores }) => scores) };
  }

  /** Ends every process of the browser, as a power cut would. */
  async kill(): Promise<void> {
    const { pid, exitCode, signalCode } = this.process;
    if (pid === undefined || exitCode !== null || signalCode !== null) return;
    const ended = once(this.process, "exit");
    process.kill(-pid, "SIGKILL");
    await ended;
  }
}

/** Resolves with the address of the browser's own protocol. */
function listening(browser: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = "";
    browser.stderr?.on("data", (piece) => {
      said += String(piece);
      const address = /DevTools listening on (ws:\S+)/.exec(said)?.[1];
      if (address !== undefined) resolve(address);
    });
    browser.once("exit", () => reject(new Error(`the browser did not start: ${said}`)));
  });
}

/** In the page: tells of every batch that is sent to the network. */
function countInferences(): void {
  let inferred = 0;
  const { postMessage } = Worker.prototype;
  Worker.prototype.postMessage = function (message, ...rest) {
    if (message?.path?.[0] === "infer") {
      inferred += message.argumentList[1].value;
      // biome-ignore lint/suspicious/noConsole: what the harness listens to
      console.info(`inferred ${inferred}`);
    }
    // The two forms of the method share this place.
    return Reflect.apply(postMessage, this, [message, ...rest]);
  };
}

/** What is wrong with what came of it; empty where everything holds. */
export function complaints({ kills, batch, stimuli, scores, activations, undisturbed }: Killed): string[] {
  const each = kills.flatMap(({ before, stored, inferred, offered }, i): string[] => {
    const repeated = inferred - (stored - before);
    return [
      ...(offered === "" && stored > 0 ? [`kill ${i + 1}: nothing was offered to resume`] : []),
      ...(repeated > batch ? [`kill ${i + 1}: ${repeated} stimuli were computed and not kept`] : []),
      ...(stored < before ? [`kill ${i + 1}: ${before - stored} stored stimuli are gone`] : []),
    ];
  });
  const [score] = scores;
  return [
    ...each,
    ...(score?.status === "scored" ? [] : ["there is no score"]),
    ...(JSON.stringify(scores) === JSON.stringify(undisturbed.scores) ? [] : ["the scores differ"]),
    ...(activations === undisturbed.activations ? [] : ["activations differ"]),
    ...(stimuli > 0 ? [] : ["there are no stimuli"]),
  ];
}

async function main(): Promise<void> {
  const wanted = Number(process.argv[2] ?? 20);
  await ensureBuilt();
  const site = await serveSite();
  try {
    let n = 0;
    const result = await killed(site.address, wanted, {
      onKill: ({ at, offered, before, stored, inferred }) => {
        n += 1;
        const repeated = inferred - (stored - before);
        process.stdout.write(
          `${String(n).padStart(2)}  at ${String(at).padStart(4)}  ${String(stored).padStart(5)} stored  ${String(repeated).padStart(3)} to repeat  ${offered}\n`,
        );
      },
    });
    const wrong = complaints(result);
    process.stdout.write(
      wrong.length === 0
        ? `${wanted} kills; scores and all activations are those of an undisturbed run, to the last bit.\n`
        : `${wrong.join("\n")}\n`,
    );
    process.exitCode = wrong.length === 0 ? 0 : 1;
  } finally {
    await site.close();
  }
}

if (process.argv[1]?.endsWith("kills.ts")) await main();
