/**
 * Layer by layer: the scores of every candidate layer of a network on neural benchmarks that share their stimuli.
 *
 * Stimuli pass the network once for as many layers as the store has room for; a layer's Gram matrix serves every benchmark.
 * Activations of layers that are committed to nothing are forgotten when they have been scored. Which layer is best by these
 * scores was chosen on the data themselves: whoever shows it must say so.
 */
import type { NeuralBenchmark } from "../benchmark/benchmark.ts";
import { GapscopeError, type GapscopeErrorRecord } from "../faults/faults.ts";
import type { Score } from "../scoring/ceiled.ts";
import { keepsBytes, place } from "../subject/network.ts";
import { presentationCoords } from "../subject/subject.ts";
import type { BackendWish } from "./backend.ts";
import type { Gate } from "./gate.ts";
import { NetworkRunner } from "./network-runner.ts";
import { type LabStores, type LabWorkers, SCORES } from "./run.ts";
import { Scorer } from "./scorer.ts";
import type { SubjectSource } from "./source.ts";
import { COMPUTED } from "./store.ts";

export interface LayersRequest {
  /** Of the same stimuli at the same size (see `sharingStimuli`). */
  readonly benchmarks: readonly NeuralBenchmark[];
  readonly source: Extract<SubjectSource, { readonly kind: "network" }>;
  readonly wish: BackendWish;
  /** Why WebGPU may not be taken. */
  readonly webgpuOff?: string | undefined;
  readonly threads: number;
  /** Bytes of activations that may be stored at a time. */
  readonly room: number;
  readonly signal: AbortSignal;
  /** Closed, the run stands still once the step in progress is done. */
  readonly gate?: Gate;
}

export interface LayerScore {
  readonly layer: string;
  /** Place in the network's order, from 0, and how many layers there are. */
  readonly place: number;
  readonly layers: number;
  readonly features: number;
  /** Whether the network's card commits it to the benchmark's region. */
  readonly committed: boolean;
  readonly result:
    | { readonly status: "scored"; readonly score: Score }
    | { readonly status: "failed"; readonly error: GapscopeErrorRecord };
}

export interface LayersEvents {
  readonly onLayer: (benchmark: NeuralBenchmark, layer: LayerScore) => void;
  /** What is being done, and the share of the whole that is done, roughly. */
  readonly onProgress: (stage: string, share: number) => void;
}

