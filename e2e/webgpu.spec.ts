import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "@playwright/test";
import JSZip from "jszip";
import { workerPath } from "../cli/site.ts";
import { PANEL } from "../src/models/panel.ts";
import { generatedImages } from "../src/testing/generator.ts";
import { readTaps, tapDeviation } from "../src/testing/golden-taps.ts";
import { FAULTS, spoiler } from "./faults.ts";
import { example, fileAt, give, given, hasShared, NO_SHARED, openPage, score, scored, shared } from "./support.ts";

// The software adapter: right for correctness, no measure of speed.

const ROOT = fileURLToPath(new URL("..", import.meta.url));
/** Kept from run to run, as the shelf's spec does. */
const CHECKPOINTS = join(tmpdir(), "gapscope-checkpoints");

test("the example gives the same decisions on WebGPU and wasm, and the score names the adapter", async ({ page }) => {
  await openPage(page);
  await give(page, ["shapes.zip", "card.json", "shapes-net.onnx"].map(example));
  const wasm = scored(await score(page, { wish: "wasm" }), "Shapes-accuracy", "shapes-net");
  const gpu = scored(await score(page, { wish: "webgpu" }), "Shapes-accuracy", "shapes-net");
  expect(gpu.backend).toBe("webgpu");
  expect(gpu.notes.join()).toContain("swiftshader");
  expect(gpu.raw).toBe(wasm.raw);
  expect(gpu.by).toEqual(wasm.by);
  const auto = scored(await score(page, { wish: "auto" }), "Shapes-accuracy", "shapes-net");
  expect(auto.backend).toBe("wasm"); // a software adapter is not taken unasked
});

test("WebGPU that computes wrong is off, and wasm runs instead, visibly, until a check finds it right", async ({
  page,
}) => {
  test.setTimeout(300_000); // shaders are compiled three times, on a software adapter
  const spoil = await spoiler(page);
  await openPage(page);
  await give(page, ["shapes.zip", "card.json", "shapes-net.onnx"].map(example));
  spoil.arm(...Array<string>(8).fill(FAULTS.computesWrong("webgpu")));
  const cell = scored(await score(page, { wish: "webgpu" }), "Shapes-accuracy", "shapes-net");
  expect(cell.backend).toBe("wasm");
  expect(cell.notes.join()).toMatch(/run on wasm: WebGPU \(.*swiftshader.*\) computes wrong here: output convolution/);
  const off = page.getByRole("region", { name: "Backends that are off" });
  await expect(off).toContainText("WebGPU is off on this machine. Networks are run on wasm instead.");
  await expect(page.getByRole("list", { name: "This machine" })).toContainText("WebGPU off: self-check failed");
  spoil.arm();
  await off.getByRole("button", { name: "Check again" }).click();
  await expect(off).toHaveCount(0, { timeout: 120_000 });
  await page
    .getByRole("list", { name: "This machine" })
    .getByRole("button", { name: /WebGPU/ })
    .click();
  const row = page.getByRole("dialog").getByRole("row", { name: /^WebGPU/ });
  await expect(row).toContainText(/agreed to \de-\d/);
  process.stdout.write(`Self-check: ${await row.textContent()}\n`);
});

test.describe("SqueezeNet 1.1", () => {
  test.skip(!hasShared, NO_SHARED);
  const folder = shared("models/squeezenet1.1");

  /** The values of a little-endian float32 .npy in C order; its header's length stands at byte 8. */
  const npy = (name: string): number[] => {
    const bytes = readFileSync(`${folder}/${name}`);
    return [
      ...new Float32Array(
        bytes.buffer.slice(bytes.byteOffset + 10 + bytes.readUInt16LE(8), bytes.byteOffset + bytes.length),
      ),
    ];
  };

  for (const [backend, tolerance] of [
    ["wasm", 2e-4],
    ["webgpu", 2e-3],
  ] as const) {
    test(`logits of the reference input on ${backend} to ${tolerance}`, async ({ page }) => {
      await openPage(page);
      const url = `/${workerPath("subject")}`;
      const onnx = await page.evaluateHandle(() => Object.assign(document.createElement("input"), { type: "file" }));
      await onnx.setInputFiles(`${folder}/squeezenet1.1.onnx`);
      const card = JSON.parse(readFileSync(`${folder}/card.json`, "utf8")) as Record<string, unknown>; // as it is given
      const [logits = []] = await page.evaluate(runOnce, {
        ...{ url, backend, input: npy("reference-input_0.npy"), file: onnx },
        card: { ...card, onnx: "squeezenet1.1.onnx", external_data: [] },
        taps: ["logits"],
      });
      const expected = npy("reference-output_0.npy");
      expect(logits.length).toBe(1000);
      expect(Math.max(...expected.map((value, i) => Math.abs(value - (logits[i] ?? Number.NaN))))).toBeLessThan(
        tolerance,
      );
    });
  }

  test("decisions on edge drawings agree between the backends", async ({ page }) => {
    await openPage(page);
    test.setTimeout(400_000);
    // One drawing of each of the 16 categories: the software adapter takes seconds for each.
    const zip = await JSZip.loadAsync(readFileSync(shared("geirhos2021-edge/geirhos2021-edge.zip")));
    const kept = (id: string): boolean => /[a-z]5$/.test(id);
    const rows = async (name: string): Promise<string> => {
      const [header = "", ...lines] = ((await zip.file(name)?.async("string")) ?? "").trim().split("\n");
      return [header, ...lines.filter((line) => kept(line.split(",")[0] ?? ""))].join("\n");
    };
    zip.remove("top1");
    zip.file("stimuli.csv", await rows("stimuli.csv"));
    zip.file("responses.csv", await rows("responses.csv"));
    const small = given("edge-16.zip", await zip.generateAsync({ type: "uint8array" }));
    expect(await give(page, [small])).toEqual([]);
    expect(await give(page, [fileAt(`${folder}/card.json`), fileAt(`${folder}/squeezenet1.1.onnx`)])).toEqual([]);
    const cell = ["Geirhos2021edge-error_consistency", "squeezenet1_1"] as const;
    const answers = () => page.evaluate((cell) => window.gapscope?.answers(...cell), cell);
    scored(await score(page, { wish: "wasm" }), ...cell);
    const onWasm = await answers();
    expect(onWasm?.split("\n").length).toBe(18); // header, 16 rows, end
    expect(scored(await score(page, { wish: "webgpu" }), ...cell).backend).toBe("webgpu");
    expect(await answers()).toBe(onWasm);
  });
});

