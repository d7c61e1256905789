/**
 * Breaking things on purpose, from outside: the page and its workers are the built ones, and know nothing of it.
 *
 * A fault in a worker is a few lines put before its script on the way from the server; a fault of the browser's is the
 * browser's own where its protocol can make it, else a function of it replaced before the page's code runs.
 */
import type { Page } from "@playwright/test";

/** Decides what goes before a worker's script. */
export interface Spoiler {
  /** Spoils the next workers that start, each with one of the faults; an empty one leaves its worker alone. */
  arm(...faults: readonly string[]): void;
  /** Workers started since the page was opened. */
  started: number;
  /** Faults that no worker has met yet. */
  readonly pending: number;
}

/** Stands between the server and every subject worker's script. Call it before the page is opened. */
export async function spoiler(page: Page, script = "subject.worker"): Promise<Spoiler> {
  let faults: readonly string[] = [];
  const spoil: Spoiler = {
    started: 0,
    get pending() {
      return faults.length;
    },
    arm: (...next) => {
      faults = next;
    },
  };
  await page.context().route(`**/${script}-*.js`, async (route) => {
    spoil.started += 1;
    const [fault = "", ...others] = faults;
    faults = others;
    try {
      const response = await route.fetch();
      await route.fulfill({ response, body: `{${fault}}\n${await response.text()}` });
    } catch {
      // The page is gone.
    }
  });
  return spoil;
}

/** What a worker does in place of its n-th batch, with the message at hand as `event`. */
const onBatch = (n: number, what: string): string => `
  let batches = 0;
  self.addEventListener("message", (event) => {
    if (event.data?.path?.[0] !== "infer") return;
    batches += 1;
    if (batches !== ${n}) return;
    ${what}
  });`;

export const FAULTS = {
  throwsAtImport: `throw new Error("broken at import");`,
  diesInBatch: (n: number): string =>
    onBatch(n, `event.stopImmediatePropagation(); setTimeout(() => { throw new Error("died in a batch"); });`),
  /** Answers with what structured cloning cannot carry. */
  answersUncloneable: (n: number): string =>
    onBatch(
      n,
      `const { postMessage } = self;
      self.postMessage = (answer, ...rest) => {
        self.postMessage = postMessage;
        postMessage.call(self, { ...answer, value: [() => 1] }, ...rest);
      };`,
    ),
  loopsForEver: (n: number): string => onBatch(n, `for (;;);`),
  closesItself: (n: number): string => onBatch(n, `event.stopImmediatePropagation(); self.close();`),
  /** Takes so many milliseconds longer over each batch. */
  slow: (milliseconds: number): string => `
    self.addEventListener("message", (event) => {
      if (event.data?.path?.[0] !== "infer" || event.late) return;
      event.stopImmediatePropagation();
      const again = Object.assign(new MessageEvent("message", { data: event.data }), { late: true });
      setTimeout(() => self.dispatchEvent(again), ${milliseconds});
    });`,
  /** The machine has so much memory for wasm, and no more. */
  memory: (megabytes: number): string => `
    const { grow } = WebAssembly.Memory.prototype;
    WebAssembly.Memory.prototype.grow = function (pages) {
      if (this.buffer.byteLength + 65536 * pages > ${megabytes} * 2 ** 20) throw new RangeError("no more memory");
      return grow.call(this, pages);
    };`,
  /** The GPU device is lost while the n-th batch runs. */
  losesDevice: (n: number): string => `
    const devices = [];
    const { requestDevice } = GPUAdapter.prototype;
    GPUAdapter.prototype.requestDevice = async function (...options) {
      const device = await requestDevice.apply(this, options);
      devices.push(device);
      return device;
    };
    ${onBatch(n, `for (const device of devices) device.destroy();`)}`,
  /** Answers every batch with a value that is off; where `backend` is given, on that one alone. */
  computesWrong: (backend = ""): string => `
    let backend = "";
    self.addEventListener("message", ({ data }) => {
      if (data?.path?.[0] === "open") backend = data.argumentList[2].value.backend;
    });
    const { postMessage } = self;
    self.postMessage = (answer, ...rest) => {
      const outputs = Array.isArray(answer?.value) && "${backend}" in { "": 0, [backend]: 0 } ? answer.value : [];
      for (const values of outputs) if (values instanceof Float32Array) values[3] += 1;
      postMessage.call(self, answer, ...rest);
    };`,
  noAdapter: `GPU.prototype.requestAdapter = () => Promise.resolve(null);`,
} as const;
