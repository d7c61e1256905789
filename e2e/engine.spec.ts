import { readFileSync } from "node:fs";
import { expect, test } from "@playwright/test";
import { encode } from "fast-png";
import JSZip from "jszip";
import { example, fileAt, give, given, hasShared, NO_SHARED, openPage, score, scored, shared } from "./support.ts";

interface Expected {
  readonly accuracy: Readonly<Record<string, number>>;
}
const expected = JSON.parse(readFileSync(example("expected.json"), "utf8")) as Expected; // reference/shapes_network.py
const EXAMPLE = ["shapes.zip", "card.json", "shapes-net.onnx"].map(example);

test("the example's accuracies are those of onnxruntime and Pillow in Python", async ({ page }) => {
  await openPage(page);
  expect(await page.evaluate(() => window.gapscope?.openExample())).toEqual([]);
  const result = await score(page);
  const cell = scored(result, "Shapes-accuracy", "shapes-net");
  expect(cell.raw).toBeCloseTo(expected.accuracy.all ?? Number.NaN, 12);
  for (const row of cell.by)
    expect(row.raw, String(row.condition)).toBeCloseTo(expected.accuracy[String(row.condition)] ?? Number.NaN, 12);
  expect(cell.by.length).toBe(4);
  expect(result.summary?.inferred).toBe(360);
});

test("a second run infers nothing, after a reload too, and gives the same bytes; one changed picture is one picture", async ({
  page,
}) => {
  await openPage(page);
  await give(page, EXAMPLE);
  const first = await score(page);
  const second = await score(page);
  expect(second.summary?.inferred).toBe(0);
  expect(JSON.stringify(second.scorecard)).toBe(JSON.stringify(first.scorecard));

  await openPage(page);
  await give(page, EXAMPLE);
  const third = await score(page);
  expect(third.summary?.inferred).toBe(0);
  expect(JSON.stringify(third.scorecard)).toBe(JSON.stringify(first.scorecard));

  const zip = await JSZip.loadAsync(readFileSync(example("shapes.zip")));
  const name = Object.keys(zip.files).find((path) => path.endsWith(".png")) ?? "";
  zip.file(name, encode({ width: 2, height: 2, data: new Uint8Array(12).fill(90), channels: 3 }));
  await openPage(page);
  await give(page, [given("shapes.zip", await zip.generateAsync({ type: "uint8array" })), ...EXAMPLE.slice(1)]);
  const edited = await score(page);
  expect(edited.summary?.inferred).toBe(1);
  expect(edited.scorecard.benchmarks[0]?.digest).not.toBe(first.scorecard.benchmarks[0]?.digest);

  const fresh = await score(page, { fresh: true });
  expect(fresh.summary?.inferred).toBe(360);
});

test("wasm has threads on an isolated page", async ({ page }) => {
  await openPage(page);
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
});

test.describe("edge drawings and 1,600 human decisions", () => {
  test.skip(!hasShared, NO_SHARED);
  const zip = shared("geirhos2021-edge/geirhos2021-edge.zip");
  const KAPPA = "Geirhos2021edge-error_consistency";

  test("recorded networks: ceiling, raw and score to 1e-6", async ({ page }) => {
    await openPage(page);
    const names = ["alexnet", "googlenet", "vgg"];
    const files = [zip, ...names.map((name) => shared(`geirhos2021-edge/edge-${name}.csv`))];
    expect(await give(page, files, [null, ...names])).toEqual([]);
    const result = await score(page);
    expect(Math.abs((result.scorecard.benchmarks[0]?.ceiling?.value ?? 0) - 0.318436)).toBeLessThan(1e-6);
    const wanted: Record<string, [number, number]> = {
      alexnet: [0.110449, 0.346849],
      googlenet: [0.077378, 0.242993],
      vgg: [0.071011, 0.222999],
    };
    for (const [name, [raw, ceiled]] of Object.entries(wanted)) {
      const cell = scored(result, KAPPA, name);
      expect(Math.abs(cell.raw - raw), `${name} raw`).toBeLessThan(1e-6);
      expect(Math.abs(cell.score - ceiled), `${name} score`).toBeLessThan(1e-6);
      expect(cell.backend).toBe("recorded");
    }
  });

  test("SqueezeNet and MobileNet, run here", async ({ page }) => {
    await openPage(page);
    expect(await give(page, [zip])).toEqual([]);
    for (const model of ["squeezenet1.1", "mobilenet_v2_1.0"]) {
      const onnx = model === "squeezenet1.1" ? "squeezenet1.1.onnx" : "mobilenet_v2_1.0.onnx";
      expect(
        await give(page, [fileAt(shared(`models/${model}/card.json`)), fileAt(shared(`models/${model}/${onnx}`))]),
      ).toEqual([]);
    }
    const result = await score(page);
    const wanted: Record<string, [number, number]> = {
      squeezenet1_1: [0.019273, 0.060524],
      "mobilenet_v2_1.0_224": [0.017791, 0.05587],
    };
    for (const [name, [raw, ceiled]] of Object.entries(wanted)) {
      const cell = scored(result, KAPPA, name);
      expect(Math.abs(cell.raw - raw), `${name} raw`).toBeLessThan(1e-6);
      expect(Math.abs(cell.score - ceiled), `${name} score`).toBeLessThan(1e-6);
    }
    expect(scored(result, "Geirhos2021edge-top1", "squeezenet1_1").raw).toBe(0.2);
  });
});
