/**
 * What can go wrong while a run goes on, done on purpose. Each time the run must end with the scores of a run in which nothing
 * went wrong, or with the reason, and what else is open must not suffer.
 *
 * Faults in files are in refusals.spec.ts, page.spec.ts and shelf.spec.ts, lost GPUs in gpu-faults.spec.ts, ended browsers in
 * kills.spec.ts.
 */
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BrowserContext, chromium, expect, type Page, test } from "@playwright/test";
import { CHROMIUM_ARGS, ensureChromium } from "../cli/browser.ts";
import { RUNTIME } from "../src/lab/store.ts";
import { drawer, drawings } from "./drawings.ts";
import { FAULTS, type Spoiler, spoiler } from "./faults.ts";
import { hungryNetwork } from "./hungry-network.ts";
import { digestActivations, fillUp, putActivations, storedIn } from "./stored.ts";
import { checkBackends, example, fileAt, type GivenFile, give, openPage, score, scored } from "./support.ts";

const STIMULI = 160;
const BATCH = 32;
const CELL = ["Drawings-accuracy", "shapes-net"] as const;
/** The first worker of a run prepares pictures; faults in batches are for the second. */
const PREPARES = "";
/** Of a run that the page's button begins, one before that looks for a GPU. */
const LOOKS = "";

let files: readonly GivenFile[] = [];
/** Of a run in which nothing goes wrong. */
let expected: { readonly score: string; readonly activations: string };

test.beforeAll(async ({ browser, baseURL }) => {
  files = [
    await drawings(STIMULI),
    drawer(STIMULI),
    ...["card.json", "shapes-net.onnx"].map((name) => fileAt(example(name))),
  ];
  const context = await browser.newContext({ ...(baseURL === undefined ? {} : { baseURL }), serviceWorkers: "block" });
  const page = await context.newPage();
  await open(page);
  const { digest } = scored(await score(page), ...CELL);
  expected = { score: digest, activations: await page.evaluate(digestActivations) };
  await context.close();
});

async function open(page: Page): Promise<void> {
  await openPage(page);
  await checkBackends(page);
  expect(await give(page, files)).toEqual([]);
}

/** Opens the page behind a spoiler, everything in order so far. */
async function openSpoilt(page: Page): Promise<Spoiler> {
  const spoil = await spoiler(page);
  await open(page);
  return spoil;
}

/** The run is to end as if nothing had happened. */
async function expectUndisturbed(page: Page, result: ReturnType<typeof score>): Promise<void> {
  expect(scored(await result, ...CELL).digest).toBe(expected.score);
  expect(await page.evaluate(digestActivations)).toBe(expected.activations);
}

/** The network's cell is to have failed for this reason; the other subject is to have its score. */
async function expectFailed(result: ReturnType<typeof score>, reason: RegExp): Promise<void> {
  const done = await result;
  expect(scored(done, CELL[0], "drawer").score).toBe(1);
  const cell = done.scorecard.benchmarks[0]?.scores.find(({ subject }) => subject === CELL[1]);
  expect(cell).toMatchObject({ status: "failed", reason: expect.stringMatching(reason) });
}

/** Resolves when a run has answered at least `n` stimuli of the network's. */
const reached = (page: Page, n: number) =>
  page.waitForFunction(
    (n) => {
      const progress = window.gapscope?.progress();
      return progress?.subject === "shapes-net" && progress.done >= n;
    },
    n,
    { polling: 3 },
  );

const unfinished = (page: Page) => page.getByRole("region", { name: "Unfinished runs" });

