import { describe, expect, it } from "vitest";
import type { Stimulus } from "../benchmark/benchmark.ts";
import { GapscopeError } from "../faults/faults.ts";
import type { AdapterFacts } from "../models/adapter.ts";
import type { Backend, SessionOptions } from "../models/session.ts";
import type { PlacedStimulus } from "../subject/network.ts";
import { ChannelWorker } from "../testing/channel-worker.ts";
import type { BackendWish, Choice } from "./backend.ts";
import { Gate, type GateState } from "./gate.ts";
import type { Network } from "./network.ts";
import { batchSize, NetworkRunner } from "./network-runner.ts";
import { WorkerClient } from "./rpc.ts";
import { type KeyValueStore, memoryStore } from "./store.ts";
import type { PictureRequest, SubjectApi } from "./subject-api.ts";

/**
 * A machine whose subject workers compute one feature per picture, its file's number, and keep count. What goes wrong
 * is asked for by the test: `onInfer` is called in place of ONNX Runtime and may throw or kill its worker.
 */
class Machine {
  readonly inferred: number[] = [];
  readonly opened: SessionOptions[] = [];
  workers = 0;
  adapter: AdapterFacts | null = null;
  /** What a backend adds to each feature. */
  bias: Record<Backend, number> = { wasm: 0, webgpu: 0 };
  onInfer: (call: number, worker: ChannelWorker, backend: Backend) => void | Promise<void> = () => undefined;

  readonly spawn = (): WorkerClient<SubjectApi> => {
    this.workers += 1;
    let backend: Backend = "wasm";
    const api = {
      prepare: (pictures: readonly PictureRequest[]) => Float32Array.from(pictures, ({ file }) => Number(file)),
      adapter: () => this.adapter,
      open: (_card: unknown, _files: unknown, options: SessionOptions) => {
        backend = options.backend;
        this.opened.push(options);
        return { backend, threads: 1, batch: options.batch };
      },
      infer: async (tensor: Float32Array, count: number) => {
        await this.onInfer(this.inferred.length, worker, backend);
        this.inferred.push(count);
        return [tensor.map((value) => value + this.bias[backend])];
      },
    };
    const worker = new ChannelWorker(api);
    return new WorkerClient<SubjectApi>(worker as unknown as Worker, "subject"); // the client uses only what the fake has
  };
}

const SIZE: [number, number] = [224, 224];
const BATCH = batchSize(SIZE);
const network: Network = {
  card: {
    identifier: "counter",
    onnx: "counter.onnx",
    external_data: [],
    input: { size: SIZE, mean: [0, 0, 0], std: [1, 1, 1], layout: "NCHW", range: [0, 1], resize: "bilinear" },
    regions: {},
    visual_degrees: 8,
  },
  digest: "sha256-0",
  activationsDigest: "0",
  files: [{ name: "counter.onnx", bytes: new Blob([]) }],
};

function placed(n: number, from = 0): PlacedStimulus[] {
  return Array.from({ length: n }, (_, i) => {
    const stimulus: Stimulus = {
      id: i,
      file: String(from + i),
      format: "png",
      mode: "RGB",
      width: 1,
      height: 1,
      sha256: `sha-${from + i}`,
      bytes: new Blob([]),
    };
    return { stimulus, screen: null };
  });
}

function lab(machine: Machine, wish: BackendWish = "wasm", gate?: Gate) {
  const kept = memoryStore<Float32Array>();
  /** How many keys each look-up asked for. */
  const asked: number[] = [];
  const activations: KeyValueStore<Float32Array> = {
    ...kept,
    get: (keys) => {
      asked.push(keys.length);
      return kept.get(keys);
    },
  };
  const choices = memoryStore<Choice>();
  const runner = (): NetworkRunner =>
    new NetworkRunner(network, { wish, threads: 4, activations, choices, spawn: machine.spawn, gate });
  const look = async (stimuli: readonly PlacedStimulus[], signal?: AbortSignal) => {
    const one = runner();
    try {
      const [values] = await one.activations(stimuli, ["logits"], signal === undefined ? {} : { signal });
      return { values: [...(values ?? [])], choice: one.choice };
    } finally {
      one.close();
    }
  };
  return { look, asked, activations, runner };
}

const total = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);
const numbers = (n: number, from = 0): number[] => Array.from({ length: n }, (_, i) => from + i);

