import * as ort from "onnxruntime-web";
import { describe, expect, it } from "vitest";
import type { AdapterFacts } from "../models/adapter.ts";
import { knownNetwork } from "../models/self-check.ts";
import type { Backend, SessionOptions } from "../models/session.ts";
import { ChannelWorker } from "../testing/channel-worker.ts";
import { runtimeProducts } from "./products.ts";
import { WorkerClient } from "./rpc.ts";
import type { ScoringApi } from "./scoring-api.ts";
import { SelfCheck, type Verdict, verdictText } from "./self-check.ts";
import { memoryStore } from "./store.ts";
import { type SubjectApi, subjectApi } from "./subject-api.ts";

const { outputs } = await knownNetwork();
const answers = (): Float32Array[] => outputs.map(({ values }) => Float32Array.from(values));

/** A machine whose backends give the known answers, but for what a test has them do. */
class Machine {
  adapter: AdapterFacts | null = null;
  opened: SessionOptions[] = [];
  started = 0;
  answer: (backend: Backend, worker: ChannelWorker) => Float32Array[] | Promise<Float32Array[]> = answers;
  products = runtimeProducts(() => Promise.resolve(ort));
  /** Overrides of the subject worker's. */
  subjectApi: object = {};

  readonly verdicts = memoryStore<Verdict>();
  readonly told: Verdict[] = [];

  check(made = "0.9|Chromium 159"): SelfCheck {
    const client = (worker: ChannelWorker) => worker as unknown as Worker; // the client uses only what the fake has
    return new SelfCheck({
      workers: {
        subject: () => {
          this.started += 1;
          let backend: Backend = "wasm";
          const worker: ChannelWorker = new ChannelWorker({
            adapter: () => this.adapter,
            open: (_card: unknown, _files: unknown, options: SessionOptions) => {
              backend = options.backend;
              this.opened.push(options);
            },
            infer: () => this.answer(backend, worker),
            ...this.subjectApi,
          });
          return new WorkerClient<SubjectApi>(client(worker), "subject");
        },
        scoring: () => {
          const { double, single } = this.products;
          const worker = new ChannelWorker({ multiplyDouble: double, multiplySingle: single });
          return new WorkerClient<ScoringApi>(client(worker), "scoring");
        },
      },
      ...{ verdicts: this.verdicts, threads: 2, made },
      onVerdict: (verdict) => this.told.push(verdict),
    });
  }
}

const gpu: AdapterFacts = { name: "acme rdna", fallback: false };

/** The answers with one value of the second output changed. */
function spoilt(value: (right: number) => number): Float32Array[] {
  const all = answers();
  const second = all[1];
  if (second === undefined) throw new Error("the network has one output");
  second[7] = value(second[7] ?? 0);
  return all;
}

