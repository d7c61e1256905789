/**
 * predictor_consistency: split-half consistency with a split of its own for every image.
 *
 * brainscore_vision/metrics/predictor_consistency/ceiling.py. Ten times: the repetitions of every image, images sorted, are
 * put in a new order by one stream of numpy's default_rng(0); the first half (rounded down) and the rest are averaged.
 * Pearson's r over images between the two, site by site, is corrected by Spearman–Brown, 2r / (1 + r). The value is the
 * mean over splits of the median over sites, its error the standard deviation (ddof 0) over splits by the root of the
 * number of those that are defined. Images with one repetition are left out, and there must be ten others.
 *
 * The reference calls images by image_id, which the data of its benchmarks have; data without it go by stimulus_id.
 */
import type { NeuroidAssembly } from "../../../assembly/neuroids.ts";
import { distinct } from "../../../assembly/table.ts";
import { Pcg64 } from "../../../numerics/pcg64.ts";
import { NO_OPTIONS } from "../../metric.ts";
import { defineCeiling } from "../define.ts";
import { coordinateOf, neuroidIds, placesBy, timeFaults } from "../patterns.ts";
import { meansOfGroups } from "../repetitions.ts";
import { overSplits, siteConsistencies } from "./sites.ts";

const NAME = "predictor_consistency";
const SPLITS = 10;
const LEAST_IMAGES = 10;

export const predictorConsistency = defineCeiling({
  name: NAME,
  data: "neuroids",
  options: NO_OPTIONS,
  check: (target) => [...timeFaults(NAME, target), ...repetitionFaults(target)],

  async compute(target) {
    const images = imagesOf(target);
    const ids = neuroidIds(target);
    const random = new Pcg64(0);
    const of = new Uint32Array(target.shape[0] ?? 0);
    for (const [image, repetitions] of images.entries()) for (const row of repetitions.flat()) of[row] = image;
    const raw = Array.from({ length: SPLITS }, () => {
      const halves: [number[], number[]] = [[], []];
      for (const repetitions of images) {
        const order = random.permutation(repetitions);
        const half = Math.floor(order.length / 2);
        halves[0].push(...order.slice(0, half).flat());
        halves[1].push(...order.slice(half).flat());
      }
      const [first, second] = halves;
      const grouping = { of, size: images.length };
      return siteConsistencies(
        meansOfGroups(target, grouping, first),
        meansOfGroups(target, grouping, second),
        ids.length,
      );
    });
    return overSplits(raw, ids, (medians) => medians.filter(Number.isFinite).length);
  },
});

/** The presentations of each repetition of each image that has at least two; images and repetitions sorted. */
function imagesOf(target: NeuroidAssembly): number[][][] {
  const ids = coordinateOf(target, "presentation", "image_id") ?? coordinateOf(target, "presentation", "stimulus_id");
  const repetitions = coordinateOf(target, "presentation", "repetition");
  return placesBy(ids ?? [])
    .map(([, rows]) => {
      const numbers = rows.map((row) => Math.trunc(Number(repetitions?.[row])));
      return distinct(numbers).map((number) => rows.filter((_, i) => numbers[i] === number));
    })
    .filter((own) => own.length > 1);
}

function repetitionFaults(target: NeuroidAssembly): string[] {
  const repetitions = coordinateOf(target, "presentation", "repetition");
  if (repetitions === undefined) return [`${NAME} needs a coordinate “repetition” of the presentations.`];
  const odd = repetitions.find((value) => value === null || !Number.isFinite(Number(value)));
  if (odd !== undefined) return [`${NAME} needs repetitions that are numbers; one is “${odd}”.`];
  const images = imagesOf(target).length;
  if (images >= LEAST_IMAGES) return [];
  return [`${NAME} needs ${LEAST_IMAGES} images with at least two repetitions; the data have ${images}.`];
}