/** Scores every candidate layer. Throws `cancelled`, or why the network gives no activations. */
export async function scoreLayers(
  request: LayersRequest,
  workers: LabWorkers,
  stores: LabStores,
  { onLayer, onProgress }: LayersEvents,
): Promise<void> {
  const { benchmarks, source, wish, webgpuOff, threads, room, signal, gate } = request;
  const { network, facts, notes } = source;
  const [first] = benchmarks;
  if (first === undefined) return;
  const scorer = new Scorer(workers.scoring, signal, threads, gate);
  const runner = new NetworkRunner(network, {
    ...{ wish, webgpuOff, threads, activations: stores.activations, choices: stores.choices },
    spawn: workers.subject,
    gate,
  });
  try {
    const layers = facts?.candidates ?? (await runner.layers(signal));
    const placed = place(first.stimulusSet, network.card.visual_degrees);
    const coords = presentationCoords(first.stimulusSet.table);
    // One picture tells how large layers are.
    const sizes = await runner.stream(placed.slice(0, 1), layers, { signal });
    const { regions, readout, logits } = network.card;
    const wanted = new Set([...Object.values(regions), readout?.output, logits?.output]);
    const keyOf = (benchmark: NeuralBenchmark, layer: string): string =>
      [SCORES, "layer", layer, benchmark.digest, network.digest, runner.choice?.backend, COMPUTED].join("|");
    const tell = (benchmark: NeuralBenchmark, place: number, result: LayerScore["result"]): void => {
      const layer = layers[place] ?? "";
      onLayer(benchmark, {
        layer,
        place,
        layers: layers.length,
        features: sizes[place]?.columns ?? 0,
        committed: regions[benchmark.recording.region] === layer,
        result,
      });
    };
    // A layer that has all its scores is not recorded from again.
    const todo: number[] = [];
    for (const [place, layer] of layers.entries()) {
      const kept = await stores.results.get(benchmarks.map((benchmark) => keyOf(benchmark, layer)));
      const scores = kept.flatMap((result) => (result === undefined ? [] : [result.score]));
      if (scores.length < benchmarks.length) {
        todo.push(place);
        continue;
      }
      for (const [i, score] of scores.entries()) {
        const benchmark = benchmarks[i];
        if (benchmark !== undefined) tell(benchmark, place, { status: "scored", score });
      }
      if (!wanted.has(layer)) await sizes[place]?.forget();
    }
    const passes = passesOf(todo, (place) => 4 * (sizes[place]?.columns ?? 0) * placed.length, room);
    for (const [p, members] of passes.entries()) {
      const taps = members.flatMap((place) => layers[place] ?? []);
      const begun = (share: number): number => (p + share) / passes.length;
      const rows = await runner.stream(placed, taps, {
        signal,
        onProgress: (done, total) => onProgress(`${done} of ${total} stimuli`, begun((0.5 * done) / total)),
      });
      for (const [i, bin] of rows.entries()) {
        const layer = taps[i] ?? "";
        for (const benchmark of benchmarks) {
          const { timeBins } = benchmark.recording;
          const recording = {
            bytes: keepsBytes(network.card),
            coords,
            timeBins,
            bins: timeBins.map(() => bin),
            layers: [layer],
            notes,
          };
          const onStage = (stage: string): void =>
            onProgress(`${layer}: ${stage}`, begun(0.5 + (0.5 * i) / rows.length));
          const key = keyOf(benchmark, layer);
          const score = async (): Promise<Score> => {
            const [kept] = await stores.results.get([key]);
            if (kept !== undefined) return kept.score;
            const made = await scorer.scoreRecording(benchmark, recording, onStage);
            await stores.results.put([[key, { score: made }]]);
            return made;
          };
          tell(benchmark, members[i] ?? 0, await settled(score));
        }
        if (!wanted.has(layer)) await bin.forget();
      }
    }
  } finally {
    runner.close();
    scorer.close();
  }
}

/** A layer without a score has its reason; cancelling ends everything. */
async function settled(score: () => Promise<Score>): Promise<LayerScore["result"]> {
  try {
    return { status: "scored", score: await score() };
  } catch (error) {
    const trouble = GapscopeError.from(error);
    if (trouble.code === "cancelled") throw trouble;
    return { status: "failed", error: trouble.toRecord() };
  }
}

/** Layers in their order, together as long as their bytes fit into `room`; one that does not is alone. */
function passesOf(places: readonly number[], bytesOf: (place: number) => number, room: number): number[][] {
  const passes: number[][] = [];
  let left = 0;
  for (const place of places) {
    const size = bytesOf(place);
    const pass = passes.at(-1);
    if (pass === undefined || size > left) {
      passes.push([place]);
      left = room - size;
    } else {
      pass.push(place);
      left -= size;
    }
  }
  return passes;
}

/** Those of `benchmarks` that show the same pictures as `one`, in the same order and size: they can be scored together. */
export function sharingStimuli(one: NeuralBenchmark, benchmarks: readonly NeuralBenchmark[]): NeuralBenchmark[] {
  const shown = ({ stimulusSet: { stimuli, visualDegrees, table } }: NeuralBenchmark): string =>
    JSON.stringify([stimuli.map(({ sha256 }) => sha256), visualDegrees, table.columns.stimulus_id?.text]);
  const own = shown(one);
  return benchmarks.filter((benchmark) => benchmark === one || shown(benchmark) === own);
}
