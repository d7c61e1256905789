/**
 * One network in one ONNX Runtime session on one backend.
 *
 * It owns what is awkward about ONNX Runtime Web: a strictly serial queue for create, run and release (two overlapping
 * calls freeze the WebGPU builds), batches padded to the shape that the graph has, and the GPU device, whose loss must
 * surface as an error. It does not choose a backend (lab/backend.ts does, by comparing two of these) and does not know
 * what an image is (stimuli/ does).
 *
 * After a lost device no session can be made in the same thread again, in any build: the caller replaces the worker.
 */
import type { InferenceSession, OnnxValue, TensorConstructor } from "onnxruntime-web";
import { GapscopeError } from "../faults/faults.ts";
import { describeAdapter, findAdapter } from "./adapter.ts";
import type { Assembled } from "./assemble.ts";

export type Backend = "webgpu" | "wasm";

/** The part of the onnxruntime modules that we use; onnxruntime-web's builds and onnxruntime-node all have it. */
export interface Runtime {
  readonly InferenceSession: {
    create(model: Uint8Array, options?: InferenceSession.SessionOptions): Promise<InferenceSession>;
  };
  readonly Tensor: TensorConstructor;
}

export interface SessionOptions {
  readonly backend: Backend;
  /** The outputs to give back, in this order. */
  readonly taps: readonly string[];
  readonly size: readonly [number, number];
  readonly layout: "NCHW" | "NHWC";
  /** Images per run where the graph leaves the batch open. */
  readonly batch: number;
  /** Threads of the wasm backend, as the runtime was configured; only reported. */
  readonly threads: number;
}

/** How a session runs: what a score records about its backend. */
export interface SessionFacts {
  readonly backend: Backend;
  readonly threads: number;
  /** e.g. `google swiftshader`; absent on wasm. */
  readonly adapter?: string;
  /** Images per run. */
  readonly batch: number;
}

/** Of workers alone; the page's types do not have it. */
declare const FileReaderSync: (new () => { readAsArrayBuffer(blob: Blob): ArrayBuffer }) | undefined;

/** What ONNX Runtime may not fuse. */
const UNFUSED: Readonly<Record<Backend, string>> = {
  // Folding a normalisation into a convolution copies the weights that several share: CORnet-S took 0.8 GB more.
  wasm: "ConvBNFusion",
  // A convolution with SiLU (x · sigmoid(x)) fused into it comes without the sigmoid on WebGPU in 1.30, found by the self-check.
  webgpu: "QuickGeluFusion",
};
const GPU_LOST = "The GPU device was lost";

export class NetworkSession {
  readonly facts: SessionFacts;
  readonly #runtime: Runtime;
  readonly #session: InferenceSession;
  readonly #input: string;
  readonly #options: SessionOptions;
  readonly #gpu: Gpu | undefined;
  #queue: Promise<unknown> = Promise.resolve();

  private constructor(
    runtime: Runtime,
    session: InferenceSession,
    input: string,
    facts: SessionFacts,
    options: SessionOptions,
    gpu: Gpu | undefined,
  ) {
    this.#runtime = runtime;
    this.#session = session;
    this.#input = input;
    this.facts = facts;
    this.#options = options;
    this.#gpu = gpu;
  }

