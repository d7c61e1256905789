/**
 * A published distribution, `{ "histogram": "…csv" }`: how many cells fall into each bin of a property.
 *
 * Columns `low`, `high` and `count`, a row per bin in ascending order, each beginning where the one before it ends. A row
 * with neither `low` nor `high` counts cells that were recorded and have no such property. Further columns are ignored.
 */
import { canonicalJson, sha256 } from "../../assembly/digest.ts";
import type { Histogram } from "../../assembly/histogram.ts";
import type { Scalar } from "../../assembly/table.ts";
import { clip, columnOf, type Findings } from "../findings.ts";
import type { Manifest } from "../schema.ts";
import { noSuchColumn, requireColumns, type Source, type StimulusTable, takeStimuli } from "../stimulus-table.ts";
import type { Recorded } from "./recordings.ts";
import type { RecordingsShelf } from "./recordings-shelf.ts";
import { names } from "./selection.ts";

/**
 * Reads the histogram that a manifest names, and leaves out what it excludes of the stimuli. Faults `no-such-column` and
 * `exclude-everything`, and those of `histogramOf`.
 */
export async function readDistribution(
  path: string,
  exclude: Manifest["exclude"],
  manifestFile: string,
  stimuli: StimulusTable,
  { tables, findings }: RecordingsShelf,
): Promise<Recorded | undefined> {
  const source = await tables.read(path, manifestFile, "data.histogram");
  const recordings = source === undefined ? undefined : histogramOf(source, findings);
  const columns = Object.keys(stimuli.table.columns);
  const rules = Object.entries(exclude);
  for (const [name] of rules) {
    if (!columns.includes(name)) findings.add(noSuchColumn(name, columns, manifestFile, `exclude.${clip(name)}`));
  }
  const excluded = (row: number): boolean =>
    rules.some(([name, values]) => {
      const column = columnOf(stimuli.table, name);
      return column !== undefined && values.some((wanted) => names(wanted, column.values[row] ?? null));
    });
  const stimulusRows = [...Array(stimuli.table.length).keys()].filter((row) => !excluded(row));
  if (stimulusRows.length === 0) {
    findings.add({
      code: "exclude-everything",
      file: manifestFile,
      field: "exclude",
      message: "The exclusions leave no stimulus.",
      value: clip(exclude),
      remedy: "Exclude fewer values.",
    });
  }
  if (source === undefined || recordings === undefined || stimulusRows.length === 0) return undefined;
  const digest = await sha256(canonicalJson(recordings));
  return {
    stimuli: takeStimuli(stimuli, stimulusRows),
    stimulusRows,
    recordings,
    file: source.file,
    excluded: 0,
    digest,
  };
}

interface Row {
  readonly line: number;
  readonly low: Scalar;
  readonly high: Scalar;
  readonly count: Scalar;
}

/** Faults `missing-column`, `empty-table`, `histogram-number`, `histogram-bins`; undefined where there was any. */
export function histogramOf(source: Source, findings: Findings): Histogram | undefined {
  const { file, table, lines } = source;
  if (!requireColumns(source, file, ["low", "high", "count"], findings)) return undefined;
  const cell = (name: string, row: number): Scalar => columnOf(table, name)?.values[row] ?? null;
  const rows = lines.map(
    (line, row): Row => ({
      line,
      low: cell("low", row),
      high: cell("high", row),
      count: cell("count", row),
    }),
  );
  const bins = rows.filter(({ low, high }) => low !== null || high !== null);
  const faults = [
    ...rows.flatMap((row) => numberFaults(row)),
    ...bins.flatMap((bin, i) => binFaults(bin, bins[i - 1])),
  ];
  findings.addAll(faults.map((fault) => ({ file, ...fault })));
  if (bins.length === 0) {
    findings.add({
      code: "histogram-bins",
      file,
      message: "The histogram has no bin.",
      expected: "rows with low, high and count",
      remedy: "Add a row for each bin.",
    });
  }
  if (faults.length > 0 || bins.length === 0) return undefined;
  const edges = [...bins.map(({ low }) => Number(low)), Number(bins.at(-1)?.high)];
  const undefinedCells = rows.filter((row) => !bins.includes(row)).reduce((sum, { count }) => sum + Number(count), 0);
  return { edges, counts: bins.map(({ count }) => Number(count)), undefinedCells };
}

function numberFaults({ line, low, high, count }: Row) {
  const sound = (name: string, value: Scalar) =>
    name === "count" ? Number.isSafeInteger(value) && Number(value) >= 0 : Number.isFinite(value);
  const edges = low === null && high === null ? [] : [["low", low] as const, ["high", high] as const];
  return [...edges, ["count", count] as const].flatMap(([name, value]) =>
    sound(name, value)
      ? []
      : [
          {
            code: "histogram-number",
            line,
            column: name,
            message: name === "count" ? "That is no number of cells." : "That is no edge of a bin.",
            value: value === null ? "nothing" : clip(value),
            expected: name === "count" ? "a whole number, 0 or more" : "a number, or nothing in both low and high",
            remedy: "Correct the cell.",
          },
        ],
  );
}

function binFaults({ line, low, high }: Row, before: Row | undefined) {
  if (typeof low !== "number" || typeof high !== "number") return [];
  const from = before?.high;
  if (typeof from === "number" && from !== low) {
    return [
      {
        code: "histogram-bins",
        line,
        column: "low",
        message: "The bin does not begin where the one before it ends.",
        value: String(low),
        expected: String(from),
        remedy: "Order the bins, and close or merge them; a bin without cells has the count 0.",
      },
    ];
  }
  if (high > low) return [];
  return [
    {
      code: "histogram-bins",
      line,
      column: "high",
      message: "The bin does not end above where it begins.",
      value: String(high),
      expected: `more than ${low}`,
      remedy: "Correct the edge.",
    },
  ];
}
