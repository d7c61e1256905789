import { readFileSync } from "node:fs";
import { expect, type Page, test } from "@playwright/test";
import JSZip from "jszip";
import { example, fileAt, give, given, hasShared, NO_SHARED, openPage, score, scored, shared } from "./support.ts";

// The software adapter: right for correctness, no measure of speed.

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
      const url = await subjectWorkerUrl(page);
      const onnx = await page.evaluateHandle(() => Object.assign(document.createElement("input"), { type: "file" }));
      await onnx.setInputFiles(`${folder}/squeezenet1.1.onnx`);
      const logits = await page.evaluate(runOnce, { url, backend, input: npy("reference-input_0.npy"), onnx });
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

/** The address of the built subject worker, which the page starts to look for an adapter. */
async function subjectWorkerUrl(page: Page): Promise<string> {
  const started = page.waitForEvent("worker", (worker) => worker.url().includes("subject.worker"));
  await openPage(page);
  return (await started).url();
}

/** In the page: opens a network in a subject worker of its own and runs one input, in Comlink's wire format. */
async function runOnce({
  url,
  backend,
  input,
  onnx,
}: {
  url: string;
  backend: "wasm" | "webgpu";
  input: number[];
  onnx: HTMLInputElement;
}): Promise<number[]> {
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
  const files = [{ name: "squeezenet1.1.onnx", bytes: onnx.files?.[0] }];
  await call("open", { onnx: "squeezenet1.1.onnx", external_data: [] }, files, {
    backend,
    taps: ["logits"],
    size: [224, 224],
    layout: "NCHW",
    batch: 1,
    threads: 1,
  });
  const [logits] = (await call("infer", new Float32Array(input), 1)) as Float32Array[]; // the worker's own interface
  worker.terminate();
  return [...(logits ?? [])];
}
