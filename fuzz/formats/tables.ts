/** CSV: any table of a package, a histogram, somebody's recorded answers. */
import fc from "fast-check";
import type { Table } from "../../src/assembly/table.ts";
import type { StimulusSet, Task } from "../../src/benchmark/benchmark.ts";
import { parseCsv } from "../../src/benchmark/csv.ts";
import { Findings } from "../../src/benchmark/findings.ts";
import { histogramOf } from "../../src/benchmark/neural/histogram.ts";
import { NEUROIDS } from "../../src/benchmark/neural/recorded.fixture.ts";
import { FITTING, PICKS, RESPONSES, STIMULI, TRIPLETS } from "../../src/benchmark/sound.fixture.ts";
import { GapscopeError } from "../../src/faults/faults.ts";
import { openRecording } from "../../src/lab/intake.ts";
import { changedBytes, encoded } from "../bytes.ts";
import { changedCsv } from "../csv.ts";
import { type Bytes, type Format, hold, utf8 } from "../format.ts";

function format(tables: readonly string[], refusal: Format["refusal"], read: Format["read"]): Format {
  const sound = tables.map(utf8);
  const words = [",", '"', "\r", "\n", '","', "\0"];
  const inputs = fc.oneof(
    { weight: 4, arbitrary: encoded(changedCsv(tables), words) },
    { weight: 1, arbitrary: changedBytes(sound, { words }) },
  );
  return { sound, inputs, refusal, read };
}

function parsed(bytes: Bytes, file: string) {
  const found = parseCsv(bytes, file);
  if (!("table" in found)) {
    const findings = new Findings(); // as the package's reader lists them
    findings.addAll(found);
    findings.refuseIfAny("p.zip");
  }
  hold("table" in found, "neither a table nor a fault");
  checkTable(found.table);
  hold(found.lines.length === found.table.length, "a row without a line");
  hold(
    found.lines.every((line, i) => line > (found.lines[i - 1] ?? 0)),
    "lines that do not ascend",
  );
  return found;
}

function checkTable({ columns, length }: Table): void {
  for (const { dtype, values, text } of Object.values(columns)) {
    hold(values.length === length && text.length === length, "a column that is not as long as its table");
    const numbers = dtype === "int64" || dtype === "float64";
    hold(!numbers || values.every((value) => value === null || typeof value === "number"), "numbers that are none");
    hold(dtype !== "int64" || values.every((value) => Number.isInteger(value)), "whole numbers that are not");
    hold(dtype !== "bool" || values.every((value) => typeof value === "boolean"), "truths that are none");
  }
}

export function csv(): Format {
  return format([STIMULI, RESPONSES, FITTING, TRIPLETS, PICKS, NEUROIDS], "package-refused", async (bytes) => {
    parsed(bytes, "table.csv");
  });
}

export function histogram(): Format {
  const tables = [
    "low,high,count,simple\n,,42,\n0.0625,0.125,0,0\n0.125,0.25,9,4\n",
    "low,high,count\n-1,0,3\n0,1e3,7\n",
  ];
  return format(tables, "package-refused", async (bytes) => {
    const findings = new Findings();
    const found = histogramOf({ ...parsed(bytes, "cells.csv"), file: "cells.csv" }, findings);
    findings.refuseIfAny("p.zip");
    hold(found !== undefined, "no histogram and no fault");
    const { edges, counts, undefinedCells } = found;
    hold(edges.length === counts.length + 1, "a histogram's edges are not one more than its counts");
    hold(
      edges.every((edge, i) => i === 0 || edge > Number(edges[i - 1])),
      "edges that do not ascend",
    );
    hold(
      [...counts, undefinedCells].every((count) => Number.isSafeInteger(count) && count >= 0),
      "counts that are none",
    );
  });
}

const column = (text: readonly string[]) => ({ dtype: "object", values: text, text }) as const;
const setOf = (columns: Table["columns"], length: number): StimulusSet => ({
  identifier: "set",
  visualDegrees: null,
  stimuli: [],
  table: { length, columns },
});
const SHOWN = setOf({ stimulus_id: column(["s1", "s2", "s3", "s4"]) }, 4);
const TASKS: readonly Task[] = [
  { name: "label", choices: ["cat", "dog"] },
  { name: "probabilities", fittingStimuli: setOf({ image_label: column(["cat", "dog"]) }, 2) },
  {
    name: "odd_one_out",
    triplets: {
      length: 2,
      columns: {
        a: column(["s1", "s1"]),
        b: column(["s2", "s3"]),
        c: column(["s3", "s4"]),
        stimulus_id: column(["s1|s2|s3", "s1|s3|s4"]),
      },
    },
  },
];

export function answers(): Format {
  const tables = [
    "stimulus_id,response,truth,correct\ns1,cat,cat,true\ns2,dog,cat,false\ns3,dog,dog,true\ns4,,dog,false\n",
    "stimulus_id,cat,dog\ns1,0.25,0.75\ns2,1,0\ns3,0,1\ns4,0.5,0.5\n",
    "a,b,c,response\ns1,s2,s3,s3\ns1,s3,s4,s4\n",
  ];
  return format(tables, "subject-refused", async (bytes) => {
    const subject = await openRecording("r", new File([bytes], "answers.csv"));
    for (const task of TASKS) {
      try {
        subject.startTask(task);
        const { values, shape } = await subject.lookAt(SHOWN, { numberOfTrials: 1 });
        hold(values.length === shape.reduce((all, extent) => all * extent, 1), "answers of another shape");
      } catch (error) {
        // Facts about the pair, as a run shows them in the cell.
        const told = error instanceof GapscopeError && ["not-applicable", "inference-failed"].includes(error.code);
        if (!told) throw error;
      }
    }
  });
}