// The networks whose weights and activations a software adapter can bear; generated weights, the reference's activations.
for (const [identifier, golden, minutes] of [
  ["mobilenet_v2_1.4_224", "mobilenet-v2", false],
  ["alexnet", "alexnet", true],
  ["CORnet-S", "cornet-s", true],
  ["hmax", "hmax", true],
] as const) {
  test(`${identifier} agrees with its reference to 1e-3 on WebGPU`, async ({ page }) => {
    test.skip(
      minutes && process.env.FULL_SIZE === undefined,
      "takes minutes on a software adapter: set FULL_SIZE to run it",
    );
    test.setTimeout(600_000);
    const model = PANEL.find(({ card }) => card.identifier === identifier);
    if (model?.checkpoint === undefined) throw new Error(identifier);
    const { card, checkpoint } = model;
    const [fileName = ""] = checkpoint.fileNames;
    execFileSync("npx", ["tsx", "cli/generate-checkpoints.ts", CHECKPOINTS, identifier], {
      cwd: ROOT,
      stdio: "ignore",
    });
    const taps = [
      ...new Set(
        [...Object.values(card.regions), card.readout?.output, card.logits?.output].filter((tap) => tap !== undefined),
      ),
    ];
    await openPage(page);
    const url = `/${workerPath("subject")}`;
    const file = await page.evaluateHandle(() => Object.assign(document.createElement("input"), { type: "file" }));
    await file.setInputFiles(join(CHECKPOINTS, fileName));
    const expected = readTaps(golden);
    const [, height = 0, width = 0] = expected.input;
    const size = 3 * height * width;
    const images = generatedImages(expected.input);
    for (const image of [0, 1]) {
      const input = [...images.subarray(image * size, (image + 1) * size)];
      const outputs = await page.evaluate(runOnce, { url, backend: "webgpu" as const, input, file, card, taps });
      for (const [t, tap] of taps.entries()) {
        const deviation = tapDeviation(expected, tap, image, Float32Array.from(outputs[t] ?? []));
        expect(deviation, `${tap}, image ${image}`).toBeLessThanOrEqual(1e-3);
      }
    }
  });
}

/** In the page: opens a network in a subject worker of its own and runs one input, in Comlink's wire format. */
async function runOnce({
  url,
  backend,
  input,
  file,
  card,
  taps,
}: {
  url: string;
  backend: "wasm" | "webgpu";
  input: number[];
  file: HTMLInputElement;
  card: object;
  taps: readonly string[];
}): Promise<number[][]> {
  const worker = new Worker(url, { type: "module" });
  const call = (method: string, ...args: unknown[]): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const id = method;
      worker.addEventListener("message", ({ data }) => {
        if (data.id !== id) return;
        if (data.type === "HANDLER") reject(new Error(JSON.stringify(data.value)));
        else resolve(data.value);
      });
      worker.postMessage({
        id,
        type: "APPLY",
        path: [method],
        argumentList: args.map((value) => ({ type: "RAW", value })),
      });
    });
  const [bytes] = file.files ?? [];
  const side = Math.sqrt(input.length / 3);
  await call("open", card, [{ name: bytes?.name, bytes }], {
    ...{ backend, taps, layout: "NCHW", batch: 1, threads: 1 },
    size: [side, side],
  });
  const outputs = (await call("infer", new Float32Array(input), 1)) as Float32Array[]; // the worker's own interface
  worker.terminate();
  return outputs.map((values) => [...values]);
}
