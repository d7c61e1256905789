/**
 * What a subject answered, presentation by presentation, as a table.
 *
 * Its columns are those of a recorded subject of the same task, so the file can be given back as one: `stimulus_id,response`
 * and what is known of the stimulus for labels, `a,b,c,response` for triplets, `stimulus_id` and a column per choice for
 * probabilities, where any further column would be read as a choice.
 */
import { csvFormat } from "d3-dsv";
import type { ChoiceAssembly } from "../assembly/assembly.ts";
import { inert } from "../assembly/spreadsheet.ts";
import type { BehavioralBenchmark } from "../benchmark/benchmark.ts";

/** `evidence` holds the probabilities; without them a probabilities task gives the likeliest choices, as labels. */
export function answersCsv(
  benchmark: BehavioralBenchmark,
  answers: readonly (string | null)[],
  evidence?: ChoiceAssembly["evidence"],
): string {
  const { task, stimulusSet } = benchmark;
  const { stimulus_id: ids, truth, condition } = stimulusSet.table.columns;
  if (task.name === "odd_one_out") {
    const { a, b, c } = task.triplets.columns;
    return csv(
      answers.map((answer, i) => ({
        a: inert(a?.text[i] ?? ""),
        b: inert(b?.text[i] ?? ""),
        c: inert(c?.text[i] ?? ""),
        response: inert(answer ?? ""),
      })),
    );
  }
  if (task.name === "probabilities" && evidence !== undefined) {
    const { choices, probabilities } = evidence;
    return csv(
      answers.map((_, i) => ({
        stimulus_id: inert(ids?.text[i] ?? ""),
        ...Object.fromEntries(choices.map((choice, k) => [inert(choice), probabilities[i * choices.length + k]])),
      })),
    );
  }
  return csv(
    answers.map((answer, i) => ({
      stimulus_id: inert(ids?.text[i] ?? ""),
      response: inert(answer ?? ""),
      ...(truth === undefined ? {} : { truth: inert(truth.text[i] ?? ""), correct: answer === truth.text[i] }),
      ...(condition === undefined ? {} : { condition: inert(condition.text[i] ?? "") }),
    })),
  );
}

function csv(rows: readonly object[]): string {
  return `${csvFormat([...rows])}\n`;
}