test.describe("a worker", () => {
  test("that throws at import is replaced, once; then the reason stands", async ({ page }) => {
    const spoil = await openSpoilt(page);
    spoil.arm(...Array<string>(10).fill(FAULTS.throwsAtImport));
    await expectFailed(score(page), /subject worker stopped: .*broken at import/);
    spoil.arm(FAULTS.throwsAtImport);
    await expectUndisturbed(page, score(page));
  });

  test("that dies in a batch is replaced and nothing is lost; twice, the reason stands and what was done is kept", async ({
    page,
  }) => {
    const spoil = await openSpoilt(page);
    spoil.arm(PREPARES, FAULTS.diesInBatch(2), FAULTS.diesInBatch(1));
    await expectFailed(score(page), /died in a batch/);
    expect(await page.evaluate(storedIn, "activations")).toBe(BATCH);
    spoil.arm(PREPARES, FAULTS.diesInBatch(2));
    const rest = score(page);
    await expectUndisturbed(page, rest);
    expect((await rest).summary?.inferred).toBe(STIMULI - BATCH);
  });

  test("that answers with what cannot be sent fails with that reason, and works when asked again", async ({ page }) => {
    const spoil = await openSpoilt(page);
    spoil.arm(PREPARES, FAULTS.answersUncloneable(2));
    await expectFailed(score(page), /unserializable/i);
    await expectUndisturbed(page, score(page));
  });

  for (const [what, fault] of [
    ["loops for ever", FAULTS.loopsForEver(2)],
    ["closes itself", FAULTS.closesItself(2)],
  ] as const) {
    test(`that ${what} is given up for hung and replaced`, async ({ page }) => {
      await page.clock.install();
      const spoil = await openSpoilt(page);
      spoil.arm(PREPARES, fault);
      const started = spoil.started;
      const result = score(page);
      await reached(page, BATCH);
      await page.waitForTimeout(500); // so that the second batch is under way
      await page.clock.runFor(90_000); // longer than it has for a batch, shorter than its successor has for opening
      await expectUndisturbed(page, result);
      expect(spoil.started - started).toBe(3);
    });
  }

  test("without memory gets half a batch; then the reason stands", async ({ page }) => {
    const spoil = await spoiler(page);
    await openPage(page);
    expect(await give(page, [await drawings(4), drawer(4), ...hungryNetwork()])).toEqual([]);
    const whole = await score(page);
    const hungry = () => scored(whole, CELL[0], "hungry");
    // Two images take 96 MB at once, one 48.
    spoil.arm(...Array<string>(4).fill(FAULTS.memory(100)));
    const started = spoil.started;
    const half = await score(page, { fresh: true });
    expect(scored(half, CELL[0], "hungry").digest).toBe(hungry().digest);
    expect(spoil.started - started).toBe(3);
    spoil.arm(...Array<string>(4).fill(FAULTS.memory(40)));
    const none = await score(page, { fresh: true });
    expect(scored(none, CELL[0], "drawer").score).toBe(1);
    expect(none.scorecard.benchmarks[0]?.scores.find(({ subject }) => subject === "hungry")).toMatchObject({
      status: "failed",
      reason: expect.stringMatching(/memory|alloc/i),
    });
  });
});

test.describe("time", () => {
  test("that a machine slept through is no sign of a hung worker", async ({ page }) => {
    await page.clock.install();
    const spoil = await openSpoilt(page);
    spoil.arm(PREPARES, FAULTS.slow(400));
    const started = spoil.started;
    const result = score(page);
    await reached(page, BATCH);
    await page.clock.fastForward(8 * 3600_000);
    await expectUndisturbed(page, result);
    expect(spoil.started - started).toBe(2);
  });

  test("that is set back or forth changes nothing", async ({ page }) => {
    await page.clock.install();
    const spoil = await openSpoilt(page);
    spoil.arm(PREPARES, FAULTS.slow(200));
    const result = score(page);
    await reached(page, BATCH);
    await page.clock.setSystemTime("1999-12-31T23:59:59Z");
    await reached(page, 2 * BATCH);
    await page.clock.setSystemTime("2040-01-01T00:00:00Z");
    await expectUndisturbed(page, result);
  });
});

