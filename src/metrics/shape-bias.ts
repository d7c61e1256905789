/**
 * Shape bias on cue-conflict images: of the answers that name either cue, the share that names the shape.
 *
 * Geirhos et al. 2019 (arXiv 1811.12231), Hermann, Chen & Kornblith 2020 (arXiv 1911.09071);
 * brainscore_vision/benchmarks/hermann2020/benchmark.py: shape match / (shape match + texture match), the matches being
 * the shares of answers equal to `original_image_category` and to `conflict_image_category` over the stimuli whose two
 * categories differ. People do not enter: the ceiling is the constant 1. There is no error. 0/0 where no answer names
 * either.
 */
import { defineMetric, NO_OPTIONS } from "./metric.ts";
import { answersOf, stimulusColumn } from "./trials.ts";

const SHAPE = "original_image_category";
const TEXTURE = "conflict_image_category";

export const shapeBias = defineMetric({
  name: "shape_bias",
  unit: "share of shape answers",
  tasks: ["label", "probabilities"],
  options: NO_OPTIONS,
  needs: () => ({ stimuli: [SHAPE, TEXTURE], people: "unread" }),

  compare(source) {
    const shape = stimulusColumn(source, SHAPE).map(String);
    const texture = stimulusColumn(source, TEXTURE).map(String);
    const conflicting = answersOf(source)
      .map((answer, i) => ({ answer, shape: shape[i], texture: texture[i] }))
      .filter((stimulus) => stimulus.shape !== stimulus.texture);
    const shapeMatch = conflicting.filter((stimulus) => stimulus.answer === stimulus.shape).length / conflicting.length;
    const textureMatch =
      conflicting.filter((stimulus) => stimulus.answer === stimulus.texture).length / conflicting.length;
    return { value: shapeMatch / (shapeMatch + textureMatch), by: [] };
  },
});