  /**
   * Opens the network. Throws `subject-refused` where its input is not what the card says, `inference-failed` where the
   * runtime cannot load it, `out-of-memory` where it has not enough for it, `device-lost` where the GPU goes away meanwhile.
   */
  static async open(runtime: Runtime, network: Assembled, options: SessionOptions): Promise<NetworkSession> {
    const { file, model, externalData, input } = network;
    const batch = batchOf(input.shape, options, file);
    const gpu = options.backend === "webgpu" ? await Gpu.open() : undefined;
    const symbolic = input.shape[0];
    const mounted = await Promise.all(externalData.map(async ({ path, data }) => ({ path, data: await mount(data) })));
    try {
      const session = await runtime.InferenceSession.create(model, {
        executionProviders: [gpu === undefined ? "wasm" : { name: "webgpu", device: gpu.device }],
        ...(typeof symbolic === "string" ? { freeDimensionOverrides: { [symbolic]: batch } } : {}),
        extra: { optimization: { disable_specified_optimizers: UNFUSED[options.backend] } },
        ...(mounted.length === 0 ? {} : { externalData: mounted }),
      });
      const facts: SessionFacts = {
        backend: options.backend,
        threads: options.threads,
        batch,
        ...(gpu === undefined ? {} : { adapter: gpu.adapter }),
      };
      return new NetworkSession(runtime, session, input.name, facts, options, gpu);
    } catch (error) {
      gpu?.close();
      const failed = isOutOfMemory(error) ? "out-of-memory" : "inference-failed";
      throw (
        gpu?.lost ??
        new GapscopeError(failed, `ONNX Runtime cannot load ${file}: ${reason(error)}`, {
          cause: error,
          stage: "loading the network",
        })
      );
    }
  }

  /**
   * Activations of `count` images. `images` holds count × C × H × W (or H × W × C) floats. Returns one array per tap,
   * count × features in the tap's C order (Brain-Score flattens each layer so, activations/core.py).
   */
  run(images: Float32Array, count: number): Promise<Float32Array[]> {
    const answer = this.#queue.then(() => this.#run(images, count));
    this.#queue = answer.catch(() => undefined); // one failed run must not poison the next
    return answer;
  }

  async #run(images: Float32Array, count: number): Promise<Float32Array[]> {
    const { taps, size, layout } = this.#options;
    const [height, width] = size;
    const batch = this.facts.batch;
    const pixels = 3 * height * width;
    const collected: Float32Array[] = [];
    for (let start = 0; start < count; start += batch) {
      const here = Math.min(batch, count - start);
      const input = new Float32Array(batch * pixels);
      input.set(images.subarray(start * pixels, (start + here) * pixels));
      // A short batch is filled with its last image and the surplus dropped, as Brain-Score does (core.py:249-258).
      for (let i = here; i < batch; i++) input.copyWithin(i * pixels, (here - 1) * pixels, here * pixels);
      const dims = layout === "NCHW" ? [batch, 3, height, width] : [batch, height, width, 3];
      const outputs = await this.#guarded({ [this.#input]: new this.#runtime.Tensor("float32", input, dims) });
      taps.forEach((tap, t) => {
        const values = floats(outputs[tap], tap);
        const features = values.length / batch;
        if (!Number.isInteger(features)) {
          throw new GapscopeError(
            "inference-failed",
            `The output ${tap} has ${values.length} values for ${batch} images.`,
          );
        }
        const whole = collected[t] ?? new Float32Array(count * features);
        whole.set(values.subarray(0, here * features), start * features);
        collected[t] = whole;
      });
    }
    return collected;
  }

  async #guarded(feeds: Record<string, OnnxValue>): Promise<Record<string, OnnxValue>> {
    const { taps } = this.#options;
    try {
      const running = this.#session.run(feeds, [...taps]);
      // A lost device may surface as a hang instead of an error, so its own promise takes part in the race.
      return await (this.#gpu === undefined ? running : Promise.race([running, this.#gpu.loss]));
    } catch (error) {
      throw (
        this.#gpu?.lost ??
        (error instanceof GapscopeError
          ? error
          : new GapscopeError(
              isOutOfMemory(error) ? "out-of-memory" : "inference-failed",
              `The network failed on this batch: ${reason(error)}`,
              { cause: error, stage: "running the network" },
            ))
      );
    }
  }

  release(): Promise<void> {
    const done = this.#queue.then(async () => {
      await this.#session.release();
      this.#gpu?.close();
    });
    this.#queue = done.catch(() => undefined);
    return done;
  }
}

