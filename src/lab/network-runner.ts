/**
 * A network's activations, got by workers and kept in the store: the page's `ActivationSource`.
 *
 * One runner serves one network for one run. It asks the store first and infers only what is missing; one worker
 * prepares pictures while another runs the network. A worker that dies is replaced and its batch tried once more in
 * halves; a GPU that fails twice is given up for wasm, and then *all* of the network's activations come from wasm, so
 * that a score has one backend. Which backend a network gets on this machine is decided by backend.ts.
 */
import { sha256 } from "../assembly/digest.ts";
import { GapscopeError } from "../faults/faults.ts";
import type { Backend } from "../models/session.ts";
import type { ActivationSource, PlacedStimulus } from "../subject/network.ts";
import type { LookOptions, StoredRows } from "../subject/subject.ts";
import { type BackendWish, type Choice, chooseBackend } from "./backend.ts";
import type { Gate } from "./gate.ts";
import type { Network } from "./network.ts";
import type { WorkerClient } from "./rpc.ts";
import { activationKey, type KeyValueStore } from "./store.ts";
import type { SubjectApi } from "./subject-api.ts";

export interface RunnerOptions {
  readonly wish: BackendWish;
  /** Why WebGPU may not be taken. */
  readonly webgpuOff?: string | undefined;
  readonly threads: number;
  readonly activations: KeyValueStore<Float32Array>;
  /** Backend choices of earlier runs. */
  readonly choices: KeyValueStore<Choice>;
  readonly spawn: () => WorkerClient<SubjectApi>;
  /** Held at it, the runner begins no batch. */
  readonly gate?: Gate | undefined;
  /** Told how long batches take, and what they showed of the layers. */
  readonly onBatch?: (batch: BatchFacts) => void;
}

export interface BatchFacts {
  readonly images: number;
  readonly seconds: number;
  /** By layer. */
  readonly features: Readonly<Record<string, number>>;
}

/** Pictures per call: enough to amortise the call, few enough that a cancelled or lost batch costs little. */
export function batchSize(size: readonly [number, number]): number {
  const bytes = 3 * size[0] * size[1] * 4;
  return Math.max(2, Math.min(32, Math.floor((5 << 20) / bytes)));
}

/**
 * Images per run of a session. On wasm larger batches are no faster (measured with 1, 2 and 8 on four of the panel's
 * networks) and cost memory: CrossViT's attention takes 40 MB an image and layer.
 */
function imagesPerRun(backend: Backend, size: readonly [number, number]): number {
  return backend === "wasm" ? 2 : batchSize(size);
}

const FIRST_PATIENCE = 600_000;

/** Stimuli looked up in the store at a time: 33 MB of the panel's largest readout. */
const LOOK_UPS = 32;

/** Rows in the store, which need not stay there. */
export interface KeptRows extends StoredRows {
  forget(): Promise<void>;
}

type Look = Pick<LookOptions, "signal" | "onProgress">;

export class NetworkRunner implements ActivationSource {
  readonly #network: Network;
  readonly #options: RunnerOptions;
  #choice: Choice | undefined;
  #eyes: WorkerClient<SubjectApi> | undefined;
  #brain: WorkerClient<SubjectApi> | undefined;
  /** Backend and taps of the session in `#brain`. */
  #opened: string | undefined;
  /** How often images per run were halved: each time a worker died, because memory is the usual reason. */
  #halvings = 0;
  #longestBatch = 0;

  constructor(network: Network, options: RunnerOptions) {
    this.#network = network;
    this.#options = options;
  }

  /** The backend that the activations came from; undefined before the first call. */
  get choice(): Choice | undefined {
    return this.#choice;
  }

  /** Stops the workers; pending calls reject with `cancelled`. */
  close(): void {
    this.#eyes?.terminate();
    this.#brain?.terminate();
    this.#eyes = this.#brain = this.#opened = undefined;
  }

