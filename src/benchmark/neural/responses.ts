/**
 * Whether responses are what a neural benchmark says: its time bins, its neuroids each named once, numbers where there
 * must be some.
 */
import type { Coordinate } from "../../assembly/assembly.ts";
import type { NeuroidAssembly } from "../../assembly/neuroids.ts";
import type { Scalar } from "../../assembly/table.ts";
import { clip, type Findings } from "../findings.ts";
import type { Manifest } from "../schema.ts";
import type { LabelledValues } from "./forms.ts";

const TIME = ["time_bin_start", "time_bin_end"];

/** The assembly that metrics read: a single time bin is no dimension, and every neuroid has an id. Fault `time-bins`. */
export function responsesOf(
  { dims, shape, values, coords }: LabelledValues,
  manifest: Manifest,
  file: string,
  findings: Findings,
): NeuroidAssembly {
  checkTimeBins(coords, shape[2] ?? 1, manifest, file, findings);
  const [presentations = 0, neuroids = 0, bins = 1] = shape;
  const numbered = { neuroid_id: { dim: "neuroid", values: [...Array(neuroids).keys()] } };
  const named: Readonly<Record<string, Coordinate>> =
    coords.neuroid_id?.dim === "neuroid" ? coords : { ...coords, ...numbered };
  if (dims.includes("time_bin") && bins > 1) {
    return { dims: ["presentation", "neuroid", "time_bin"], shape, values, coords: named };
  }
  const untimed = Object.fromEntries(Object.entries(named).filter(([, { dim }]) => dim !== "time_bin"));
  return { dims: ["presentation", "neuroid"], shape: [presentations, neuroids], values, coords: untimed };
}

function checkTimeBins(
  coords: Readonly<Record<string, Coordinate>>,
  count: number,
  { recording }: Manifest,
  file: string,
  findings: Findings,
): void {
  const declared = recording?.time_bins ?? [];
  const [starts, ends] = TIME.map((name) => (coords[name]?.dim === "time_bin" ? coords[name].values : undefined));
  const found = Array.from({ length: count }, (_, i) => [starts?.[i] ?? null, ends?.[i] ?? null]);
  const matches = (bin: readonly number[], i: number) =>
    bin.every((time, side) => [time, null].includes(found[i]?.[side] === null ? null : Number(found[i]?.[side])));
  if (declared.length === count && declared.every(matches)) return;
  const bins = found.map(([start, end]) => (start === null ? "one without times" : `[${start}, ${end}]`));
  findings.add({
    code: "time-bins",
    file,
    field: "time_bin",
    message: "The recordings have other time bins than the manifest.",
    value: clip(bins.join(", ")),
    expected: clip(declared.map(([start, end]) => `[${start}, ${end}]`).join(", ")),
    remedy: `Correct recording.time_bins, or select some bins of an assembly by time_bin_start and time_bin_end.`,
  });
}

/** Faults `missing-neuroid-id`, `duplicate-neuroid-id`, `not-finite`, `silent-neuroid`, `stimulus-without-data`. */
export function checkResponses(
  { shape, values, coords }: NeuroidAssembly,
  { recording }: Manifest,
  file: string,
  findings: Findings,
): boolean {
  const [presentations = 0, neuroids = 0, bins = 1] = shape;
  const ids = coords.neuroid_id?.values ?? [];
  const stimuli = coords.stimulus_id?.values ?? [];
  let sound = checkNeuroidIds(ids, file, findings);
  const heard = new Uint8Array(neuroids);
  const answered = new Set<Scalar>();
  let infinite = 0;
  let first = "";
  for (let row = 0; row < presentations; row++) {
    let any = false;
    for (let neuroid = 0; neuroid < neuroids; neuroid++) {
      for (let bin = 0; bin < bins; bin++) {
        const at = (row * neuroids + neuroid) * bins + bin;
        const value = values[at] ?? Number.NaN;
        if (Number.isNaN(value)) {
          values[at] = Number.NaN; // one of many; a digest must not depend on which
          continue;
        }
        any = true;
        heard[neuroid] = 1;
        if (Number.isFinite(value)) continue;
        if (infinite++ === 0) first = `${value}, at stimulus “${stimuli[row]}”, neuroid “${ids[neuroid]}”`;
      }
    }
    if (any) answered.add(stimuli[row] ?? null);
  }
  if (infinite > 0) {
    sound = false;
    findings.add({
      code: "not-finite",
      file,
      message: `${infinite} values are infinite.`,
      value: clip(first),
      expected: "numbers; NaN where there is none",
      remedy: "Write NaN for what is not known.",
    });
  }
  for (const [neuroid, id] of ids.entries()) {
    if (heard[neuroid] === 1) continue;
    sound = false;
    findings.add({
      code: "silent-neuroid",
      file,
      field: "neuroid_id",
      message: "The neuroid has no value for any stimulus.",
      value: clip(id),
      remedy: `Leave it out: "exclude": {"neuroid_id": [${JSON.stringify(id)}]}.`,
    });
  }
  for (const id of new Set(stimuli)) {
    if (answered.has(id)) continue;
    sound = false;
    findings.add({
      code: "stimulus-without-data",
      file,
      field: "stimulus_id",
      message: "No neuroid has a value for this stimulus.",
      value: clip(id),
      remedy: `Leave it out: "exclude": {"stimulus_id": [${JSON.stringify(id)}]}.`,
    });
  }
  const regions = coords.region?.dim === "neuroid" ? [...new Set(coords.region.values)] : [];
  if (regions.length > 0 && regions.some((region) => region !== recording?.region)) {
    findings.notice({
      code: "other-region",
      file,
      field: "region",
      message: `The recordings are compared with the subject's ${recording?.region}; their neuroids are of ${clip(regions.map(String).join(", "))}.`,
    });
  }
  return sound;
}

function checkNeuroidIds(ids: readonly Scalar[], file: string, findings: Findings): boolean {
  const seen = new Map<Scalar, number>();
  for (const id of ids) seen.set(id, (seen.get(id) ?? 0) + 1);
  for (const [id, count] of seen) {
    if (id !== null && count === 1) continue;
    findings.add({
      code: id === null ? "missing-neuroid-id" : "duplicate-neuroid-id",
      file,
      field: "neuroid_id",
      message: id === null ? `${count} neuroids have no id.` : `${count} neuroids have this id.`,
      value: id === null ? "a missing value" : clip(id),
      expected: "an id of its own for every neuroid",
      remedy: "Name them apart, e.g. by animal, array and electrode.",
    });
  }
  return [...seen].every(([id, count]) => id !== null && count === 1);
}
