/**
 * Dissimilarities of subject and brain beside each other, to be looked at: what rdm (rdm.ts) correlates, whichever metric the
 * benchmark has. It makes no score.
 */
import { isSimilarities } from "../../assembly/neuroids.ts";
import type { Scalar } from "../../assembly/table.ts";
import { GapscopeError } from "../../faults/faults.ts";
import { spearman } from "../../numerics/ranks.ts";
import type { NeuralContext, NeuralData, Recording } from "../neural-metric.ts";
import {
  meanRdm,
  rdmOfActivations,
  rdmOfPatterns,
  rdmsBySubject,
  rdmsOfSimilarities,
  upperTriangle,
} from "./dissimilarity.ts";
import { binsOf, coordinateOf, pairStimuli, placesBy, takePatterns } from "./patterns.ts";
import { averageRepetitions } from "./repetitions.ts";

/** Matrices of the same stimuli in the same order, n × n. */
export interface ComparedRdms {
  /** Rows of the subject's recording, one a stimulus. */
  readonly presentations: readonly number[];
  /** How many stimuli there are; some are left out where they are more than were asked for. */
  readonly all: number;
  readonly model: Float64Array;
  /** Of all there is first, then of each animal or subject where there are several. */
  readonly brains: readonly BrainRdm[];
}

export interface BrainRdm {
  /** Whose it is; undefined for that of all sites, or the mean of all subjects. */
  readonly subject: Scalar | undefined;
  readonly rdm: Float64Array;
  /** With the model's, above the diagonal; NaN where a value is missing. */
  readonly spearman: number;
}

export interface RdmChoice {
  /** Place among the time bins. */
  readonly bin: number;
  /** Stimuli that are taken at the most, evenly. */
  readonly most: number;
}

/** What tells brains apart; data name it differently. */
const SUBJECTS = ["subject", "animal", "monkey"];

/** Throws `package-refused` for data that do not fit. */
export async function comparedRdms(
  source: Recording,
  data: NeuralData,
  { bin, most }: RdmChoice,
  { products }: Pick<NeuralContext, "products">,
): Promise<ComparedRdms> {
  const target = isSimilarities(data) ? data : averageRepetitions(data);
  const pairs = pairStimuli(source, target);
  const all = pairs.source.length;
  const n = Math.min(all, most);
  const taken = Array.from({ length: n }, (_, i) => Math.floor((i * all) / n));
  const presentations = taken.flatMap((i) => pairs.source[i] ?? []);
  const activations = source.bins[bin];
  if (activations === undefined) throw new GapscopeError("internal", `a recording without time bin ${bin + 1}`);
  const model = await rdmOfActivations(activations, presentations);
  const own = upperTriangle(model, n);
  const brains = await brainsOf(
    target,
    bin,
    taken.flatMap((i) => pairs.target[i] ?? []),
    products,
  );
  return {
    ...{ presentations, all, model },
    brains: brains.map((brain) => ({ ...brain, spearman: spearman(own, upperTriangle(brain.rdm, n)) })),
  };
}

async function brainsOf(
  target: NeuralData,
  bin: number,
  rows: readonly number[],
  products: NeuralContext["products"],
): Promise<Omit<BrainRdm, "spearman">[]> {
  if (isSimilarities(target)) {
    const each = rdmsOfSimilarities(target, rows);
    const [only] = each;
    return each.length === 1 && only !== undefined
      ? [{ subject: undefined, rdm: only.rdm }]
      : [{ subject: undefined, rdm: meanRdm(each) }, ...each];
  }
  const bins = binsOf(target);
  const whole = bins.length === 1 ? bins[0] : bins[bin];
  if (whole === undefined) throw new GapscopeError("package-refused", `The data have no time bin ${bin + 1}.`);
  const patterns = takePatterns(whole, rows);
  const subjects = SUBJECTS.map((name) => coordinateOf(target, "neuroid", name)).find((found) => found !== undefined);
  const groups = placesBy(subjects ?? []);
  // A matrix correlates over sites, of which it needs two.
  const apart = groups.length > 1 && groups.every(([, sites]) => sites.length > 1);
  return [
    { subject: undefined, rdm: await rdmOfPatterns(patterns, products) },
    ...(apart ? await rdmsBySubject(patterns, subjects ?? [], products) : []),
  ];
}