/**
 * A file as the runtime may have it: bytes that are read when it asks for a tensor's, so that no weight is in memory twice
 * (docs/decisions/0007-weights-where-they-lie.md). Outside of workers, where files cannot be read so, all of them at once.
 */
async function mount(data: Blob): Promise<Uint8Array> {
  if (typeof FileReaderSync === "undefined") return new Uint8Array(await data.arrayBuffer());
  const reader = new FileReaderSync();
  // Of an external file the runtime asks its length and stretches of it, in every build of 1.30, and nothing else.
  return Object.defineProperties(new Uint8Array(), {
    byteLength: { value: data.size },
    subarray: {
      value: (start: number, end: number) => new Uint8Array(reader.readAsArrayBuffer(data.slice(start, end))),
    },
  });
}

/** Our own device, so that its loss is ours to see. */
class Gpu {
  lost: GapscopeError | undefined;
  readonly loss: Promise<never>;
  #closing = false;

  private constructor(
    readonly device: GPUDevice,
    readonly adapter: string,
  ) {
    this.loss = device.lost.then((info) => {
      this.lost = new GapscopeError("device-lost", `${GPU_LOST}${info.message === "" ? "" : `: ${info.message}`}.`, {
        stage: "running the network",
      });
      throw this.lost;
    });
    this.loss.catch(() => undefined);
  }

  static async open(): Promise<Gpu> {
    const adapter = await findAdapter();
    if (adapter === null)
      throw new GapscopeError("device-lost", "This browser offers no GPU adapter.", { stage: "opening WebGPU" });
    // The default limits are small (128 MiB a buffer); a network may need what the adapter has.
    const {
      maxBufferSize,
      maxStorageBufferBindingSize,
      maxComputeWorkgroupStorageSize,
      maxComputeInvocationsPerWorkgroup,
      maxComputeWorkgroupSizeX,
    } = adapter.limits;
    const device = await adapter.requestDevice({
      requiredLimits: {
        maxBufferSize,
        maxStorageBufferBindingSize,
        maxComputeWorkgroupStorageSize,
        maxComputeInvocationsPerWorkgroup,
        maxComputeWorkgroupSizeX,
      },
    });
    return new Gpu(device, describeAdapter(adapter));
  }

  close(): void {
    if (this.#closing) return;
    this.#closing = true;
    this.device.destroy();
  }
}

function batchOf(shape: readonly (number | string | null)[], options: SessionOptions, file: string): number {
  const [height, width] = options.size;
  const wanted = options.layout === "NCHW" ? [3, height, width] : [height, width, 3];
  const rest = shape.slice(1);
  const fits = shape.length === 4 && wanted.every((size, i) => typeof rest[i] !== "number" || rest[i] === size);
  if (shape.length > 0 && !fits) {
    throw new GapscopeError("subject-refused", `${file} takes another input than the card says.`, {
      faults: [
        {
          code: "input-shape",
          file,
          field: "input.size",
          message: "The network's input and the card's size and layout disagree.",
          value: `[${shape.map((dim) => dim ?? "?").join(", ")}]`,
          expected: `[batch, ${wanted.join(", ")}]`,
          remedy: "Correct size or layout in the card.",
        },
      ],
    });
  }
  const fixed = shape[0];
  return typeof fixed === "number" && fixed > 0 ? fixed : options.batch;
}

function floats(value: OnnxValue | undefined, tap: string): Float32Array {
  const data = value !== undefined && "data" in value ? value.data : undefined;
  if (data instanceof Float32Array) return data;
  throw new GapscopeError("inference-failed", `The output ${tap} is not a float32 tensor.`);
}

/**
 * Whether it is what the runtime says when memory runs out: C++'s own word, the GPU's, or that of the glue around the wasm,
 * which aborts or traps.
 */
function isOutOfMemory(error: unknown): boolean {
  return /bad_alloc|out of memory|allocation failed|failed to allocate|out of bounds|Aborted\(/i.test(reason(error));
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
