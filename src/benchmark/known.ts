/**
 * What this version can score, by name. The registries themselves live above this folder in the import order (metrics,
 * scoring), so the reader is told their names and checks manifests against them.
 */
import type { Fault } from "../faults/faults.ts";
import type { Normalisation } from "./benchmark.ts";
import { clip, suggestion } from "./findings.ts";
import type { Manifest } from "./schema.ts";

/** Names registered for behavioural benchmarks. */
export interface KnownNames {
  readonly metrics: readonly string[];
  readonly ceilings: readonly string[];
  readonly normalisations: readonly Normalisation[];
}

export const KNOWN: KnownNames = {
  metrics: ["error_consistency", "accuracy"],
  ceilings: ["metric", "constant"],
  normalisations: ["ratio", "explained_variance", "squared_ratio", "chance_corrected"],
};

/** `not-yet-supported` for a kind of benchmark that the format allows and this version cannot score. */
export function unsupported(manifest: Manifest, file: string): Fault | undefined {
  const [field, what] =
    manifest.recording !== undefined
      ? ["recording", "Neural benchmarks (recordings)"]
      : manifest.task?.name === "probabilities"
        ? ["task", "Benchmarks with the probabilities task"]
        : manifest.task?.name === "odd_one_out"
          ? ["task", "Benchmarks with the odd-one-out task"]
          : [];
  if (field === undefined) return undefined;
  return {
    code: "not-yet-supported",
    file,
    field,
    message: `${what} are part of the format, but this version of Gapscope cannot score them yet.`,
    value: clip(manifest.identifier),
    expected: "the label task",
    remedy: "Leave this manifest out of the zip to score the others; the file itself is not at fault.",
  };
}

/** Faults `unknown-metric`, `unknown-ceiling`, `unknown-normalisation`, `ceiling-value`. */
export function nameFaults(manifest: Manifest, file: string, known: KnownNames): Fault[] {
  const faults: Fault[] = [];
  const check = (
    kind: "metric" | "ceiling" | "normalisation",
    field: string,
    name: string,
    names: readonly string[],
  ) => {
    if (names.includes(name)) return;
    faults.push({
      code: `unknown-${kind}`,
      file,
      field,
      message: `There is no ${kind} of this name for behavioural benchmarks.`,
      value: clip(name),
      expected: names.join(", "),
      remedy: suggestion(name, names),
    });
  };
  check("metric", "metric.name", manifest.metric.name, known.metrics);
  check("ceiling", "ceiling.name", manifest.ceiling.name, known.ceilings);
  if (manifest.normalisation !== undefined) {
    check("normalisation", "normalisation", manifest.normalisation, known.normalisations);
  }
  const value = manifest.ceiling.options.value;
  if (manifest.ceiling.name === "constant" && !(typeof value === "number" && Number.isFinite(value) && value > 0)) {
    faults.push({
      code: "ceiling-value",
      file,
      field: "ceiling.options.value",
      message: "A constant ceiling needs its value.",
      ...(value === undefined ? {} : { value: clip(value) }),
      expected: "a number above 0",
      remedy: 'Write {"name": "constant", "options": {"value": 1}}; the score is divided by it.',
    });
  }
  return faults;
}