test.describe("a file that changes on disk after it was opened", () => {
  test("is told, and can be opened again", async ({ page }) => {
    const onnx = join(tmpdir(), `gapscope-${Date.now()}-shapes-net.onnx`);
    const network = fileAt(example("shapes-net.onnx"));
    writeFileSync(onnx, network.buffer);
    const card = JSON.parse(String(fileAt(example("card.json")).buffer)) as object; // as it is given
    const named = { ...card, onnx: onnx.slice(tmpdir().length + 1) };
    await openPage(page);
    expect(await give(page, files.slice(0, 2))).toEqual([]);
    const input = await page.evaluateHandle(() =>
      Object.assign(document.createElement("input"), { type: "file", multiple: true }),
    );
    const cardFile = join(tmpdir(), `gapscope-${Date.now()}-card.json`);
    writeFileSync(cardFile, JSON.stringify(named));
    await input.setInputFiles([cardFile, onnx]);
    const opened = () => page.evaluate((input) => window.gapscope?.open(input.files ?? []), input);
    expect(await opened()).toEqual([]);
    writeFileSync(onnx, Buffer.concat([network.buffer, Buffer.from("more")]));
    await expectFailed(score(page), /changed, moved or deleted after it was opened/);
    writeFileSync(onnx, network.buffer);
    await input.setInputFiles([cardFile, onnx]);
    await page.getByRole("button", { name: /Remove shapes-net/ }).click();
    expect(await opened()).toEqual([]);
    await expectUndisturbed(page, score(page));
    for (const file of [onnx, cardFile]) rmSync(file);
  });
});

test.describe("storage", () => {
  test("that is not allowed is told once; scores are the same", async ({ page }) => {
    await page.addInitScript(() => {
      IDBFactory.prototype.open = () => {
        throw new DOMException("not in this window", "SecurityError");
      };
    });
    await open(page);
    expect(scored(await score(page), ...CELL).digest).toBe(expected.score);
    await expect(page.getByText(/does not let this page read or store anything/).first()).toBeVisible();
  });

  test("that gives no answer does not hold a run up", async ({ page }) => {
    await page.addInitScript(() => {
      // An open request that another page blocks stays without an event.
      IDBFactory.prototype.open = () => Object.create(IDBOpenDBRequest.prototype);
    });
    await open(page);
    expect(scored(await score(page), ...CELL).digest).toBe(expected.score);
  });

  const LITTLE = 8_000_000;
  /** Sets what this site may store; to be called before it has stored much, because the browser looks only now and then. */
  const quota = async (page: Page, quotaSize?: number): Promise<void> => {
    const session = await page.context().newCDPSession(page);
    const origin = new URL(page.url()).origin;
    await session.send("Storage.overrideQuotaForOrigin", quotaSize === undefined ? { origin } : { origin, quotaSize });
  };
  const reopen = async (page: Page): Promise<void> => {
    await page.reload();
    await page.waitForFunction(() => window.gapscope !== undefined);
    expect(await give(page, files)).toEqual([]);
  };
  const told = (page: Page) => page.getByRole("region", { name: "Storage is full" });

  test("that fills up in the middle does not stop a run", async ({ page }) => {
    const spoil = await spoiler(page);
    await openPage(page);
    await quota(page, LITTLE);
    await checkBackends(page);
    expect(await give(page, files)).toEqual([]);
    spoil.arm(PREPARES, FAULTS.slow(300));
    const result = score(page);
    await reached(page, BATCH);
    await page.evaluate(fillUp);
    expect(scored(await result, ...CELL).digest).toBe(expected.score);
    await expect(
      told(page).getByText(/Activations of what is open take [\d.]+ kB, of everything else 0 B/),
    ).toBeVisible();
    await expect(told(page).getByRole("button", { name: /Free 0 B/ })).toBeDisabled();
    const stored = await page.evaluate(storedIn, "activations");
    expect(stored).toBeGreaterThanOrEqual(BATCH);
    expect(stored).toBeLessThan(STIMULI);
    await quota(page);
    await reopen(page);
    const next = score(page);
    await expectUndisturbed(page, next);
    expect((await next).summary?.inferred).toBe(STIMULI - stored);
  });

  test("that a person frees takes activations again", async ({ page }) => {
    const spoil = await spoiler(page);
    await openPage(page);
    await quota(page, LITTLE);
    await checkBackends(page);
    await page.evaluate(putActivations, { key: `pixels-1|${RUNTIME}|another network|wasm|it|whole|1`, floats: 1e5 });
    expect(await give(page, files)).toEqual([]);
    spoil.arm(PREPARES, FAULTS.slow(1000));
    const result = score(page);
    await reached(page, BATCH);
    await page.evaluate(fillUp);
    const free = told(page).getByRole("button", { name: "Free 400 kB of activations" });
    await free.click();
    await expect(told(page)).toHaveCount(0);
    const before = await page.evaluate(storedIn, "activations");
    expect(scored(await result, ...CELL).digest).toBe(expected.score);
    expect(await page.evaluate(storedIn, "activations")).toBeGreaterThan(before);
  });

  test("that is damaged on disk costs what was kept, and nothing else", async ({ baseURL }) => {
    const profile = mkdtempSync(join(tmpdir(), "gapscope-damaged-"));
    try {
      await persistent(profile, baseURL, async (page) => {
        await open(page);
        await score(page);
      });
      const damaged = filesBelow(join(profile, "Default", "IndexedDB")).filter((path) =>
        /\.(log|ldb)$|MANIFEST/.test(path),
      );
      expect(damaged.length).toBeGreaterThan(0);
      for (const path of damaged) writeFileSync(path, Buffer.alloc(statSync(path).size, 0xa5));
      await persistent(profile, baseURL, async (page) => {
        await open(page);
        expect(scored(await score(page), ...CELL).digest).toBe(expected.score);
      });
    } finally {
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    }
  });

  test("of an earlier version is cleared, and that is told", async ({ page }) => {
    await open(page);
    await score(page);
    await page.evaluate(putActivations, { key: "pixels-0|ort-1.0.0|a network|wasm|logits|whole|1", floats: 9 });
    await page.reload();
    const messages = page.getByRole("region", { name: "Messages" });
    await expect(messages.getByText(/it forgot 1 stored activation of an earlier version/)).toBeVisible();
    await messages.getByRole("button", { name: "Dismiss" }).click();
    expect(await give(page, files)).toEqual([]);
    const again = score(page);
    await expectUndisturbed(page, again);
    expect((await again).summary?.inferred).toBe(0);
  });
});

