/**
 * What a choice of the label task means to a network with the 1,000 ImageNet classes.
 *
 * The sets are those of Brain-Score (brainscore_vision/model_helpers/brain_transformation/behavior.py,
 * LabelToImagenetIndices): the 16 categories of Geirhos 2021 and what Baker 2022, Zhu 2019 and Scialom 2024 added. How
 * probabilities are pooled over a set is the task's business (subject/label.ts). The names of the classes are 35 kB of
 * data that few need, so they are loaded on demand.
 */

/** Class indices from 0, in Brain-Score's order; `a-b` is a run with both ends. */
const SETS: Readonly<Record<string, string>> = {
  // Geirhos et al. 2021, after model-vs-human's decision mappings
  airplane: "404",
  bear: "294-297",
  bicycle: "444,671",
  bird: "8,10-16,18-20,22-24,80-83,87-96,98-100,127-133,135-145",
  boat: "472,554,625,814,914",
  bottle: "440,720,737,898,899,901,907",
  car: "436,511,817",
  cat: "281-286",
  chair: "423,559,765,857",
  clock: "409,530,892",
  dog: "152-191,193-203,205-226,228-241,243-250,252-257,259,261-263,265-268",
  elephant: "385,386",
  keyboard: "508,878",
  knife: "499",
  oven: "766",
  truck: "555,569,656,675,717,734,864,867",
  // Baker et al. 2022; its cat and elephant keep the sets above
  frog: "30-32",
  lizard: "38-48",
  bunny: "330-332",
  tiger: "286-293",
  turtle: "33-37",
  wolf: "269-275",
  // Zhu et al. 2019; its car keeps the set above
  aeroplane: "404,895",
  motorbike: "670,665",
  bus: "779,874,654",
  // Scialom et al. 2024; its truck keeps the set above
  banana: "954",
  beanie: "439,452,515,808",
  binoculars: "447",
  boot: "514",
  bowl: "659,809",
  cup: "968",
  glasses: "837",
  lamp: "470,607,818,846",
  pan: "567",
  sewingmachine: "786",
  shovel: "792",
};

const INDICES: ReadonlyMap<string, readonly number[]> = new Map(
  Object.entries(SETS).map(([key, runs]) => [key, runs.split(",").flatMap(run)]),
);

function run(text: string): number[] {
  const [first = Number.NaN, last = first] = text.split("-").map(Number);
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

/** Brain-Score's key of a label: lower case, spaces removed (behavior.py, label_to_indices). */
export function labelKey(label: string): string {
  return label.toLowerCase().replaceAll(" ", "");
}

/** The ImageNet classes that a label stands for, or undefined for a label that Brain-Score does not map. */
export function imagenetIndices(label: string): readonly number[] | undefined {
  return INDICES.get(labelKey(label));
}

/** The 1,000 classes in ILSVRC 2012 order, both arrays of length 1,000. */
export interface ImagenetClasses {
  /** WordNet 3.0 ids, `n01440764` …; what the label task with choices `"imagenet"` answers. */
  readonly synsets: readonly string[];
  /** The first WordNet lemma of each, to be shown to people. Two names occur twice (crane, maillot). */
  readonly names: readonly string[];
}

export async function loadImagenetClasses(): Promise<ImagenetClasses> {
  return (await import("./imagenet.json")).default;
}
