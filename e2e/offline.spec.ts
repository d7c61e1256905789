/**
 * The page without a network and on hosts that can do nothing but hand out files.
 *
 * The built site is served from a folder by a plain server (static-host.ts), below a path and without headers unless a
 * test says otherwise; being offline is that server gone.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, type Page, test } from "@playwright/test";
import { seal } from "../cli/seal.ts";
import { manifest, packageFiles, zip } from "../src/benchmark/sound.fixture.ts";
import { drawings } from "./drawings.ts";
import { StaticHost } from "./static-host.ts";
import { give, given, score, scored } from "./support.ts";

test.use({ serviceWorkers: "allow" });

const BUILT = fileURLToPath(new URL("../dist", import.meta.url));
const SUB_PATH = "/~ann/stuff/gapscope 1/";
const RECORDED = "stimulus_id,response\ns1,arrow\ns2,cross\ns3,arrow\ns4,cross\n";

/** A benchmark of one's own that the example's network can take. */
function ownZip(): Promise<Uint8Array> {
  const metric = { metric: { name: "accuracy" }, ceiling: { name: "constant", options: { value: 1 } } };
  const drawn = packageFiles({ "benchmark.json": manifest(metric) });
  const words = (text: string): string => text.replaceAll("cat", "arrow").replaceAll("dog", "cross");
  return zip(
    Object.fromEntries(
      Object.entries(drawn).map(([name, content]) => [name, typeof content === "string" ? words(content) : content]),
    ),
  );
}

let folder = "";
let host: StaticHost | undefined;
test.beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "gapscope-site-"));
});
test.afterEach(async () => {
  await host?.close().catch(() => undefined); // a test may have closed it
});
test.afterAll(() => rmSync(folder, { recursive: true, force: true }));

const machine = (page: Page) => page.getByRole("list", { name: "This machine" });

/** Opens the page and waits until it needs its host no more. Navigations are counted from the first on. */
async function openKept(page: Page, address: string): Promise<{ readonly navigations: () => number }> {
  let navigations = 0;
  page.on("framenavigated", () => {
    navigations += 1;
  });
  await page.goto(address);
  await expect(machine(page).getByText("works offline")).toBeVisible({ timeout: 60_000 });
  return { navigations: () => navigations };
}

test("a first visit to a host without headers, below a path: isolated by one reload, then everything without any network", async ({
  page,
  context,
}) => {
  host = await StaticHost.open(BUILT, { base: SUB_PATH });
  const { origin, address } = host;
  const requested: string[] = [];
  const failed: string[] = [];
  context.on("request", (request) => requested.push(request.url()));

  const { navigations } = await openKept(page, address);
  expect(navigations()).toBe(2);
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  const cores = await page.evaluate(() => navigator.hardwareConcurrency);
  test.skip(cores < 2, "threads need cores");
  await expect(machine(page).getByText(/^[2-8] threads$/)).toBeVisible();

  await host.close();
  await context.setOffline(true);
  context.on("requestfailed", (request) => failed.push(request.url()));
  await page.reload();
  await expect(machine(page).getByText("works offline")).toBeVisible();
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);

  const threads: string[] = [];
  page.on("worker", (worker) => {
    if (worker.url().includes("ort-wasm")) threads.push(worker.url()); // ONNX Runtime starts each from its own script
  });
  await page.getByRole("button", { name: "Try the example" }).click();
  await expect(page.getByRole("button", { name: /0\.778/ })).toBeVisible({ timeout: 60_000 });
  await expect(page.getByRole("button", { name: "Recompute" })).toBeVisible({ timeout: 60_000 }); // its interval is there too
  expect(threads.length).toBeGreaterThan(0);
  expect(await give(page, [given("own.zip", await ownZip()), given("me.csv", RECORDED)])).toEqual([]);
  const result = await score(page);
  expect(scored(result, "Fixture2026-error_consistency", "me").raw).toBe(0.5);
  scored(result, "Fixture2026-error_consistency", "shapes-net");
  await page.getByRole("button", { name: /0\.778/ }).click(); // the inspector is a chunk of its own
  await expect(page.getByRole("grid", { name: "Stimuli" }).getByRole("row").first()).toBeVisible();
  await page.goto(`${address}docs/guide.html`);
  await expect(page.getByRole("heading", { name: "Guide" })).toBeVisible();

  expect(failed).toEqual([]);
  expect(requested.filter((url) => !url.startsWith(`${origin}/`) && !url.startsWith("blob:"))).toEqual([]);
});

