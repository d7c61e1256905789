/** The built page in headless Chromium, timed from outside through its own actions and its own subject worker. */
import { existsSync, readFileSync } from "node:fs";
import { type Browser, chromium, type Page } from "playwright";
import { CHROMIUM_ARGS, ensureChromium } from "../cli/browser.ts";
import { workerPath } from "../cli/site.ts";
import type { InputSpec, ModelCard } from "../src/models/card.ts";
import type { Screen } from "../src/subject/network.ts";
import type { Case, Given } from "./cases.ts";

export interface Measurement {
  readonly images: number;
  readonly seconds: number;
}

interface Bare {
  readonly images: number;
  /** Images per `session.run`. */
  readonly batch: number;
  /** Seconds. */
  readonly prepare: number;
  readonly infer: number;
}

export class Bench {
  private constructor(
    readonly browser: Browser,
    readonly page: Page,
    readonly worker: string,
    readonly threads: number,
  ) {}

  static async open(address: string): Promise<Bench> {
    const browser = await chromium.launch({ executablePath: ensureChromium(), args: [...CHROMIUM_ARGS] });
    const page = await browser.newPage({ serviceWorkers: "block" });
    // tsx keeps function names by a helper that the page does not have.
    await page.addInitScript("globalThis.__name = (f) => f");
    await page.goto(address);
    await page.waitForFunction(() => window.gapscope !== undefined);
    const cores = await page.evaluate(() => navigator.hardwareConcurrency);
    const threads = cores <= 2 ? cores : Math.min(8, cores - 1); // as the page itself chooses (app/workbench.ts)
    return new Bench(browser, page, `${address}${workerPath("subject")}`, threads);
  }

  async #input(files: readonly Given[] | readonly string[]) {
    const input = await this.page.evaluateHandle(() =>
      Object.assign(document.createElement("input"), { type: "file", multiple: true }),
    );
    await input.setInputFiles([...files] as Given[] | string[]); // all of one kind, as they came
    return input;
  }

  /** Opens the case's files; seconds for the zip. */
  async read({ zip, card, onnx }: Case): Promise<number> {
    const seconds = await this.open([zip]);
    await this.open([card, onnx]);
    return seconds;
  }

  /** Opens files (or paths, where they are large), or the panel's weights; seconds. */
  async open(files: readonly Given[] | readonly string[], how: "open" | "openWeights" = "open"): Promise<number> {
    const input = await this.#input(files);
    return this.page.evaluate(
      async ({ input, how }) => {
        const start = performance.now();
        const refused = (await window.gapscope?.[how](input.files ?? [])) ?? ["no automation"];
        if (refused.length > 0) throw new Error(refused.join("\n"));
        return (performance.now() - start) / 1000;
      },
      { input, how },
    );
  }

  score({ fresh = true } = {}): Promise<Measurement> {
    return this.page.evaluate(async (fresh) => {
      const start = performance.now();
      const result = await window.gapscope?.score({ wish: "wasm", fresh });
      return { images: result?.summary?.inferred ?? 0, seconds: (performance.now() - start) / 1000 };
    }, fresh);
  }

  /** `session.run` alone, in a subject worker of its own, on tensors that were prepared before. */
  async bare({ pictures, card, onnx, screen, model }: Case): Promise<Bare> {
    const input = await this.#input([onnx, ...pictures.map((picture, i) => ({ ...picture, name: `${i}.png` }))]);
    return this.page.evaluate(timeBare, {
      url: this.worker,
      input,
      card: card.buffer.toString("utf8"),
      spec: model.input,
      screen,
      threads: this.threads,
    });
  }

  /** Resident memory of the process that holds the page and its workers: now, and at most. */
  async memory(): Promise<string> {
    const session = await this.browser.newBrowserCDPSession();
    const { processInfo } = await session.send("SystemInfo.getProcessInfo");
    await session.detach();
    const megabytes = processInfo
      .filter(({ type, id }) => type === "renderer" && existsSync(`/proc/${id}/status`))
      .map(({ id }) => readFileSync(`/proc/${id}/status`, "utf8"))
      .map((status) =>
        ["VmRSS", "VmHWM"].map(
          (field) => Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(status)?.[1] ?? Number.NaN) / 1024,
        ),
      );
    const [largest] = megabytes.sort(([a = 0], [b = 0]) => b - a);
    if (largest === undefined) return "not known on this system";
    const [now = Number.NaN, most = Number.NaN] = largest;
    return `${now.toFixed(0)} MB, at most ${most.toFixed(0)} MB`;
  }

  close(): Promise<void> {
    return this.browser.close();
  }
}

/** Runs in the page. Speaks Comlink's wire format, so that nothing is added to the product for the sake of measuring. */
async function timeBare({
  url,
  input,
  card,
  spec,
  screen,
  threads,
}: {
  url: string;
  input: HTMLInputElement;
  card: string;
  spec: InputSpec;
  screen: Screen;
  threads: number;
}): Promise<Bare> {
  const worker = new Worker(url, { type: "module" });
  let calls = 0;
  const call = <Result>(method: string, ...args: unknown[]): Promise<Result> =>
    new Promise((resolve, reject) => {
      const id = String(calls++);
      const hear = ({ data }: MessageEvent): void => {
        if (data.id !== id) return;
        worker.removeEventListener("message", hear);
        if (data.type === "HANDLER") reject(new Error(JSON.stringify(data.value)));
        else resolve(data.value);
      };
      worker.addEventListener("message", hear);
      worker.postMessage({
        id,
        type: "APPLY",
        path: [method],
        argumentList: args.map((value) => ({ type: "RAW", value })),
      });
    });
  const [onnx, ...pictures] = [...(input.files ?? [])];
  const [height, width] = spec.size;
  const group = Math.max(1, Math.min(32, Math.floor((5 << 20) / (12 * height * width)))); // lab/network-runner.ts, batchSize
  const model: ModelCard = JSON.parse(card);
  if (!("onnx" in model) || model.logits === undefined || onnx === undefined)
    throw new Error("a card with logits is needed");
  const named = [{ name: model.onnx, bytes: onnx }];
  const options = {
    backend: "wasm",
    taps: [model.logits.output],
    size: spec.size,
    layout: spec.layout,
    batch: group,
    threads,
  };
  const facts = await call<{ batch: number }>("open", { ...model, external_data: [] }, named, options);

  const started = performance.now();
  const tensors: { values: Float32Array; count: number }[] = [];
  for (let at = 0; at < pictures.length; at += group) {
    const some = pictures.slice(at, at + group).map((bytes) => ({ file: bytes.name, bytes, screen }));
    tensors.push({ values: await call<Float32Array>("prepare", some, spec), count: some.length });
  }
  const prepared = performance.now();
  const [first] = tensors;
  if (first !== undefined) await call("infer", first.values, first.count); // warm
  const inferring = performance.now();
  for (const { values, count } of tensors) await call("infer", values, count);
  const ended = performance.now();
  worker.terminate();
  return {
    images: pictures.length,
    batch: facts.batch,
    prepare: (prepared - started) / 1000,
    infer: (ended - inferring) / 1000,
  };
}
