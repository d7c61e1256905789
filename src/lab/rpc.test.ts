import { afterEach, describe, expect, it, vi } from "vitest";
import { GapscopeError } from "../faults/faults.ts";
import { ChannelWorker } from "../testing/channel-worker.ts";
import { handOver, WorkerClient } from "./rpc.ts";

const api = {
  add: (a: number, b: number) => a + b,
  refuse: (): never => {
    throw new GapscopeError("package-refused", "two faults", {
      faults: [{ code: "missing-image", file: "stimuli.csv", line: 3, message: "no such image" }],
      stage: "reading",
      cause: new RangeError("deep down"),
    });
  },
  break: (): never => {
    throw new TypeError("a plain error");
  },
  never: () => new Promise<void>(() => undefined),
  unclonable: () => () => 1,
  count: async (to: number, tick: (i: number) => void) => {
    for (let i = 1; i <= to; i++) {
      tick(i);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return to;
  },
  length: (values: Float32Array) => values.length,
  give: (n: number) => {
    const values = new Float32Array(n);
    return handOver(values, [values.buffer]);
  },
};

const open: WorkerClient<typeof api>[] = [];
function start() {
  const worker = new ChannelWorker(api);
  // The client uses nothing of a Worker but what the fake has.
  const client = new WorkerClient<typeof api>(worker as unknown as Worker, "test");
  open.push(client);
  return { worker, client };
}
afterEach(() => {
  for (const client of open.splice(0)) client.terminate();
});

const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => "resolved",
    (error: unknown) => (error instanceof GapscopeError ? error.code : `not ours: ${String(error)}`),
  );

describe("a call settles exactly once", () => {
  it("with the result", async () => {
    expect(await start().client.call("add", [2, 3])).toBe(5);
  });

  it("with the error, whole: code, faults, stage, cause and stack", async () => {
    const error: unknown = await start()
      .client.call("refuse", [])
      .catch((thrown: unknown) => thrown);
    if (!(error instanceof GapscopeError)) throw new Error("not a GapscopeError");
    expect(error.code).toBe("package-refused");
    expect(error.faults).toEqual([{ code: "missing-image", file: "stimuli.csv", line: 3, message: "no such image" }]);
    expect(error.stage).toBe("reading");
    expect(error.cause).toMatchObject({ message: "deep down" });
    expect(error.stack).toContain("refuse");
  });

  it("with `internal` for an error that is not ours", async () => {
    expect(await codeOf(start().client.call("break", []))).toBe("internal");
  });

  it("not for a machine that slept: patience is waited for in pieces", async () => {
    vi.useFakeTimers();
    const { client } = start();
    const outcome = codeOf(client.call("never", [], { patience: 1000 }));
    let settled = false;
    void outcome.finally(() => {
      settled = true;
    });
    await vi.runOnlyPendingTimersAsync(); // on waking, what was due meanwhile is due once
    expect([settled, client.alive]).toEqual([false, true]);
    await vi.advanceTimersByTimeAsync(900);
    expect([settled, await outcome]).toEqual([true, "worker-hung"]);
    vi.useRealTimers();
  });

  it("when the worker dies: every pending call, and every later one", async () => {
    const { worker, client } = start();
    const pending = [codeOf(client.call("never", [])), codeOf(client.call("never", []))];
    worker.dispatchEvent(Object.assign(new Event("error"), { message: "boom" }));
    expect(await Promise.all(pending)).toEqual(["worker-died", "worker-died"]);
    expect(await codeOf(client.call("add", [1, 1]))).toBe("worker-died");
    expect(client.alive).toBe(false);
    expect(worker.terminated).toBe(1);
  });

  it("when a message cannot be read", async () => {
    const { worker, client } = start();
    const pending = codeOf(client.call("never", []));
    worker.dispatchEvent(new Event("messageerror"));
    expect(await pending).toBe("worker-died");
  });

  it("when the worker says nothing for too long", async () => {
    const { worker, client } = start();
    expect(await codeOf(client.call("never", [], { patience: 30 }))).toBe("worker-hung");
    expect(worker.terminated).toBe(1);
  });

  it("and a callback is a sign of life", async () => {
    const seen: number[] = [];
    const answer = await start().client.call("count", [5, (i: number) => seen.push(i)], { patience: 60 });
    expect(answer).toBe(5);
    expect(seen).toEqual([1, 2, 3, 4, 5]);
  });

  it("when the answer cannot be cloned", async () => {
    expect(await codeOf(start().client.call("unclonable", []))).toBe("internal");
  });

  it("when an argument cannot be cloned", async () => {
    // A caller cannot make this mistake with types; a defect could.
    const bad = Symbol("not clonable") as unknown as number;
    expect(await codeOf(start().client.call("add", [bad, 1]))).toBe("internal");
  });

  it("at once when aborted before or during, and never again", async () => {
    const { client } = start();
    expect(await codeOf(client.call("add", [1, 1], { signal: AbortSignal.abort() }))).toBe("cancelled");
    const controller = new AbortController();
    const pending = codeOf(client.call("count", [3, () => undefined], { signal: controller.signal }));
    controller.abort();
    expect(await pending).toBe("cancelled");
    expect(await client.call("add", [1, 1])).toBe(2); // the worker is still there
  });

  it("when terminated", async () => {
    const { client } = start();
    const pending = codeOf(client.call("never", []));
    client.terminate();
    expect(await pending).toBe("cancelled");
  });

  it("each with its own answer when two are under way", async () => {
    const { client } = start();
    expect(await Promise.all([client.call("add", [1, 2]), client.call("add", [3, 4])])).toEqual([3, 7]);
  });
});

describe("buffers", () => {
  it("are copied, or handed over when asked", async () => {
    const { client } = start();
    const values = new Float32Array(8);
    expect(await client.call("length", [values])).toBe(8);
    expect(values.length).toBe(8);
    expect(await client.call("length", [values], { transfer: [values.buffer] })).toBe(8);
    expect(values.length).toBe(0);
    expect((await client.call("give", [4])).length).toBe(4);
  });
});