describe("activations as a stream", () => {
  it("are read back by rows, and inferred once", async () => {
    const machine = new Machine();
    const { runner, look } = lab(machine);
    const one = runner();
    const [rows] = await one.stream(placed(20), ["logits"], {});
    expect(rows).toMatchObject({ rows: 20, columns: 1 });
    expect([...((await rows?.read(5, 4)) ?? [])]).toEqual([5, 6, 7, 8]);
    await one.stream(placed(20), ["logits"], {});
    one.close();
    expect((await look(placed(20))).values).toEqual(numbers(20));
    expect(total(machine.inferred)).toBe(20);
  });

  it("are read from the store that what is kept already lies in, without reading it first", async () => {
    const machine = new Machine();
    const { runner, look, asked } = lab(machine);
    await look(placed(20));
    asked.length = 0;
    const one = runner();
    const [rows] = await one.stream(placed(21), ["logits"], {});
    one.close();
    expect(total(machine.inferred)).toBe(21);
    expect(asked).toEqual([1]);
    expect([...((await rows?.read(19, 2)) ?? [])]).toEqual([19, 20]);
  });

  it("say so where the browser has thrown them away", async () => {
    const { runner, activations } = lab(new Machine());
    const one = runner();
    const [rows] = await one.stream(placed(3), ["logits"], {});
    one.close();
    await activations.clear();
    await expect(rows?.read(0, 3)).rejects.toMatchObject({ code: "inference-failed" });
  });
});

describe("activations", () => {
  it("come in the order of the stimuli, batch by batch", async () => {
    const machine = new Machine();
    expect((await lab(machine).look(placed(20))).values).toEqual(numbers(20));
    expect(machine.inferred).toEqual([BATCH, BATCH, 20 - 2 * BATCH]);
  });

  it("are put in their places where a picture is shown more than once", async () => {
    const machine = new Machine();
    const twice = [...placed(3, 5), ...placed(3, 5).toReversed()];
    expect((await lab(machine).look(twice)).values).toEqual([5, 6, 7, 7, 6, 5]);
    expect(total(machine.inferred)).toBe(3);
  });

  it("are looked up some at a time, so that a large layer is in memory once", async () => {
    const machine = new Machine();
    const { look, asked } = lab(machine);
    await look(placed(100));
    asked.length = 0;
    expect((await look(placed(100))).values).toEqual(numbers(100));
    expect(Math.max(...asked)).toBeLessThanOrEqual(32);
    expect(total(asked)).toBe(100);
  });

  it("are kept: a second run infers nothing, and one changed picture is one picture", async () => {
    const machine = new Machine();
    const { look } = lab(machine);
    await look(placed(20));
    machine.inferred.length = 0;
    expect((await look(placed(20))).values).toEqual(numbers(20));
    expect(machine.inferred).toEqual([]);
    const changed = [...placed(19), ...placed(1, 77)];
    expect((await look(changed)).values).toEqual([...numbers(19), 77]);
    expect(machine.inferred).toEqual([1]);
  });

  it("of equal pictures are inferred once", async () => {
    const machine = new Machine();
    expect((await lab(machine).look([...placed(3), ...placed(3)])).values).toEqual([0, 1, 2, 0, 1, 2]);
    expect(total(machine.inferred)).toBe(3);
  });
});

describe("when a worker dies", () => {
  it("it is replaced and the batch tried again, half as many images at a time", async () => {
    const machine = new Machine();
    machine.onInfer = (call, worker) => {
      if (call === 1 && machine.opened.length === 1) {
        worker.die("out of memory");
        return new Promise(() => undefined);
      }
    };
    expect((await lab(machine).look(placed(20))).values).toEqual(numbers(20));
    // One image at a time on one thread gives the bits that two at a time give on several (docs/decisions/0015-durable.md).
    expect(machine.opened.map(({ batch, threads }) => [batch, threads])).toEqual([
      [2, 4],
      [1, 1],
    ]);
    expect(total(machine.inferred)).toBe(20); // nothing that was done is done again
  });

  it("twice on the same batch, the reason is given, and what was done is kept", async () => {
    const machine = new Machine();
    const { look } = lab(machine);
    machine.onInfer = (call, worker) => {
      if (call < 1) return;
      worker.die("out of memory");
      return new Promise(() => undefined);
    };
    await expect(look(placed(20))).rejects.toMatchObject({
      code: "worker-died",
      message: expect.stringContaining("out of memory"),
    });
    machine.onInfer = () => undefined;
    machine.inferred.length = 0;
    expect((await look(placed(20))).values).toEqual(numbers(20));
    expect(total(machine.inferred)).toBe(20 - BATCH);
  });

  it("a network's own error is not tried again", async () => {
    const machine = new Machine();
    machine.onInfer = () => {
      throw new GapscopeError("inference-failed", "bad shape");
    };
    await expect(lab(machine).look(placed(3))).rejects.toMatchObject({ code: "inference-failed" });
    expect(machine.opened.length).toBe(1);
  });
});

