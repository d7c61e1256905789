import { expect, type Page, test } from "@playwright/test";
import { example, give, openPage, score, scored } from "./support.ts";

const EXAMPLE = ["shapes.zip", "card.json", "shapes-net.onnx"].map(example);

/** Resolves when a run has answered at least `n` presentations. */
const running = (page: Page, n: number) =>
  page.waitForFunction((n) => (window.gapscope?.progress()?.done ?? 0) >= n, n, { polling: 5 });

test("a worker that dies in the middle is replaced and nothing is lost", async ({ page }) => {
  await openPage(page);
  await give(page, EXAMPLE);
  const whole = scored(await score(page, { fresh: true }), "Shapes-accuracy", "shapes-net");

  const result = score(page, { fresh: true });
  await running(page, 32);
  const victims = page.workers().filter((worker) => worker.url().includes("subject.worker"));
  expect(victims.length).toBeGreaterThan(0);
  for (const victim of victims) {
    await victim
      .evaluate(() => {
        setTimeout(() => {
          throw new Error("killed by the test");
        });
      })
      .catch(() => undefined); // it may be gone before it answers
  }
  const after = scored(await result, "Shapes-accuracy", "shapes-net");
  expect(after.digest).toBe(whole.digest);
});

test("cancelling answers at once, keeps what was done, and the next run goes on from there", async ({ page }) => {
  await openPage(page);
  await give(page, EXAMPLE);
  const cancelled = score(page);
  await running(page, 64);
  const milliseconds = await page.evaluate(async () => {
    const start = performance.now();
    window.gapscope?.cancel();
    while (window.gapscope?.progress() !== undefined) await new Promise((resolve) => setTimeout(resolve, 1));
    return performance.now() - start;
  });
  expect(milliseconds).toBeLessThan(200);
  const [cell] = (await cancelled).scorecard.benchmarks[0]?.scores ?? [];
  expect(cell?.status).toBe("cancelled");
  const rest = await score(page);
  scored(rest, "Shapes-accuracy", "shapes-net");
  expect(rest.summary?.inferred).toBeLessThanOrEqual(360 - 64);
  expect(rest.summary?.inferred).toBeGreaterThan(0);
});