test.describe("a page that goes away in the middle", () => {
  /** Runs by the button, so that the run can be gone on with, until `n` stimuli are done. */
  async function runUntil(page: Page, n: number): Promise<void> {
    const spoil = await openSpoilt(page);
    spoil.arm(LOOKS, PREPARES, FAULTS.slow(300));
    await page.getByRole("button", { name: "Score 2 subjects" }).click();
    await reached(page, n);
  }

  async function resume(page: Page): Promise<void> {
    await unfinished(page).getByRole("button", { name: "Resume" }).click();
    await expect(page.getByRole("button", { name: "Recompute" })).toBeVisible({ timeout: 60_000 });
    const rest = score(page); // everything is kept
    await expectUndisturbed(page, rest);
    expect((await rest).summary?.inferred).toBe(0);
  }

  test("by a reload offers to go on, and goes on from its last batch", async ({ page }) => {
    await runUntil(page, 2 * BATCH);
    await page.reload();
    await expect(
      unfinished(page).getByText(/Unfinished run, \d+ of 320 answers done: shapes-net and drawer/),
    ).toBeVisible();
    await expect(unfinished(page).getByText(/its files are kept in this browser, .*drawings\.zip/)).toBeVisible();
    const stored = await page.evaluate(storedIn, "activations");
    expect(stored).toBeGreaterThanOrEqual(2 * BATCH);
    await resume(page);
    await expect(unfinished(page)).toHaveCount(0);
    await page.reload();
    await page.waitForFunction(() => window.gapscope !== undefined);
    await expect(page.getByText(/ready/).first()).toBeVisible();
    await expect(unfinished(page)).toHaveCount(0);
  });

  test("by a crash or being closed does so in the next tab", async ({ page, context }) => {
    await runUntil(page, BATCH);
    await page.goto("chrome://crash").catch(() => undefined); // it does not come back from that
    await page.close();
    const next = await context.newPage();
    await openPage(next);
    await resume(next);
  });

  test("is forgotten when it is discarded, and its files with it", async ({ page }) => {
    await runUntil(page, BATCH);
    await page.reload();
    await unfinished(page).getByRole("button", { name: "Discard" }).click();
    await expect(unfinished(page)).toHaveCount(0);
    await page.reload();
    await page.waitForFunction(() => window.gapscope !== undefined);
    expect(await page.evaluate(storedIn, "journal")).toBe(0);
    await expect(unfinished(page)).toHaveCount(0);
  });
});

