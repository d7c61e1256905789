/**
 * Scores of a network's layers as files: an entry of a scorecard's benchmark, and a table.
 *
 * They stand beside the scores and are no part of them: a score is of the layer that was committed before anything was
 * scored. The best of many layers was chosen on the data that it is scored on; whatever names it says so.
 */
import { csvFormat } from "d3-dsv";
import { inert } from "../assembly/spreadsheet.ts";
import type { Score } from "../scoring/ceiled.ts";

/** What is said of the best layer, wherever it is named. */
export const BEST_OF_THESE = "best of these, chosen on the test data: optimistic";

/** A layer with its score, or why it has none. */
export interface ScoredLayer {
  readonly layer: string;
  /** Place in the network's order, from 0. */
  readonly place: number;
  readonly features: number;
  /** Whether the network's card commits it to the benchmark's region. */
  readonly committed: boolean;
  readonly result:
    | { readonly status: "scored"; readonly score: Score }
    | { readonly status: "failed"; readonly error: { readonly message: string } };
}

export interface ScorecardLayers {
  readonly subject: string;
  readonly subject_digest: string;
  /** Absent where no layer has a score. */
  readonly best?: { readonly layer: string; readonly score: number; readonly note: typeof BEST_OF_THESE };
  readonly layers: readonly ScorecardLayer[];
}

type ScorecardLayer = Pick<ScoredLayer, "layer" | "features" | "committed"> &
  (
    | (Pick<Score, "score" | "raw" | "error" | "formula"> & {
        readonly status: "scored";
        readonly notes: readonly string[];
      })
    | { readonly status: "failed"; readonly reason: string }
  );

/** The layer with the highest score, the first of equal ones; undefined where none has one. */
export function bestLayer<Layer extends ScoredLayer>(
  layers: readonly Layer[],
): { readonly layer: Layer; readonly score: Score } | undefined {
  const scored = layers.flatMap((layer) =>
    layer.result.status === "scored" ? [{ layer, score: layer.result.score }] : [],
  );
  return scored.reduce<(typeof scored)[number] | undefined>(
    (best, each) => (best === undefined || each.score.score > best.score.score ? each : best),
    undefined,
  );
}

export function layersEntry(subject: string, subjectDigest: string, layers: readonly ScoredLayer[]): ScorecardLayers {
  const best = bestLayer(layers);
  return {
    subject,
    subject_digest: subjectDigest,
    ...(best === undefined ? {} : { best: { layer: best.layer.layer, score: best.score.score, note: BEST_OF_THESE } }),
    layers: layers.map(({ layer, features, committed, result }) => {
      const which = { layer, features, committed };
      if (result.status === "failed") return { ...which, status: "failed", reason: result.error.message };
      const { score, raw, error, formula, notes } = result.score;
      return { ...which, status: "scored", score, raw, ...(error === undefined ? {} : { error }), formula, notes };
    }),
  };
}

/** A row per layer, in the network's order. */
export function layersCsv(benchmark: string, subject: string, layers: readonly ScoredLayer[]): string {
  const best = bestLayer(layers)?.layer;
  const rows = layers.map((each) => {
    const { layer, place, features, committed, result } = each;
    const score = result.status === "scored" ? result.score : undefined;
    return {
      benchmark: inert(benchmark),
      subject: inert(subject),
      layer: inert(layer),
      place: place + 1,
      features,
      committed,
      score: score?.score ?? "",
      raw: score?.raw ?? "",
      error: score?.error ?? "",
      ceiling: score?.ceiling.value ?? "",
      formula: score?.formula ?? "",
      note: each === best ? BEST_OF_THESE : result.status === "failed" ? inert(result.error.message) : "",
    };
  });
  return `${csvFormat(rows)}\n`;
}