  activations(
    stimuli: readonly PlacedStimulus[],
    taps: readonly string[],
    look: Look,
  ): Promise<readonly Float32Array[]> {
    return this.#onBackend(stimuli, taps, look, async (backend) => {
      const keys = this.#keysOf(stimuli, taps, backend);
      const gathered = new Gathered(keys, taps.length);
      await this.#gatherKept(gathered, look.signal);
      const known = keys.map((own) => own.every((key) => gathered.has(key)));
      await this.#infer(backend, stimuli, taps, keys, known, look, (entries) => {
        for (const [key, value] of entries) gathered.put(key, value);
      });
      return gathered.whole();
    });
  }

  stream(stimuli: readonly PlacedStimulus[], taps: readonly string[], look: Look): Promise<readonly KeptRows[]> {
    return this.#onBackend(stimuli, taps, look, async (backend) => {
      const keys = this.#keysOf(stimuli, taps, backend);
      const known = await this.#kept(keys);
      await this.#infer(backend, stimuli, taps, keys, known, look);
      return Promise.all(taps.map((_, tap) => this.#rows(keys.map((own) => own[tap] ?? ""))));
    });
  }

  /** The layers that are worth scoring, in the network's order. */
  layers(signal: AbortSignal | undefined): Promise<string[]> {
    if (this.#eyes?.alive !== true) this.#eyes = this.#options.spawn();
    return this.#eyes.call("layers", [this.#network.card, this.#network.files], withSignal(signal));
  }

  /** Does what is asked for on this network's backend; where the GPU fails at it, once more on wasm. */
  async #onBackend<Result>(
    stimuli: readonly PlacedStimulus[],
    taps: readonly string[],
    { signal }: Look,
    ask: (backend: Backend) => Promise<Result>,
  ): Promise<Result> {
    const choice = await this.#resolveBackend(stimuli, taps, signal);
    try {
      return await ask(choice.backend);
    } catch (error) {
      const lost = GapscopeError.from(error);
      if (choice.backend !== "webgpu" || !(isWorkerTrouble(lost) || lost.code === "inference-failed")) throw lost;
      this.#closeBrain();
      this.#choice = {
        backend: "wasm",
        fellBack: true,
        reason: `the GPU failed twice (${lost.message}), so everything was run on wasm`,
      };
      return await ask("wasm");
    }
  }

  /** The store's keys: by stimulus, one a tap. */
  #keysOf(stimuli: readonly PlacedStimulus[], taps: readonly string[], backend: Backend): string[][] {
    const { activationsDigest } = this.#network;
    return stimuli.map((placed) => taps.map((tap) => activationKey(placed, activationsDigest, tap, backend)));
  }

  /** A few at a time, each put in its place and let go: all of a large readout fit into memory once, not twice. */
  async #gatherKept(gathered: Gathered, signal: AbortSignal | undefined): Promise<void> {
    const wanted = [...gathered.keys];
    for (let first = 0; first < wanted.length; first += LOOK_UPS) {
      if (signal?.aborted) throw GapscopeError.cancelled();
      const some = wanted.slice(first, first + LOOK_UPS);
      const kept = await this.#options.activations.get(some);
      some.forEach((key, i) => {
        const value = kept[i];
        if (value !== undefined) gathered.put(key, value);
      });
    }
  }

  /** By stimulus, whether all its activations are in the store. */
  async #kept(keys: readonly (readonly string[])[]): Promise<boolean[]> {
    const flat = keys.flat();
    const found = await this.#options.activations.has(flat);
    const there = new Set(flat.filter((_, i) => found[i]));
    return keys.map((own) => own.every((key) => there.has(key)));
  }

  /** One tap's activations as the store has them. */
  async #rows(keys: readonly string[]): Promise<KeptRows> {
    const { activations } = this.#options;
    const read = async (first: number, count: number): Promise<Float32Array> => {
      const rows = await activations.get(keys.slice(first, first + count));
      const columns = rows[0]?.length ?? 0;
      const block = new Float32Array(rows.length * columns);
      for (const [i, row] of rows.entries()) {
        if (row?.length !== columns)
          throw new GapscopeError(
            "inference-failed",
            "Stored activations are gone or of another size: the browser made room, or they were cleared. Run again.",
          );
        block.set(row, i * columns);
      }
      return block;
    };
    const forget = (): Promise<void> => activations.remove(keys);
    return { forget, key: await sha256(keys.join("\n")), rows: keys.length, columns: (await read(0, 1)).length, read };
  }

  async #resolveBackend(
    stimuli: readonly PlacedStimulus[],
    taps: readonly string[],
    signal: AbortSignal | undefined,
  ): Promise<Choice> {
    if (this.#choice !== undefined) return this.#choice;
    const probe = stimuli.slice(0, batchSize(this.#network.card.input.size));
    const choice = await chooseBackend({
      wish: this.#options.wish,
      webgpuOff: this.#options.webgpuOff,
      key: this.#network.activationsDigest,
      choices: this.#options.choices,
      spawn: this.#options.spawn,
      signal,
      measure: async (client, backend, runs) => {
        await this.#open(client, backend, taps, signal);
        const tensor = await this.#prepare(probe, signal);
        const times: number[] = [];
        let outputs: readonly Float32Array[] = [];
        for (let run = 0; run < runs; run++) {
          const start = performance.now();
          outputs = await client.call("infer", [tensor, probe.length], { ...withSignal(signal) });
          times.push(performance.now() - start);
        }
        return { outputs, milliseconds: Math.min(...times) };
      },
    });
    this.#choice = choice;
    return choice;
  }

  /** Runs the network on the stimuli that are not `known`, batch by batch, and stores what comes. */
  async #infer(
    backend: Backend,
    stimuli: readonly PlacedStimulus[],
    taps: readonly string[],
    keys: readonly (readonly string[])[],
    known: readonly boolean[],
    { signal, onProgress }: Look,
    onEntries?: (entries: readonly (readonly [string, Float32Array])[]) => void,
  ): Promise<void> {
    // Equal pictures (same bytes, same screen) are looked at once.
    const missing = new Map<string, { placed: PlacedStimulus; keys: readonly string[] }>();
    stimuli.forEach((placed, i) => {
      const own = keys[i] ?? [];
      if (known[i] !== true) missing.set(own[0] ?? "", { placed, keys: own });
    });
    const todo = [...missing.values()];
    const total = stimuli.length;
    let done = total - todo.length;
    onProgress?.(done, total);

    const size = batchSize(this.#network.card.input.size);
    const batches = Array.from({ length: Math.ceil(todo.length / size) }, (_, i) =>
      todo.slice(i * size, (i + 1) * size),
    );
    const prepareBatch = (batch: readonly { placed: PlacedStimulus }[] | undefined) => {
      const prepared =
        batch === undefined
          ? undefined
          : this.#prepare(
              batch.map(({ placed }) => placed),
              signal,
            );
      prepared?.catch(() => undefined); // seen when its turn comes
      return prepared;
    };
    let next = prepareBatch(batches[0]);
    for (const [i, batch] of batches.entries()) {
      await this.#options.gate?.pass(signal);
      const start = performance.now();
      const tensor = await next;
      next = prepareBatch(batches[i + 1]);
      if (tensor === undefined) throw new GapscopeError("internal", "a batch was not prepared");
      const outputs = await this.#batchWithRetry(backend, tensor, batch.length, taps, signal);
      const entries = batch.flatMap(({ keys: own }, row) =>
        own.map((key, t): [string, Float32Array] => [key, rowOf(outputs[t], row, batch.length)]),
      );
      onEntries?.(entries);
      await this.#options.activations.put(entries);
      done += batch.length;
      const features = taps.map((tap, t) => [tap, (outputs[t]?.length ?? 0) / batch.length] as const);
      this.#options.onBatch?.({
        images: batch.length,
        seconds: (performance.now() - start) / 1000,
        features: Object.fromEntries(features),
      });
      onProgress?.(done, total);
    }
  }

  /** Runs a batch; after a dead, hung or lost worker once more on a fresh one, half as many images at a time. */
  async #batchWithRetry(
    backend: Backend,
    tensor: Float32Array,
    count: number,
    taps: readonly string[],
    signal: AbortSignal | undefined,
  ): Promise<readonly Float32Array[]> {
    try {
      return await this.#batch(backend, tensor, count, taps, signal);
    } catch (error) {
      const trouble = GapscopeError.from(error);
      if (!isWorkerTrouble(trouble)) throw trouble;
      this.#closeBrain();
      this.#halvings += 1;
      return await this.#batch(backend, tensor, count, taps, signal);
    }
  }

  async #batch(
    backend: Backend,
    tensor: Float32Array,
    count: number,
    taps: readonly string[],
    signal: AbortSignal | undefined,
  ): Promise<readonly Float32Array[]> {
    const wanted = `${backend}|${taps.join("\n")}`;
    if (this.#brain?.alive !== true) this.#closeBrain();
    this.#brain ??= this.#options.spawn();
    if (this.#opened !== wanted) {
      await this.#open(this.#brain, backend, taps, signal);
      this.#opened = wanted;
    }
    const start = performance.now();
    const outputs = await this.#brain.call("infer", [tensor, count], {
      ...withSignal(signal),
      patience: this.#patience(),
    });
    this.#longestBatch = Math.max(this.#longestBatch, performance.now() - start);
    return outputs;
  }

  /** Ten times the longest batch yet; before the first, as long as a software GPU needs to warm up on a large network. */
  #patience(): number {
    return this.#longestBatch === 0 ? FIRST_PATIENCE : Math.max(60_000, 10 * this.#longestBatch);
  }

  async #open(
    client: WorkerClient<SubjectApi>,
    backend: Backend,
    taps: readonly string[],
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const { card, files } = this.#network;
    const { size, layout } = card.input;
    const batch = Math.ceil(imagesPerRun(backend, size) / 2 ** this.#halvings);
    // Several threads cut a single image's convolutions into pieces and change the last bits (docs/decisions/0015-durable.md).
    const threads = backend === "wasm" && batch === 1 ? 1 : this.#options.threads;
    const session = { backend, taps: [...taps], size, layout, batch, threads };
    await client.call("open", [card, files, session], { ...withSignal(signal), patience: FIRST_PATIENCE });
  }

  /** Pictures are prepared by a worker of their own; one that dies is replaced once, then the reason stands. */
  async #prepare(stimuli: readonly PlacedStimulus[], signal: AbortSignal | undefined): Promise<Float32Array> {
    const pictures = stimuli.map(({ stimulus, screen }) => ({ file: stimulus.file, bytes: stimulus.bytes, screen }));
    const attempt = (): Promise<Float32Array> => {
      if (this.#eyes?.alive !== true) this.#eyes = this.#options.spawn();
      return this.#eyes.call("prepare", [pictures, this.#network.card.input], withSignal(signal));
    };
    return attempt().catch((error: unknown) => {
      if (!isWorkerTrouble(GapscopeError.from(error))) throw error;
      return attempt();
    });
  }

  #closeBrain(): void {
    this.#brain?.terminate();
    this.#brain = this.#opened = undefined;
  }
}

