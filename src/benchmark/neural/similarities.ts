/**
 * Whether matrices over stimuli are dissimilarities or similarities of each subject: square by their form, every subject and
 * stimulus once, symmetric, finite.
 */
import type { SimilarityAssembly } from "../../assembly/neuroids.ts";
import type { Scalar } from "../../assembly/table.ts";
import { clip, type Findings } from "../findings.ts";
import type { Manifest } from "../schema.ts";
import type { LabelledValues } from "./forms.ts";

/** Rounding of a matrix that was computed in float32, as a share of its largest value. */
const ROUNDING = 1e-6;

/** Dissimilarity or similarity is told by the diagonal: nothing is more like a stimulus than itself. */
export function matricesOf({ shape, values, coords }: LabelledValues): SimilarityAssembly {
  const [subjects = 0, n = 0] = shape;
  const numbered = { subject: { dim: "subject", values: [...Array(subjects).keys()] } };
  let diagonal = 0;
  let rest = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? Number.NaN;
    if (!Number.isFinite(value)) continue;
    if (Math.floor(i / n) % n === i % n) diagonal += value / n;
    else rest += value / (n * (n - 1));
  }
  return {
    dims: ["subject", "presentation", "presentation"],
    shape,
    values,
    coords: coords.subject?.dim === "subject" ? coords : { ...coords, ...numbered },
    kind: diagonal > rest ? "similarity" : "dissimilarity",
  };
}

/** Faults `rdm-similarities`, `rdm-asymmetric`, `not-finite`, `duplicate-subject`, `duplicate-presentation`, `time-bins`. */
export function checkMatrices(
  { shape, values, coords, kind }: SimilarityAssembly,
  { data, recording }: Manifest,
  file: string,
  findings: Findings,
): boolean {
  const [subjects = 0, n = 0] = shape;
  const rdm = data !== undefined && "rdm" in data;
  const stimuli = coords.stimulus_id?.values ?? [];
  const people = coords.subject?.values ?? [];
  const again = repeated(people).map((id) => ({
    code: "duplicate-subject",
    file,
    field: "subject",
    message: "Several matrices are of this subject.",
    value: clip(id),
    remedy: "Select one, e.g. by region.",
  }));
  const twice = repeated(stimuli).map((id) => ({
    code: "duplicate-presentation",
    file,
    field: "stimulus_id",
    message: "The stimulus stands more than once in the matrices.",
    value: clip(id),
    remedy: "Average or select its presentations.",
  }));
  const faults = [...again, ...twice];
  if (rdm && kind === "similarity") {
    faults.push({
      code: "rdm-similarities",
      file,
      field: "data.rdm",
      message: "The values are similarities: stimuli are most like themselves.",
      value: `diagonal ${values[0]}`,
      remedy: "Write dissimilarities, e.g. 1 − r.",
    });
  }
  if (recording !== undefined && recording.time_bins.length > 1) {
    faults.push({
      code: "time-bins",
      file,
      field: "time_bin",
      message: "Matrices have no time bins, and the manifest has several.",
      value: String(recording.time_bins.length),
      remedy: "Give each time bin a benchmark of its own.",
    });
  }
  for (let subject = 0; subject < subjects; subject++) {
    const matrix = values.subarray(subject * n * n, (subject + 1) * n * n);
    faults.push(...matrixFaults(matrix, stimuli, clip(people[subject] ?? subject), file));
  }
  // A matrix of two halves of the data need not be symmetric, and Brain-Score reads what is above the diagonal alone.
  const forgiven = faults.filter(({ code }) => !rdm && code === "rdm-asymmetric");
  for (const { remedy: _, ...notice } of forgiven) findings.notice(notice);
  findings.addAll(faults.filter((fault) => !forgiven.includes(fault)));
  return faults.length === forgiven.length;
}

/** At most one fault of each kind: where a matrix is least symmetric, and where it first holds no number. */
function matrixFaults(matrix: Float64Array, stimuli: readonly Scalar[], subject: string, file: string) {
  const n = stimuli.length;
  let largest = 0;
  let worst = { gap: 0, row: 0, column: 0 };
  let missing = 0;
  let first: readonly [number, number] = [0, 0];
  for (let row = 0; row < n; row++) {
    for (let column = row; column < n; column++) {
      const [upper = Number.NaN, lower = Number.NaN] = [matrix[row * n + column], matrix[column * n + row]];
      if (row === column && Number.isNaN(upper)) {
        matrix[row * n + column] = Number.NaN; // the diagonal is never read; a digest must not depend on which NaN it is
      } else if (Number.isFinite(upper) && Number.isFinite(lower)) {
        largest = Math.max(largest, Math.abs(upper), Math.abs(lower));
        const gap = Math.abs(upper - lower);
        if (gap > worst.gap) worst = { gap, row, column };
      } else if (missing++ === 0) first = [row, column];
    }
  }
  const at = (row: number, column: number) => `“${clip(stimuli[row])}” and “${clip(stimuli[column])}”`;
  const faults: { code: string; file: string; field: string; message: string; value: string; remedy: string }[] = [];
  if (missing > 0) {
    faults.push({
      code: "not-finite",
      file,
      field: "subject",
      message: `The matrix of subject ${subject} lacks a number in ${missing} places, first between ${at(...first)}.`,
      value: String(matrix[first[0] * n + first[1]]),
      remedy: "Leave out the stimulus or the subject; only the diagonal may be NaN.",
    });
  }
  if (worst.gap > ROUNDING * largest) {
    const { row, column } = worst;
    faults.push({
      code: "rdm-asymmetric",
      file,
      field: "subject",
      message: `The matrix of subject ${subject} is not symmetric, least so between ${at(row, column)}.`,
      value: `${matrix[row * n + column]} and ${matrix[column * n + row]}`,
      remedy: "Write the mean of the matrix and its transpose.",
    });
  }
  return faults;
}

function repeated(ids: readonly Scalar[]): Scalar[] {
  const seen = new Set<Scalar>();
  const again = new Set<Scalar>();
  for (const id of ids) (seen.has(id) ? again : seen).add(id);
  return [...again];
}
