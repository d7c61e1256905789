/**
 * scikit-learn's splitters, index for index: sklearn/model_selection/_split.py, version 1.5.
 *
 * Brain-Score's scores depend on these very splits. All draw from numpy's legacy RandomState, one stream through all
 * splits. Errors are `package-refused` and say in a sentence why the data cannot be split so.
 */
import { compareScalars, distinct, groupBy, type Scalar } from "../assembly/table.ts";
import { GapscopeError } from "../faults/faults.ts";
import { RandomState } from "./random-state.ts";

/** Positions 0 … n − 1. */
export interface Split {
  readonly train: readonly number[];
  readonly test: readonly number[];
}

export interface ShuffleOptions {
  readonly splits: number;
  /** A whole number counts items, a fraction is of all of them; what is left out is the rest of the other. */
  readonly trainSize?: number | undefined;
  readonly testSize?: number | undefined;
  readonly randomState: number;
}

export interface FoldOptions {
  /** How many folds, at least 2. */
  readonly splits: number;
  readonly randomState: number;
}

/** ShuffleSplit: a new permutation for every split, the test set first. */
export function shuffleSplit(n: number, options: ShuffleOptions): Split[] {
  const { train, test } = sizes(n, options);
  const random = new RandomState(options.randomState);
  return Array.from({ length: options.splits }, () => {
    const order = random.permutation(n);
    return { test: order.slice(0, test), train: order.slice(test, test + train) };
  });
}

/** StratifiedShuffleSplit: every class has its share of the training and of the test set. */
export function stratifiedShuffleSplit(labels: readonly Scalar[], options: ShuffleOptions): Split[] {
  const size = sizes(labels.length, options);
  const places = groupBy([...labels.keys()], (i) => labels[i] ?? null);
  const classes = distinct(labels).map((label) => places.get(label) ?? []);
  const counts = classes.map((members) => members.length);
  const lonely = [...places].find(([, members]) => members.length < 2);
  if (lonely !== undefined) throw refused(`“${lonely[0]}” is the class of one stimulus only; stratifying needs two.`);
  for (const [name, count] of Object.entries(size))
    if (count < classes.length)
      throw refused(`A ${name} set of ${count} cannot hold a stimulus of each of ${classes.length} classes.`);
  const random = new RandomState(options.randomState);
  return Array.from({ length: options.splits }, () => {
    const trainCounts = shares(counts, size.train, random);
    const rest = counts.map((count, c) => count - (trainCounts[c] ?? 0));
    const testCounts = shares(rest, size.test, random);
    const train: number[] = [];
    const test: number[] = [];
    for (const [c, members] of classes.entries()) {
      const order = random.permutation(members.length).flatMap((i) => members.slice(i, i + 1));
      const [inTrain = 0, inTest = 0] = [trainCounts[c], testCounts[c]];
      train.push(...order.slice(0, inTrain));
      test.push(...order.slice(inTrain, inTrain + inTest));
    }
    random.shuffle(train);
    random.shuffle(test);
    return { train, test };
  });
}

/** KFold with shuffling; both sets in ascending order. */
export function kFold(n: number, { splits, randomState }: FoldOptions): Split[] {
  if (splits < 2) throw refused(`${splits} fold cannot be split into training and test; there must be 2 at least.`);
  if (splits > n) throw refused(`${n} stimuli cannot be split into ${splits} folds.`);
  const order = new RandomState(randomState).permutation(n);
  const fold = new Array<number>(n).fill(0);
  let first = 0;
  for (let k = 0; k < splits; k++) {
    const size = Math.floor(n / splits) + (k < n % splits ? 1 : 0);
    for (const i of order.slice(first, first + size)) fold[i] = k;
    first += size;
  }
  return foldsOf(fold, splits);
}

/** StratifiedKFold with shuffling; both sets in ascending order. */
export function stratifiedKFold(labels: readonly Scalar[], { splits, randomState }: FoldOptions): Split[] {
  if (splits < 2) throw refused(`${splits} fold cannot be split into training and test; there must be 2 at least.`);
  const places = [...groupBy([...labels.keys()], (i) => labels[i] ?? null).values()]; // by first appearance
  const largest = Math.max(0, ...places.map((members) => members.length));
  if (splits > largest) throw refused(`No class has ${splits} stimuli, one for each fold; the largest has ${largest}.`);
  // The classes stand in a row, and are dealt to the folds in turn.
  const dealt = places.map(() => new Array<number>(splits).fill(0));
  let turn = 0;
  for (const [c, members] of places.entries()) {
    const own = dealt[c] ?? [];
    for (let i = 0; i < members.length; i++, turn++) own[turn % splits] = (own[turn % splits] ?? 0) + 1;
  }
  const random = new RandomState(randomState);
  const fold = new Array<number>(labels.length).fill(0);
  for (const [c, members] of places.entries()) {
    const folds = (dealt[c] ?? []).flatMap((count, k) => new Array<number>(count).fill(k));
    random.shuffle(folds);
    for (const [i, place] of members.entries()) fold[place] = folds[i] ?? 0;
  }
  return foldsOf(fold, splits);
}

function foldsOf(fold: readonly number[], splits: number): Split[] {
  const places = [...fold.keys()];
  return Array.from({ length: splits }, (_, k) => ({
    train: places.filter((i) => fold[i] !== k),
    test: places.filter((i) => fold[i] === k),
  }));
}

/** How many go to training and to test; products with fractions are rounded as the floating-point product is. */
function sizes(n: number, { trainSize, testSize }: ShuffleOptions): { train: number; test: number } {
  const count = (size: number, name: string, round: (share: number) => number): number => {
    const whole = Number.isInteger(size);
    if (!(size > 0) || (whole ? size >= n : size >= 1))
      throw refused(
        `A ${name} size of ${size} is neither a fraction of 1 nor a number below that of the stimuli, ${n}.`,
      );
    return whole ? size : round(size * n);
  };
  const givenTest = testSize === undefined ? undefined : count(testSize, "test", Math.ceil);
  const givenTrain = trainSize === undefined ? undefined : count(trainSize, "training", Math.floor);
  const test = givenTest ?? n - (givenTrain ?? Math.floor(0.9 * n));
  const train = givenTrain ?? n - test;
  if (train + test > n) throw refused(`Training and test sets of ${train} and ${test} are more than ${n} stimuli.`);
  if (train === 0) throw refused(`Of ${n} stimuli none is left for training.`);
  return { train, test };
}

/**
 * The most likely counts when `draws` items are drawn without replacement from classes of these sizes (scikit-learn's
 * `_approximate_mode`): rounded down, and what is missing goes to the largest remainders; chance breaks their ties, and
 * draws even where there is no tie.
 */
function shares(counts: readonly number[], draws: number, random: RandomState): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const exact = counts.map((count) => (count / total) * draws);
  const found = exact.map(Math.floor);
  let missing = draws - found.reduce((sum, count) => sum + count, 0);
  const remainders = exact.map((share, c) => share - (found[c] ?? 0));
  for (const remainder of [...new Set(remainders)].sort((a, b) => compareScalars(b, a))) {
    if (missing <= 0) break;
    const equal = [...remainders.keys()].filter((c) => remainders[c] === remainder);
    const more = random.choice(equal, Math.min(equal.length, missing));
    for (const c of more) found[c] = (found[c] ?? 0) + 1;
    missing -= more.length;
  }
  return found;
}

function refused(sentence: string): GapscopeError {
  return new GapscopeError("package-refused", sentence);
}
