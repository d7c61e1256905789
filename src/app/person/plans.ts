/** From rows of a benchmark to trials: the pictures, where they stand and what can be answered; and trials for practice. */
import type { BehavioralBenchmark, Stimulus } from "../../benchmark/benchmark.ts";
import { choiceKeys, placesOf, type Viewing } from "../../subject/person.ts";
import type { Choice } from "./choices.tsx";
import { sideOf } from "./size.ts";
import type { TrialPlan } from "./trials.tsx";

const WHICH = ["left", "middle", "right"];
const PRACTICE_TRIALS = 3;

export function questionOf({ task }: Pick<BehavioralBenchmark, "task">): string {
  return task.name === "odd_one_out" ? "Which is the odd one out?" : "What did the picture show?";
}

/** The pictures of a row: one, or the three of a triplet as the table has them. */
export function stimuliOf(benchmark: BehavioralBenchmark, row: number): Stimulus[] {
  const { task, stimulusSet } = benchmark;
  if (task.name !== "odd_one_out") return stimulusSet.stimuli.slice(row, row + 1);
  return tripletOf(benchmark, row).flatMap((id) => stimulusSet.stimuli.find((each) => String(each.id) === id) ?? []);
}

/** The ids of a triplet as the stimulus table writes them. */
function tripletOf({ task }: BehavioralBenchmark, row: number): string[] {
  if (task.name !== "odd_one_out") return [];
  const { a, b, c } = task.triplets.columns;
  return [a, b, c].map((column) => String(column?.values[row] ?? ""));
}

export function plansOf(
  benchmark: BehavioralBenchmark,
  rows: readonly number[],
  seed: number,
  viewing: Viewing | undefined,
): TrialPlan[] {
  const { task, stimulusSet } = benchmark;
  const index = new Map(stimulusSet.stimuli.map((stimulus, i) => [stimulus, i]));
  const labels = labelChoices(benchmark);
  return rows.map((row): TrialPlan => {
    const own = stimuliOf(benchmark, row);
    const places = task.name === "odd_one_out" ? placesOf(seed, row) : [0];
    const inPlace = places.flatMap((place) => own[place] ?? []);
    return {
      row,
      shown: (room) =>
        inPlace.map((stimulus) => ({
          kind: "picture",
          stimulus,
          side: sideOf(room, stimulusSet.visualDegrees, index.get(stimulus) ?? -1, viewing),
        })),
      choices:
        task.name === "odd_one_out"
          ? picks(
              places.map(
                (place) =>
                  [task.triplets.columns.a, task.triplets.columns.b, task.triplets.columns.c][place]?.text[row] ?? "",
              ),
            )
          : labels,
    };
  });
}

/** Trials with words for pictures. A trial's answer is right where it is the word, or the place of the odd word. */
export function practicePlans(benchmark: BehavioralBenchmark): (TrialPlan & { readonly truth: string })[] {
  const labels = labelChoices(benchmark);
  return Array.from({ length: PRACTICE_TRIALS }, (_, i) => {
    const row = -1 - i;
    if (benchmark.task.name === "odd_one_out") {
      const odd = (i * 2 + 1) % 3;
      return {
        row,
        truth: String(odd),
        choices: picks(["0", "1", "2"]),
        shown: (room) => WHICH.map((_, place) => ({ kind: "word", word: place === odd ? "tree" : "boat", side: room })),
      };
    }
    const truth = labels[Math.floor(((i + 1) * labels.length) / (PRACTICE_TRIALS + 1))]?.answer ?? "";
    return { row, truth, choices: labels, shown: (room) => [{ kind: "word", word: truth, side: room }] };
  });
}

function labelChoices({ task }: BehavioralBenchmark): Choice[] {
  if (task.name !== "label" || task.choices === "imagenet") return [];
  const keys = choiceKeys(task.choices.length);
  return task.choices.map((label, i) => ({ answer: label, label, key: keys[i] ?? "" }));
}

function picks(answers: readonly string[]): Choice[] {
  return answers.map((answer, i) => ({ answer, label: WHICH[i] ?? "", key: String(i + 1) }));
}
