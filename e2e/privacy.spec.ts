/**
 * Nothing leaves this machine: what is requested, what the policies stop, and what the privacy panel says and deletes.
 */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import AxeBuilder from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";
import { HEADERS, policyOf, policyRules } from "../cli/hosting.ts";
import { seal } from "../cli/seal.ts";
import { StaticHost } from "./static-host.ts";
import { example, give, openPage, score, scored } from "./support.ts";

test("no request leaves the origin, from opening the page to the last export", async ({ page, context, baseURL }) => {
  const origin = new URL(baseURL ?? "").origin;
  const seen: string[] = [];
  context.on("request", (request) => seen.push(request.url()));
  await openPage(page);
  await page.evaluate(() => window.gapscope?.openExample());
  scored(await score(page, { wish: "auto", fresh: true }), "Shapes-accuracy", "shapes-net");
  await give(page, [example("shapes.zip")]);
  const outside = seen.filter(
    (url) => new URL(url).origin !== origin && !url.startsWith("blob:") && !url.startsWith("data:"),
  );
  expect(outside).toEqual([]);
  expect(seen.some((url) => url.endsWith(".wasm"))).toBe(true); // workers' requests are watched too
});

test("the policy stops a request that would leave it", async ({ page, request }) => {
  const answer = await request.get("/");
  expect(answer.headers()["content-security-policy"]).toContain("connect-src 'self'");
  await openPage(page);
  expect(await page.locator('meta[http-equiv="Content-Security-Policy"]').getAttribute("content")).toContain(
    "connect-src 'self'",
  );
  const violated = page.evaluate(
    () =>
      new Promise<string>((resolve) =>
        document.addEventListener("securitypolicyviolation", (event) => resolve(event.effectiveDirective)),
      ),
  );
  expect(await page.evaluate(wayOut, "http://127.0.0.1:9/")).toBe("stopped");
  expect(await violated).toBe("connect-src");
});

/** Tries to fetch from `address`; runs in pages and in workers. */
function wayOut(address: string): Promise<string> {
  return fetch(address, { credentials: "omit" }).then(
    () => "left",
    () => "stopped",
  );
}

/** A page's other ways out; none of them says whether it was stopped, the host there does. */
async function otherWaysOut(address: string): Promise<void> {
  navigator.sendBeacon(address, "secret");
  new Image().src = `${address}?image`;
  await import(/* @vite-ignore */ `${address}?script`).catch(() => undefined);
  const tags = [
    Object.assign(document.createElement("link"), { rel: "stylesheet", href: `${address}?style` }),
    Object.assign(document.createElement("link"), { rel: "prefetch", href: `${address}?prefetch` }),
    Object.assign(document.createElement("iframe"), { src: `${address}?frame` }),
    Object.assign(document.createElement("video"), { src: `${address}?video` }),
  ];
  document.body.append(...tags);
  try {
    new WebSocket(address.replace("http", "ws"));
  } catch {
    // some browsers throw, some tell the socket
  }
  await new Promise((resolve) => setTimeout(resolve, 500));
}

test.describe("another site", () => {
  let folder = "";
  let elsewhere: StaticHost | undefined;
  let host: StaticHost | undefined;
  test.beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "gapscope-privacy-"));
    mkdirSync(join(folder, "elsewhere"));
    writeFileSync(join(folder, "elsewhere/weights"), "not weights");
    elsewhere = await StaticHost.open(join(folder, "elsewhere"), {
      headers: () => ({ "Access-Control-Allow-Origin": "*" }),
    });
    cpSync(fileURLToPath(new URL("../dist", import.meta.url)), join(folder, "site"), { recursive: true });
    await seal(join(folder, "site"), [elsewhere.origin]);
  });
  test.afterEach(() => host?.close());
  test.afterAll(async () => {
    await elsewhere?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Starts every worker that the site has and tries to fetch from elsewhere: in all of them and in the page. */
  async function who(page: Page): Promise<readonly string[]> {
    const address = `${elsewhere?.origin}/weights`;
    const site = join(folder, "site");
    const scripts = readdirSync(site, { recursive: true, encoding: "utf8" }).filter((name) =>
      /\.worker-[^/]*\.js$/.test(name),
    );
    expect(scripts.length).toBeGreaterThanOrEqual(5);
    const left: string[] = [];
    if ((await page.evaluate(wayOut, address)) === "left") left.push("page");
    await page.evaluate(otherWaysOut, address);
    for (const script of scripts) {
      const started = page.waitForEvent("worker", (worker) => worker.url().endsWith(script));
      await page.evaluate((script) => {
        const worker = new Worker(new URL(script, document.baseURI), { type: "module" });
        Object.assign(window, { [script]: worker }); // or it is collected
      }, script);
      if ((await (await started).evaluate(wayOut, address)) === "left") left.push(script.replace(/-[^/]*$/, ""));
    }
    return left;
  }

  test("is reached by the download worker alone, where the host sends the policies", async ({ page }) => {
    const rules = policyRules([elsewhere?.origin ?? ""]);
    host = await StaticHost.open(join(folder, "site"), {
      headers: (path) => {
        const policy = policyOf(path, rules);
        return { ...HEADERS, ...(policy === undefined ? {} : { "Content-Security-Policy": policy }) };
      },
    });
    if (elsewhere !== undefined) elsewhere.asked.length = 0;
    await page.goto(host.address);
    await page.waitForFunction(() => window.gapscope !== undefined);
    expect(await who(page)).toEqual(["download/download.worker"]);
    expect(elsewhere?.asked).toEqual(["/weights"]);
  });

  test.describe("and the service worker", () => {
    test.use({ serviceWorkers: "allow" });
    test("is reached by the download worker alone, where the host sends no headers at all", async ({ page }) => {
      host = await StaticHost.open(join(folder, "site"), { base: "/below/" });
      if (elsewhere !== undefined) elsewhere.asked.length = 0;
      await page.goto(host.address);
      await expect(page.getByText("works offline")).toBeVisible({ timeout: 60_000 });
      expect(await who(page)).toEqual(["download/download.worker"]);
      expect(elsewhere?.asked).toEqual(["/weights"]);
    });
  });
});