describe("a self-check of wasm", () => {
  it("agrees where ONNX Runtime computes, in a subject worker and a scoring worker", async () => {
    const machine = new Machine();
    machine.subjectApi = subjectApi(() => Promise.resolve(ort));
    expect(await machine.check().prove("wasm")).toEqual({});
    const [verdict] = machine.told;
    expect(verdict).toMatchObject({ backend: "wasm", finding: { status: "agreed", tolerance: 1e-4 } });
    if (verdict?.finding.status !== "agreed") throw new Error("unreachable");
    expect(verdict.finding.deviation).toBeGreaterThan(0);
    expect(verdict.finding.deviation).toBeLessThan(2e-6);
    expect(verdictText(verdict)).toMatch(/^wasm agreed with known results to \de-7\.$/);
  });

  it("is made once, and again for another version of page or browser, and when it is asked for", async () => {
    const machine = new Machine();
    await machine.check().prove("wasm");
    await machine.check().prove("wasm");
    expect(machine.started).toBe(1);
    await machine.check("1.0|Chromium 159").prove("wasm");
    expect(machine.started).toBe(2);
    await machine.check().again();
    expect(machine.started).toBe(4); // one looks for a GPU
    expect(machine.told.map(({ finding }) => finding.status)).toEqual(Array(4).fill("agreed"));
  });

  it("runs as a run does: two images at once, on all threads", async () => {
    const machine = new Machine();
    await machine.check().prove("wasm");
    expect(machine.opened).toEqual([expect.objectContaining({ backend: "wasm", batch: 2, threads: 2 })]);
  });

  it("tells what an earlier visit found", async () => {
    const machine = new Machine();
    await machine.check().recall(null);
    expect(machine.told).toEqual([]);
    await machine.check().prove("wasm");
    await machine.check().recall(null);
    expect(machine.told[1]).toEqual(machine.told[0]);
  });

  it.each([
    ["a value off by more than is allowed", spoilt((right) => right + 1e-3), /value 8, .*off by \d\.\de-4/],
    ["a value that is no number", spoilt(() => Number.NaN), /value 8, is NaN and should be/],
    ["zeros", answers().map((values) => values.fill(0)), /output convolution, value/],
    ["too few values", answers().map((values) => values.subarray(1)), /output convolution, value/],
    ["no output", [], /output convolution, value 1, is NaN/],
  ])("refuses every run where it gives %s, and remembers that", async (_, wrong, reason) => {
    const machine = new Machine();
    machine.answer = () => wrong.map((values) => values.slice());
    for (let visit = 0; visit < 2; visit++)
      await expect(machine.check().prove("auto")).rejects.toMatchObject({
        code: "backend-off",
        message: expect.stringMatching(reason),
        faults: [{ code: "backend-wrong", value: expect.any(String), expected: expect.stringMatching(/, to 0.0001/) }],
      });
    expect(machine.started).toBe(1);
    machine.answer = answers;
    const check = machine.check();
    await check.again();
    expect(await check.prove("wasm")).toEqual({});
  });

  it("allows what is within the tolerance", async () => {
    const machine = new Machine();
    machine.answer = () => spoilt((right) => right + 1e-4);
    expect(await machine.check().prove("wasm")).toEqual({});
  });

  it.each(["float64", "float32"])(
    "refuses every run where a product in %s is off in its last bit",
    async (precision) => {
      const machine = new Machine();
      const { double, single } = machine.products;
      const off = <Values extends Float32Array | Float64Array>(product: Values, bit: number): Values => {
        product[100] = (product[100] ?? 0) * (1 + bit);
        return product;
      };
      machine.products =
        precision === "float64"
          ? { single, double: async (...args) => off(await double(...args), 2 ** -52) }
          : { double, single: async (...args) => off(await single(...args), 2 ** -23) };
      await expect(machine.check().prove("wasm")).rejects.toMatchObject({
        message: expect.stringContaining(`product of matrices in ${precision}, value 101`),
      });
    },
  );

  it("tells apart sums in float64 from sums in float32", async () => {
    const machine = new Machine();
    const { single } = machine.products;
    machine.products = {
      single,
      double: async (a, b, ...shape) =>
        Float64Array.from(await single(Float32Array.from(a), Float32Array.from(b), ...shape)),
    };
    await expect(machine.check().prove("wasm")).rejects.toMatchObject({ code: "backend-off" });
  });

  it("takes a second worker where one dies, and then says why there is no answer, without remembering it", async () => {
    const machine = new Machine();
    let deaths = 1;
    machine.answer = (_, worker) => {
      if (deaths-- > 0) worker.die("out of luck");
      return answers();
    };
    await machine.check().prove("wasm");
    expect(machine.started).toBe(2);

    const other = new Machine();
    deaths = 2;
    other.answer = machine.answer;
    const check = other.check();
    await expect(check.prove("wasm")).rejects.toMatchObject({
      code: "backend-off",
      message: "wasm could not be checked: The subject worker stopped: out of luck.",
      faults: [{ code: "backend-no-answer", remedy: expect.any(String) }],
    });
    expect(await check.prove("wasm")).toEqual({});
  });

  it("is cancelled with the run", async () => {
    const machine = new Machine();
    const stop = new AbortController();
    machine.answer = () => {
      stop.abort();
      return new Promise(() => undefined);
    };
    await expect(machine.check().prove("wasm", stop.signal)).rejects.toMatchObject({ code: "cancelled" });
    expect(machine.told).toEqual([]);
  });
});

describe("a self-check of WebGPU", () => {
  const wrongOnGpu = (backend: Backend): Float32Array[] =>
    backend === "webgpu" ? spoilt((right) => right + 0.01) : answers();

  it("switches it off where it computes wrong, and says so each time", async () => {
    const machine = new Machine();
    machine.adapter = gpu;
    machine.answer = wrongOnGpu;
    for (const wish of ["auto", "webgpu"] as const)
      expect((await machine.check().prove(wish)).webgpuOff).toMatch(
        /^WebGPU \(acme rdna\) computes wrong here: output attention, value 8, is .* 0.001 is allowed\.$/,
      );
    expect(await machine.check().prove("wasm")).toEqual({});
    expect(machine.opened.map(({ backend }) => backend)).toEqual(["wasm", "webgpu"]);
  });

  it("allows it ten times what wasm is allowed, and not more", async () => {
    const machine = new Machine();
    machine.adapter = gpu;
    machine.answer = (backend) => (backend === "webgpu" ? spoilt((right) => right + 1e-3) : answers());
    expect(await machine.check().prove("webgpu")).toEqual({});
  });

  it("is made again for another adapter", async () => {
    const machine = new Machine();
    machine.adapter = gpu;
    await machine.check().prove("webgpu");
    machine.adapter = { ...gpu, name: "acme turing" };
    machine.answer = wrongOnGpu;
    expect((await machine.check().prove("webgpu")).webgpuOff).toContain("acme turing");
  });

  it("is not made where nobody would take it: a software adapter unasked, wasm asked for, none there", async () => {
    const machine = new Machine();
    machine.answer = wrongOnGpu;
    expect(await machine.check().prove("webgpu")).toEqual({});
    machine.adapter = { ...gpu, fallback: true };
    expect(await machine.check().prove("auto")).toEqual({});
    expect(await machine.check().prove("wasm")).toEqual({});
    expect(machine.opened.every(({ backend }) => backend === "wasm")).toBe(true);
    expect((await machine.check().prove("webgpu")).webgpuOff).toBeDefined();
  });

  it("gives way to wasm where it gives no answer", async () => {
    const machine = new Machine();
    machine.adapter = gpu;
    machine.answer = (backend) => {
      if (backend === "webgpu") throw new Error("no shader");
      return answers();
    };
    expect((await machine.check().prove("auto")).webgpuOff).toBe("WebGPU (acme rdna) could not be checked: no shader");
  });
});
