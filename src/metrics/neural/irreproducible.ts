/**
 * Metrics of Brain-Score's that are not here because nobody could reproduce their numbers, and why: what a package that
 * names one is told.
 */

export const IRREPRODUCIBLE: ReadonlyMap<string, string> = new Map([
  [
    "mask_regression",
    "mask_regression starts its gradient descent from random weights that Brain-Score does not seed, so that two runs of " +
      "Brain-Score itself differ.",
  ],
  [
    "ost",
    "ost trains a classifier in TensorFlow 1 for every time bin, and its solution times cannot be reproduced; a network " +
      "without dynamics never reaches them and has no score.",
  ],
]);
