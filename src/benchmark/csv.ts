/**
 * CSV text to a `Table`, typed as `pandas.read_csv` types it.
 *
 * Brain-Score reads its tables with pandas' defaults (brainio/stimuli.py:71-79), and the inferred type decides how ids
 * compare and sort. d3-dsv splits the text into cells; this file checks their shape and infers the types. It is
 * stricter than pandas about shape: pandas renames doubled headers, pads short rows and takes a surplus first column as
 * an index, each of which hides a mistake. golden/csv.json holds pandas' own answers (reference/benchmark_csv.py).
 */
import { csvParseRows } from "d3-dsv";
import type { Column, Scalar, Table } from "../assembly/table.ts";
import type { Fault } from "../faults/faults.ts";
import { clip, MAX_FAULTS } from "./findings.ts";

export interface CsvTable {
  readonly table: Table;
  /** The line on which each row starts, counting from 1; quoted line breaks and blank lines are counted. */
  readonly lines: readonly number[];
}

/** pandas' default `na_values` (pandas/_libs/parsers.pyx, STR_NA_VALUES). `na` is not one of them. */
const MISSING_WORDS: ReadonlySet<string> = new Set(
  " NA NaN nan -NaN -nan NULL null None N/A n/a <NA> #N/A #NA 1.#IND -1.#IND 1.#QNAN -1.#QNAN"
    .split(" ")
    .concat("#N/A N/A"),
);

/** Some 2 GB of memory; a million trials of eight columns. */
const MAX_CELLS = 8_000_000;
/** Thirty letters a cell; a text of twice as much is more than some engines can hold. */
const MAX_BYTES = 2 ** 28;

const INTEGER = /^[ \t\v\f]*[+-]?\d+[ \t\v\f]*$/;
const DECIMAL = /^[ \t\v\f]*[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?[ \t\v\f]*$/;
const INFINITY = /^([+-]?)inf(?:inity)?$/i;
const BOOLEAN = /^(?:true|false)$/i;
const INT64 = { min: -(2n ** 63n), max: 2n ** 63n - 1n };
const UINT64_MAX = 2n ** 64n - 1n;

/**
 * Reads UTF-8 CSV. Either a table without faults, or every fault of shape: `csv-encoding`, `csv-quote`, `csv-header`,
 * `csv-duplicate-column`, `csv-ragged`, `csv-empty`, `csv-too-large`.
 */
export function parseCsv(bytes: Uint8Array, file: string): CsvTable | readonly Fault[] {
  const large = csvTooLarge(bytes.length, file);
  if (large !== undefined) return [large];
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes); // drops a byte order mark, as pandas does
  } catch {
    return [
      {
        code: "csv-encoding",
        file,
        message: "The table is not UTF-8 text.",
        remedy: "Save it as “CSV UTF-8”; spreadsheets often write UTF-16 or a local code page.",
      },
    ];
  }
  const quote = strayQuote(text);
  if (quote !== undefined) return [{ ...quote, file }];

  const rows: string[][] = [];
  const lines: number[] = [];
  let line = 1;
  let cells = 0;
  const quotes = text.includes('"'); // without one, no cell can hold a line break
  csvParseRows(text, (row) => {
    cells += row.length;
    // pandas skips blank lines and lines of spaces alone, but not a row of one quoted empty cell; d3-dsv gives both as
    // [""], so in a table of one column we skip what pandas would keep. No table of ours has one column only.
    if (cells <= MAX_CELLS && (row.length > 1 || (row[0] ?? "").trim() !== "")) {
      rows.push(row);
      lines.push(line);
    }
    line += 1 + (quotes ? row.reduce((sum, cell) => sum + lineBreaks(cell), 0) : 0);
    return null; // kept in `rows`
  });
  if (cells > MAX_CELLS) {
    const facts = { value: `${cells} cells`, expected: `at most ${MAX_CELLS}` };
    return [
      { code: "csv-too-large", file, message: "The table is too large.", ...facts, remedy: "Split the benchmark." },
    ];
  }
  const [header, ...body] = rows;
  if (header === undefined) {
    return [{ code: "csv-empty", file, message: "The table is empty.", expected: "a header row and at least one row" }];
  }
  const faults = [...headerFaults(header, lines[0] ?? 1, file), ...raggedFaults(header, body, lines, file)];
  if (faults.length > 0) return faults;
  const columns = Object.fromEntries(header.map((name, at) => [name, infer(body.map((row) => row[at] ?? ""))]));
  return { table: { length: body.length, columns }, lines: lines.slice(1) };
}

/** The fault `csv-too-large` of a file of so many bytes, for who would rather not read it first. */
export function csvTooLarge(bytes: number, file: string): Fault | undefined {
  if (bytes <= MAX_BYTES) return undefined;
  const facts = { value: `${bytes} bytes`, expected: `at most ${MAX_BYTES}` };
  return { code: "csv-too-large", file, message: "The table is too large.", ...facts, remedy: "Split it." };
}

/** The column as pandas types it: int64, else float64, else bool, else object. The cells' text is kept beside. */
function infer(text: readonly string[]): Column {
  const missing = text.map((cell) => MISSING_WORDS.has(cell));
  if (text.length === 0) return { dtype: "object", values: [], text };
  const asIs = (): Column => ({ dtype: "object", values: text.map((cell, i) => (missing[i] ? null : cell)), text });
  const typed = (dtype: Column["dtype"], read: (cell: string) => Scalar): Column => ({
    dtype,
    values: text.map((cell, i) => (missing[i] ? null : read(cell))),
    text,
  });
  const anyMissing = missing.includes(true);

  const integers = integerRange(text, missing);
  if (integers === "text") return asIs();
  if (integers === "raw text") return { dtype: "object", values: text, text };
  if (integers === "integers") return typed(anyMissing ? "float64" : "int64", readNumber);
  if (text.every((cell, i) => missing[i] || isFloat(cell))) return typed("float64", readNumber);
  if (text.every((cell, i) => missing[i] || BOOLEAN.test(cell))) {
    return typed(anyMissing ? "object" : "bool", (cell) => cell.toLowerCase() === "true");
  }
  return asIs();
}