test.describe("two tabs", () => {
  async function both(context: BrowserContext): Promise<readonly [Page, Page]> {
    const [one, two] = [await context.newPage(), await context.newPage()];
    const spoil = await spoiler(one);
    await open(one);
    await open(two);
    spoil.arm(LOOKS, PREPARES, FAULTS.slow(400));
    await one.getByRole("button", { name: "Score 2 subjects" }).click();
    await reached(one, 1);
    await two.getByRole("button", { name: "Score 2 subjects" }).click();
    await expect(two.getByText(/Another tab of this page is running/)).toBeVisible();
    return [one, two];
  }
  const done = (page: Page): Promise<void> =>
    expect(page.getByRole("button", { name: "Recompute" })).toBeVisible({ timeout: 60_000 });

  test("take turns: the second waits, and finds everything computed", async ({ context }) => {
    const [one, two] = await both(context);
    const third = await context.newPage(); // a run that goes on is not one that was not finished
    await openPage(third);
    await expect(third.getByText(/ready/).first()).toBeVisible();
    await expect(unfinished(third)).toHaveCount(0);
    await done(two);
    await done(one);
    await expectUndisturbed(two, score(two));
  });

  test("take over from each other where a person says so", async ({ context }) => {
    const [one, two] = await both(context);
    await two.getByRole("button", { name: "Run here instead" }).click();
    await expect(one.getByText(/Another tab of this page has begun a run/).first()).toBeVisible();
    await done(two);
    await expectUndisturbed(two, score(two));
    await expectUndisturbed(one, score(one));
  });

  test("do not download the same file at once", async ({ context }) => {
    await context.route("https://huggingface.co/**", () => undefined); // a host that lets one wait
    const [one, two] = [await context.newPage(), await context.newPage()];
    for (const page of [one, two]) await openPage(page);
    const download = (page: Page) => page.getByRole("button", { name: "Download mobilenet_v2_1.4_224" });
    await download(one).click();
    await expect(one.getByRole("button", { name: "Cancel the download of mobilenet_v2_1.4_224" })).toBeVisible();
    await download(two).click();
    await expect(two.getByText("Another tab of this browser is downloading this file.").first()).toBeVisible();
    await one.close();
    await download(two).click();
    await expect(two.getByRole("button", { name: "Cancel the download of mobilenet_v2_1.4_224" })).toBeVisible();
  });

  test("a run that waits can be cancelled", async ({ context }) => {
    const [one, two] = await both(context);
    await two.getByRole("button", { name: "Cancel" }).click();
    await expect(two.getByText(/Another tab/)).toHaveCount(0);
    await expect(two.getByRole("button", { name: "Score 2 subjects" })).toBeEnabled();
    await done(one);
  });
});

test.describe("the same to the last bit", () => {
  for (const threads of [1, 2]) {
    test(`on ${threads} ${threads === 1 ? "thread" : "threads"}, whole and a single image at a time`, async ({
      page,
    }) => {
      await page.addInitScript((cores) => {
        Object.defineProperty(Navigator.prototype, "hardwareConcurrency", { get: () => cores });
      }, threads);
      const spoil = await openSpoilt(page);
      await expectUndisturbed(page, score(page));
      spoil.arm(PREPARES, FAULTS.diesInBatch(1)); // after which images are run one by one
      await expectUndisturbed(page, score(page, { fresh: true }));
    });
  }
});

/** A browser with a profile on disk. */
async function persistent(
  profile: string,
  baseURL: string | undefined,
  use: (page: Page) => Promise<void>,
): Promise<void> {
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: ensureChromium(),
    args: [...CHROMIUM_ARGS],
    serviceWorkers: "block",
    ...(baseURL === undefined ? {} : { baseURL }),
  });
  await use(await context.newPage());
  await context.close();
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true })
    .map((name) => join(folder, String(name)))
    .filter((path) => statSync(path).isFile());
}
