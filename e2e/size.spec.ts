/**
 * The budget of the first load: what the shell's script takes, compressed, before anybody has done anything. Plots, HDF5,
 * editors and the engine load when they are used; ONNX Runtime is not among what is counted, because it must not be there.
 */
import { gzipSync } from "node:zlib";
import { expect, test } from "@playwright/test";
import { openPage } from "./support.ts";

/** Bytes. */
const BUDGET = 150_000;
/** How long nothing may have come before the page counts as at rest: longer than anything in it waits. */
const REST = 2_000;

test("the first load takes less than 150 kB of compressed script", async ({ page }) => {
  const scripts = new Set<string>();
  let last = Date.now();
  // Of the context, because workers' scripts are no responses of the page's.
  page.context().on("response", (response) => {
    last = Date.now();
    const name = new URL(response.url()).pathname;
    if (name.endsWith(".js")) scripts.add(name);
  });
  await openPage(page);
  await expect(page.getByRole("button", { name: "Try the example" })).toBeVisible();
  await expect.poll(() => Date.now() - last, { timeout: 30_000 }).toBeGreaterThan(REST);

  const sizes: (readonly [string, number])[] = [];
  for (const name of scripts) {
    const body = await (await page.request.get(name)).body(); // of a worker's script, its response does not give it
    sizes.push([name, gzipSync(body, { level: 9 }).length]);
  }
  sizes.sort(([, a], [, b]) => b - a);
  const total = sizes.reduce((sum, [, bytes]) => sum + bytes, 0);
  const listed = sizes.map(([name, bytes]) => `${String(bytes).padStart(8)}  ${name}`).join("\n");
  process.stdout.write(`First load: ${total} bytes of compressed script, of ${BUDGET}.\n${listed}\n`);
  expect(sizes.map(([name]) => name).join("\n")).toMatch(/adapter\.worker/); // workers' scripts are counted
  expect(total, `The shell is over its budget. What is in it:\n${listed}`).toBeLessThan(BUDGET);
});