test.describe("the panel", () => {
  test.use({ serviceWorkers: "allow" });

  test("is opened by the keyboard, says what is in force, and deletes what is kept, one kind or everything", async ({
    page,
  }) => {
    await openPage(page);
    await expect(page.getByText("works offline")).toBeVisible({ timeout: 60_000 });
    await page.evaluate(() => window.gapscope?.openExample());
    const inferred = async (): Promise<number | undefined> => (await score(page)).summary?.inferred;
    expect(await inferred()).toBe(360);
    expect(await inferred()).toBe(0);

    const button = page.getByRole("button", { name: "Privacy", exact: true });
    await page.getByRole("heading", { name: /^Gapscope/ }).click(); // the keyboard goes on from the top
    for (let i = 0; i < 5 && !(await button.evaluate((it) => it === document.activeElement)); i++)
      await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    const panel = page.getByRole("dialog", { name: "Privacy" });
    await expect(panel.getByText("nothing has been requested from another site")).toBeVisible();
    await panel.getByText("The policies, word by word").click();
    await expect(panel.getByText(/connect-src 'self'/)).toHaveCount(2);
    await expect(panel.getByText(/connect-src https:\/\/huggingface\.co/)).toBeVisible();
    const row = (name: string) => panel.getByRole("row", { name: new RegExp(`^${name}`) });
    await expect(row("Activations").getByRole("cell", { name: "360" })).toBeVisible();
    await expect(row("This page").getByRole("cell", { name: /^2\d MB$/ })).toBeVisible();
    await expect(panel.getByRole("button", { name: "Ask it to keep the weights" })).toHaveCount(0); // there are none
    const { violations } = await new AxeBuilder({ page }).include("dialog").analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.target}`)).toEqual([]);

    await panel.getByRole("button", { name: "Delete activations…" }).click();
    await panel.getByRole("button", { name: "Delete activations", exact: true }).click();
    await expect(panel.getByText("Activations: deleted.")).toBeVisible();
    await expect(row("Activations").getByRole("button")).toHaveCount(0);
    await expect(row("Results").getByRole("button")).toHaveCount(1);
    await panel.getByRole("button", { name: "Delete results…" }).click();
    await panel.getByRole("button", { name: "Delete results", exact: true }).click();
    await expect(panel.getByText("Results: deleted.")).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(panel).toHaveCount(0);
    await expect(button).toBeFocused();
    expect(await inferred()).toBe(360); // it was deleted

    await button.click();
    await panel.getByRole("button", { name: "Delete everything…" }).click();
    await panel.getByRole("button", { name: "Delete everything", exact: true }).click();
    await expect(panel.getByText(/Everything is deleted/)).toBeVisible();
    const left = await page.evaluate(async () => {
      const databases = await indexedDB.databases();
      const entries = await Promise.all(
        databases.map(
          ({ name = "" }) =>
            new Promise<number>((resolve, reject) => {
              const opening = indexedDB.open(name);
              opening.onerror = () => reject(opening.error);
              opening.onsuccess = () => {
                const [store = ""] = opening.result.objectStoreNames;
                const counting = opening.result.transaction(store).objectStore(store).count();
                counting.onsuccess = () => resolve(counting.result);
              };
            }),
        ),
      );
      return {
        entries: entries.reduce((sum, n) => sum + n, 0),
        stores: databases.length > 0,
        caches: await caches.keys(),
        settings: Object.keys(localStorage),
        worker: (await navigator.serviceWorker.getRegistration()) !== undefined,
      };
    });
    expect(left).toEqual({ entries: 0, stores: true, caches: [], settings: [], worker: false });
  });

  test("offers to keep weights for good where there are any", async ({ page }) => {
    await openPage(page);
    await page.evaluate(async () => {
      // A download that broke off is enough: its bytes are not to be had again for nothing.
      const opening = indexedDB.open("gapscope-downloads");
      const database = await new Promise<IDBDatabase>((resolve, reject) => {
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => resolve(opening.result);
      });
      const facts = { url: "https://huggingface.co/a", received: 1000, parts: 1, complete: false };
      const writing = database.transaction("downloads", "readwrite");
      writing.objectStore("downloads").put(facts, "alexnet");
      writing.objectStore("downloads").put(new Blob([new Uint8Array(1000)]), "alexnet|0");
      await new Promise((resolve) => {
        writing.oncomplete = resolve;
      });
      database.close();
    });
    await page.reload();
    await page.getByRole("button", { name: "Privacy", exact: true }).click();
    const panel = page.getByRole("dialog", { name: "Privacy" });
    await expect(panel.getByRole("row", { name: /^Weights.* 1\.\d kB/ })).toBeVisible();
    await panel.getByRole("button", { name: "Ask it to keep the weights" }).click();
    await expect(panel.getByText(/keeps this until you delete it|has declined/)).toBeVisible();
  });
});