describe("the backend", () => {
  const gpu: AdapterFacts = { name: "test gpu", fallback: false };

  it("is wasm without an adapter, and with a software one unless it was asked for", async () => {
    const machine = new Machine();
    expect((await lab(machine, "auto").look(placed(2))).choice).toMatchObject({ backend: "wasm" });
    machine.adapter = { name: "software", fallback: true };
    expect((await lab(machine, "auto").look(placed(2))).choice).toMatchObject({
      backend: "wasm",
      reason: expect.stringContaining("software"),
    });
    expect((await lab(machine, "webgpu").look(placed(2))).choice).toMatchObject({
      backend: "webgpu",
      adapter: "software",
    });
  });

  it("is wasm where WebGPU disagrees or cannot run the network", async () => {
    const machine = new Machine();
    machine.adapter = gpu;
    machine.bias.webgpu = 0.5;
    const wrong = await lab(machine, "webgpu").look(placed(20));
    expect(wrong.choice).toMatchObject({ backend: "wasm", reason: expect.stringContaining("disagreed") });
    expect(wrong.values).toEqual(numbers(20));
    machine.bias.webgpu = 0;
    machine.onInfer = (_, __, backend) => {
      if (backend === "webgpu") throw new GapscopeError("device-lost", "The GPU device was lost.");
    };
    expect((await lab(machine, "webgpu").look(placed(20))).choice).toMatchObject({
      backend: "wasm",
      reason: expect.stringContaining("could not run"),
    });
  });

  it("is wasm where WebGPU is off, with the reason and without a look at it, unless wasm was asked for", async () => {
    const machine = new Machine();
    machine.adapter = gpu;
    const { activations } = lab(machine);
    const choices = memoryStore<Choice>();
    for (const wish of ["auto", "webgpu", "wasm"] as const) {
      const webgpuOff = "WebGPU computes wrong here.";
      const one = new NetworkRunner(network, {
        ...{ wish, webgpuOff, threads: 1, activations, choices, spawn: machine.spawn },
      });
      await one.activations(placed(4), ["logits"], {});
      one.close();
      expect(one.choice?.backend).toBe("wasm");
      if (wish !== "wasm") expect(one.choice).toMatchObject({ fellBack: true, reason: webgpuOff });
    }
    expect(machine.opened.every(({ backend }) => backend === "wasm")).toBe(true);
  });

  it("is remembered, so that a second run infers nothing", async () => {
    const machine = new Machine();
    machine.adapter = gpu;
    const { look } = lab(machine, "webgpu");
    await look(placed(20));
    machine.inferred.length = 0;
    expect((await look(placed(20))).choice).toMatchObject({ backend: "webgpu" });
    expect(machine.inferred).toEqual([]);
  });

  it("that is lost twice gives way to wasm for all of the stimuli", async () => {
    const machine = new Machine();
    machine.adapter = gpu;
    machine.bias.webgpu = 1e-5; // tells which backend made a number
    machine.onInfer = (call, _, backend) => {
      if (backend === "webgpu" && call > 3) throw new GapscopeError("device-lost", "The GPU device was lost.");
    };
    const { values, choice } = await lab(machine, "webgpu").look(placed(40, 1));
    expect(choice).toMatchObject({ backend: "wasm", reason: expect.stringContaining("failed twice") });
    expect(values).toEqual(numbers(40, 1));
  });
});

describe("pausing", () => {
  /** Closes the gate in the middle of the second batch, and stops there once the third is due. */
  async function paused(controller = new AbortController()) {
    const machine = new Machine();
    const states: GateState[] = [];
    const gate = new Gate((state) => states.push(state));
    machine.onInfer = (call) => {
      if (call === 1) gate.close();
    };
    const looking = lab(machine, "wasm", gate).look(placed(3 * BATCH), controller.signal);
    looking.catch(() => undefined); // seen by the test
    await expect.poll(() => states.at(-1)).toBe("closed");
    return { machine, gate, looking, controller };
  }

  it("lets the batch in progress end, begins no other, and goes on with what is left", async () => {
    const { machine, gate, looking } = await paused();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(machine.inferred).toEqual([BATCH, BATCH]);
    const workers = machine.workers;
    gate.open();
    expect((await looking).values).toEqual(numbers(3 * BATCH));
    expect(machine.inferred).toEqual([BATCH, BATCH, BATCH]);
    expect(machine.workers).toBe(workers); // nothing was given up
  });

  it("can be cancelled", async () => {
    const { machine, looking, controller } = await paused();
    controller.abort();
    await expect(looking).rejects.toMatchObject({ code: "cancelled" });
    expect(machine.inferred).toEqual([BATCH, BATCH]);
  });
});

describe("cancelling", () => {
  it("settles at once, in the middle of a batch", async () => {
    const machine = new Machine();
    const controller = new AbortController();
    machine.onInfer = () => {
      setTimeout(() => controller.abort(), 10);
      return new Promise(() => undefined);
    };
    await expect(lab(machine).look(placed(20), controller.signal)).rejects.toMatchObject({ code: "cancelled" });
  });
});