/**
 * pandas tries int64 cell by cell and falls back to uint64 for cells beyond it (parsers.pyx, _try_int64, _try_uint64).
 * A cell that is no integer ends the attempt; a cell beyond both leaves the column text, even if it is all numbers; and
 * unsigned cells beside negative or missing ones leave it text in which missing cells are plain text too.
 */
function integerRange(text: readonly string[], missing: readonly boolean[]): "integers" | "text" | "raw text" | "no" {
  let unsigned = false;
  let conflicting = missing.includes(true);
  for (const [i, cell] of text.entries()) {
    if (missing[i]) continue;
    if (!INTEGER.test(cell)) return "no";
    const digits = cell.trim();
    conflicting ||= digits.startsWith("-");
    if (digits.length < 16) continue; // far from any limit; BigInt is slow
    if (digits.replace(/^[+-]?0*/, "").length > 20) return "text"; // beyond any limit; BigInt is slower the longer it gets
    const value = BigInt(digits.startsWith("+") ? digits.slice(1) : digits);
    if (value < INT64.min || value > UINT64_MAX) return "text";
    unsigned ||= value > INT64.max;
  }
  return unsigned && conflicting ? "raw text" : "integers";
}

/** A number whose exponent overflows is text to pandas. */
function isFloat(cell: string): boolean {
  return INFINITY.test(cell) || (DECIMAL.test(cell) && Number.isFinite(Number(cell)));
}

/** Correctly rounded; pandas' default parser may be off by one unit in the last place from the 16th digit on. */
function readNumber(cell: string): number {
  const infinite = INFINITY.exec(cell);
  if (infinite !== null) return infinite[1] === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const value = Number(cell);
  return value === 0 && !cell.includes(".") ? 0 : value; // an integer has no negative zero
}

function headerFaults(header: readonly string[], line: number, file: string): Fault[] {
  const faults: Fault[] = [];
  const seen = new Set<string>();
  let wrong = 0;
  for (const [at, name] of header.entries()) {
    const known = seen.has(name);
    seen.add(name);
    const unnamed = name.trim() === "";
    if (!(known || unnamed) || ++wrong > MAX_FAULTS) continue;
    if (unnamed) {
      faults.push({
        code: "csv-header",
        file,
        line,
        message: `Column ${at + 1} has no name.`,
        remedy: "Name it, or leave it out; pandas writes an unnamed index column unless told index=False.",
      });
    } else {
      faults.push({
        code: "csv-duplicate-column",
        file,
        line,
        column: clip(name),
        message: `Two columns are named “${clip(name)}”.`,
        remedy: "Rename or remove one of them.",
      });
    }
  }
  if (wrong > MAX_FAULTS) {
    faults.push({ code: "csv-header", file, line, message: `In all, ${wrong} columns have no name of their own.` });
  }
  return faults;
}

function raggedFaults(header: readonly string[], body: string[][], lines: readonly number[], file: string): Fault[] {
  const faults: Fault[] = [];
  let ragged = 0;
  for (const [i, row] of body.entries()) {
    if (row.length === header.length || ++ragged > MAX_FAULTS) continue;
    faults.push({
      code: "csv-ragged",
      file,
      line: lines[i + 1] ?? 0,
      message: `The row has ${row.length} cells, the header ${header.length}.`,
      value: clip(row.join(",")),
      expected: `${header.length} cells`,
      remedy: "Put cells that contain a comma into double quotes.",
    });
  }
  if (ragged > MAX_FAULTS) {
    faults.push({ code: "csv-ragged", file, message: `In all, ${ragged} rows have too few or too many cells.` });
  }
  return faults;
}

function lineBreaks(text: string): number {
  return text.match(/\r\n|\r|\n/g)?.length ?? 0;
}

/**
 * The first quoted cell that does not end in a quote followed by a comma or the line's end. Neither d3-dsv nor pandas
 * minds the latter, and they read different cells from it; an unclosed quote swallows the rest of the table.
 */
function strayQuote(text: string): Fault | undefined {
  let at = 0;
  while (true) {
    const open = text.indexOf('"', at);
    if (open < 0) return undefined;
    const before = text[open - 1];
    if (before !== undefined && before !== "," && before !== "\n" && before !== "\r") {
      at = open + 1; // a quote inside a bare cell is a plain character
      continue;
    }
    let close = text.indexOf('"', open + 1);
    while (close >= 0 && text[close + 1] === '"') close = text.indexOf('"', close + 2);
    const after = text[close + 1];
    if (close >= 0 && (after === undefined || after === "," || after === "\n" || after === "\r")) {
      at = close + 1;
      continue;
    }
    return {
      code: "csv-quote",
      line: 1 + lineBreaks(text.slice(0, open)),
      message: close < 0 ? "A quoted cell is never closed." : "A quoted cell goes on after its closing quote.",
      value: clip(text.slice(open, open + 60)),
      remedy: "Double a quote that belongs to a cell's text, and close every quoted cell.",
    };
  }
}