function isWorkerTrouble({ code }: GapscopeError): boolean {
  return code === "worker-died" || code === "worker-hung" || code === "device-lost" || code === "out-of-memory";
}

function withSignal(signal: AbortSignal | undefined): { signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
}

function rowOf(values: Float32Array | undefined, row: number, rows: number): Float32Array {
  if (values === undefined) throw new GapscopeError("internal", "a tap is missing from a batch");
  const features = values.length / rows;
  return values.slice(row * features, (row + 1) * features);
}

/** Activations put in their places as they come: per tap stimuli × features, allocated with the first one. */
class Gathered {
  readonly #places = new Map<string, { readonly tap: number; readonly rows: number[] }>();
  readonly #found = new Set<string>();
  readonly #matrices: (Float32Array | undefined)[];
  readonly #rows: number;

  /** `keys`: by stimulus, one a tap. */
  constructor(keys: readonly (readonly string[])[], taps: number) {
    this.#rows = keys.length;
    this.#matrices = Array.from({ length: taps }, () => undefined);
    keys.forEach((own, row) => {
      own.forEach((key, tap) => {
        const place = this.#places.get(key);
        if (place === undefined) this.#places.set(key, { tap, rows: [row] });
        else place.rows.push(row);
      });
    });
  }

  get keys(): Iterable<string> {
    return this.#places.keys();
  }

  has(key: string): boolean {
    return this.#found.has(key);
  }

  put(key: string, value: Float32Array): void {
    const place = this.#places.get(key);
    if (place === undefined) return;
    const matrix = this.#matrices[place.tap] ?? new Float32Array(this.#rows * value.length);
    this.#matrices[place.tap] = matrix;
    if (matrix.length !== this.#rows * value.length)
      throw new GapscopeError("inference-failed", "The network gave different numbers of features for two stimuli.");
    for (const row of place.rows) matrix.set(value, row * value.length);
    this.#found.add(key);
  }

  whole(): Float32Array[] {
    if (this.#found.size !== this.#places.size) throw new GapscopeError("internal", "an activation is missing");
    return this.#matrices.map((matrix) => matrix ?? new Float32Array(0));
  }
}