test("a new version is offered in words, not during a run, not under another page, and comes whole", async ({
  page,
  context,
}) => {
  const next = join(folder, "next");
  cpSync(BUILT, next, { recursive: true });
  const index = join(next, "index.html");
  writeFileSync(index, readFileSync(index, "utf8").replace("<title>Gapscope", "<title>Gapscope, the next"));
  await seal(next);
  host = await StaticHost.open(BUILT);
  await openKept(page, host.address);
  const offer = page.getByRole("region", { name: "Updates" });

  await page.evaluate(() => window.gapscope?.openExample());
  expect(await give(page, [await drawings(1280)])).toEqual([]); // a run that lasts longer than an update takes to come
  const run = score(page, { fresh: true });
  await page.waitForFunction(() => (window.gapscope?.progress()?.done ?? 0) > 0);
  host.folder = next;
  host.asked.length = 0;
  const whatHappened = await page.evaluate(async () => {
    const registration = await navigator.serviceWorker.getRegistration();
    await registration?.update();
    while (registration?.waiting === null) await new Promise((resolve) => setTimeout(resolve, 20));
    const running = window.gapscope?.progress() !== undefined;
    const offered = document.querySelector('[aria-label="Updates"]') !== null;
    return { running, offered };
  });
  expect(whatHappened).toEqual({ running: true, offered: false });
  await run;
  await expect(offer.getByText(/There is a new version of this page/)).toBeVisible();
  await expect(page).toHaveTitle("Gapscope");
  expect(host.asked.filter((path) => path !== "/offline.js")).toEqual(["/"]); // all else has the hash that is kept

  const other = await context.newPage();
  await other.goto(host.address);
  await expect(other).toHaveTitle("Gapscope"); // the old one still, whole
  await offer.getByRole("button", { name: "Update" }).click();
  await expect(offer.getByText("It is open in 1 other tab")).toBeVisible();
  await other.close();
  await offer.getByRole("button", { name: "Update" }).click();
  await expect(page).toHaveTitle("Gapscope, the next");
  await expect(machine(page).getByText("works offline")).toBeVisible();
  await expect(offer).toHaveCount(0);
});

test("a host that is given another version in the middle gives no file of it to this one", async ({ page }) => {
  const mixed = join(folder, "mixed");
  cpSync(BUILT, mixed, { recursive: true });
  host = await StaticHost.open(mixed);
  writeFileSync(join(mixed, "examples/shapes/card.json"), "{}");
  await page.goto(host.address);
  await expect(machine(page).getByText("needs its network")).toBeVisible({ timeout: 60_000 });
  expect(await page.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.active ?? null)).toBeNull();
});

test("where a reload gives no isolation it is tried once, and the page says so", async ({ page }) => {
  host = await StaticHost.open(BUILT);
  // As a browser's developer tools do when told to leave the service worker out.
  const session = await page.context().newCDPSession(page);
  await session.send("Network.enable");
  await session.send("Network.setBypassServiceWorker", { bypass: true });
  let navigations = 0;
  page.on("framenavigated", () => {
    navigations += 1;
  });
  await page.goto(host.address);
  await expect(page.getByRole("region", { name: "Updates" }).getByText(/can use all cores/)).toBeVisible();
  expect(navigations).toBe(2);
  await expect(machine(page).getByText("1 thread, not isolated")).toBeVisible();
});
