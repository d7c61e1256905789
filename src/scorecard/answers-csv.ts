/**
 * What a subject answered, stimulus by stimulus, as a table.
 *
 * Its first columns are those of a recorded subject (`stimulus_id,response`), so the file can be given back as one.
 */
import { csvFormat } from "d3-dsv";
import { inert } from "../assembly/spreadsheet.ts";
import type { Benchmark } from "../benchmark/benchmark.ts";

export function answersCsv(benchmark: Benchmark, answers: readonly (string | null)[]): string {
  const { stimulus_id: ids, truth, condition } = benchmark.stimulusSet.table.columns;
  const rows = answers.map((answer, i) => ({
    stimulus_id: inert(ids?.text[i] ?? ""),
    response: inert(answer ?? ""),
    ...(truth === undefined ? {} : { truth: inert(truth.text[i] ?? ""), correct: answer === truth.text[i] }),
    ...(condition === undefined ? {} : { condition: inert(condition.text[i] ?? "") }),
  }));
  return `${csvFormat(rows)}\n`;
}
