/**
 * WebGPU or wasm, for one network on this machine.
 *
 * WebGPU has computed wrong numbers before, and is slower than wasm on small networks and on software adapters; so the
 * choice is measured: one batch on each, in two workers. WebGPU is taken where its outputs agree with wasm's and, unless
 * it was asked for, where it is also faster. The choice is remembered per network and adapter, so that a second run finds
 * its stored activations without inferring anything.
 */
import { GapscopeError } from "../faults/faults.ts";
import type { AdapterFacts } from "../models/adapter.ts";
import type { Backend } from "../models/session.ts";
import { deviationOf } from "./deviation.ts";
import type { WorkerClient } from "./rpc.ts";
import { type KeyValueStore, RUNTIME } from "./store.ts";
import type { SubjectApi } from "./subject-api.ts";

export type BackendWish = "auto" | Backend;

export interface Choice {
  readonly backend: Backend;
  /** Why, in words; part of a score's notes where it is not what was asked for. */
  readonly reason: string;
  readonly adapter?: string;
  /** Set where this is not what the browser offered or the person asked for; the score's notes then give the reason. */
  readonly fellBack?: true;
  /** Largest |webgpu − wasm| over the largest |wasm|, the worst of the taps. */
  readonly disagreement?: number;
}

/** Networks must agree with their reference to 1e-3 on WebGPU (design.md §5). */
const TOLERANCE = 1e-3;

export interface ChoiceRequest {
  readonly wish: BackendWish;
  /** Why WebGPU may not be taken (self-check.ts). */
  readonly webgpuOff?: string | undefined;
  /** The network's activations digest. */
  readonly key: string;
  readonly choices: KeyValueStore<Choice>;
  readonly spawn: () => WorkerClient<SubjectApi>;
  readonly signal: AbortSignal | undefined;
  /** Opens the network on `backend` in `client` and times the fastest of `runs` on the probe. */
  readonly measure: (client: WorkerClient<SubjectApi>, backend: Backend, runs: number) => Promise<Measured>;
}

export interface Measured {
  readonly outputs: readonly Float32Array[];
  readonly milliseconds: number;
}

export async function chooseBackend(request: ChoiceRequest): Promise<Choice> {
  const { wish, choices } = request;
  if (wish === "wasm") return { backend: "wasm", reason: "wasm was asked for" };
  if (request.webgpuOff !== undefined) return { backend: "wasm", reason: request.webgpuOff, fellBack: true };

  const client = request.spawn();
  try {
    const adapter = await client.call("adapter", [], request.signal === undefined ? {} : { signal: request.signal });
    if (adapter === null) {
      const reason = "this browser offers no WebGPU that can be used here";
      return { backend: "wasm", reason, ...(wish === "webgpu" ? { fellBack: true } : {}) };
    }
    if (adapter.fallback && wish === "auto")
      return { backend: "wasm", reason: `the only GPU adapter is software (${adapter.name})` };
    const key = [request.key, wish, adapter.name, RUNTIME].join("|");
    const [remembered] = await choices.get([key]);
    if (remembered !== undefined) return remembered;
    const choice = await compare(request, client, adapter);
    await choices.put([[key, choice]]);
    return choice;
  } finally {
    client.terminate();
  }
}

async function compare(request: ChoiceRequest, gpu: WorkerClient<SubjectApi>, adapter: AdapterFacts): Promise<Choice> {
  const runs = request.wish === "auto" ? 2 : 1; // the first run on a GPU compiles its shaders
  const cpu = request.spawn();
  try {
    const reference = await request.measure(cpu, "wasm", runs);
    let measured: Measured;
    try {
      measured = await request.measure(gpu, "webgpu", runs);
    } catch (error) {
      const trouble = GapscopeError.from(error);
      if (trouble.code === "cancelled") throw trouble;
      return {
        backend: "wasm",
        adapter: adapter.name,
        fellBack: true,
        reason: `WebGPU (${adapter.name}) could not run this network: ${trouble.message}`,
      };
    }
    const disagreement = Math.max(
      ...reference.outputs.map((values, t) => deviationOf(measured.outputs[t], values).share),
    );
    if (!(disagreement <= TOLERANCE)) {
      return {
        backend: "wasm",
        adapter: adapter.name,
        disagreement,
        fellBack: true,
        reason: `WebGPU (${adapter.name}) disagreed with wasm by ${disagreement.toExponential(1)}, more than ${TOLERANCE}`,
      };
    }
    if (request.wish === "auto" && measured.milliseconds > reference.milliseconds) {
      return {
        backend: "wasm",
        adapter: adapter.name,
        disagreement,
        reason: `wasm was faster here than WebGPU (${adapter.name}): ${reference.milliseconds.toFixed(0)} against ${measured.milliseconds.toFixed(0)} ms a batch`,
      };
    }
    return {
      backend: "webgpu",
      adapter: adapter.name,
      disagreement,
      reason: `WebGPU (${adapter.name}) agreed with wasm to ${disagreement.toExponential(1)}`,
    };
  } finally {
    cpu.terminate();
  }
}
