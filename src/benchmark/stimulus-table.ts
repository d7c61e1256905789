/**
 * The checks of `stimuli.csv`: ids, file names, degrees. Which pictures they name is said here; whether those pictures
 * are any good is said in images.ts.
 */
import { takeRows } from "../assembly/table.ts";
import type { Archive } from "./archive.ts";
import type { CsvTable } from "./csv.ts";
import { clip, columnOf, type Findings, resolvePath, suggestion } from "./findings.ts";

/** A table whose rows are known by line, and the file that it stands in. */
export interface Source extends CsvTable {
  readonly file: string;
}

export interface StimulusTable extends Source {
  /** The picture of each row, as a path in the zip; undefined where the row has a fault. */
  readonly images: readonly (string | undefined)[];
}

/** Faults `missing-column` for each of `required` that is not there, `empty-table`; false if there was any. */
export function requireColumns(csv: CsvTable, file: string, required: readonly string[], findings: Findings): boolean {
  const names = Object.keys(csv.table.columns);
  const missing = required.filter((name) => columnOf(csv.table, name) === undefined);
  for (const column of missing) {
    findings.add({
      code: "missing-column",
      file,
      line: 1,
      column,
      message: `The table has no column “${column}”.`,
      value: clip(names.join(", ")),
      expected: required.join(", "),
      remedy:
        column === "stimulus_id" && names.includes("image_id")
          ? "Rename the column image_id to stimulus_id."
          : "Add it, or correct the spelling in the header.",
    });
  }
  if (csv.table.length === 0) {
    findings.add({
      code: "empty-table",
      file,
      message: "The table has a header, but no rows.",
      remedy: "Add the rows.",
    });
  }
  return missing.length === 0 && csv.table.length > 0;
}

/** Checks one stimulus table with its folder of pictures; undefined where it cannot be used at all. */
export function checkStimulusTable(
  csv: CsvTable,
  file: string,
  folder: string,
  archive: Archive,
  findings: Findings,
): StimulusTable | undefined {
  if (!requireColumns(csv, file, ["stimulus_id", "filename"], findings)) return undefined;
  checkIds(csv, file, findings);
  return { ...csv, file, images: imagePaths(csv, file, folder, archive, findings) };
}

function checkIds(csv: CsvTable, file: string, findings: Findings): void {
  const column = columnOf(csv.table, "stimulus_id");
  if (column === undefined) return;
  if (!checkIdType(csv, file, findings)) return;
  const seen = new Map<unknown, number>();
  for (const [row, value] of column.values.entries()) {
    const at = { file, line: csv.lines[row] ?? 0, column: "stimulus_id", value: clip(column.text[row] ?? "") };
    if (value === null) {
      findings.add({
        code: "missing-stimulus-id",
        ...at,
        ...missingWord(column.text[row] ?? "", "The stimulus has no id."),
      });
      continue;
    }
    const first = seen.get(value);
    if (first === undefined) {
      seen.set(value, csv.lines[row] ?? 0);
      continue;
    }
    findings.add({
      code: "duplicate-stimulus-id",
      ...at,
      message: `The stimulus id is already on line ${first}.`,
      remedy:
        typeof value === "number"
          ? "Give every row its own id; ids that are all digits are numbers, so 01 and 1 are the same."
          : "Give every row its own id.",
    });
  }
}

/** Ids are text or numbers that JavaScript can tell apart. Fault `stimulus-id-type`; false if there was one. */
export function checkIdType(csv: CsvTable, file: string, findings: Findings): boolean {
  const column = columnOf(csv.table, "stimulus_id");
  const row = column?.values.findIndex(
    (value) => typeof value === "boolean" || (typeof value === "number" && Math.abs(value) > Number.MAX_SAFE_INTEGER),
  );
  if (column === undefined || row === undefined || row < 0) return true;
  findings.add({
    code: "stimulus-id-type",
    file,
    line: csv.lines[row] ?? 0,
    column: "stimulus_id",
    message:
      typeof column.values[row] === "boolean"
        ? "The ids read as true and false, as pandas takes such a column for booleans."
        : "The ids read as whole numbers too large to be told apart exactly.",
    value: clip(column.text[row] ?? ""),
    expected: "text, or whole numbers up to 9007199254740991",
    remedy: "Put a letter before every id, in all tables.",
  });
  return false;
}

function imagePaths(
  csv: CsvTable,
  file: string,
  folder: string,
  archive: Archive,
  findings: Findings,
): (string | undefined)[] {
  const names = columnOf(csv.table, "filename");
  const ids = columnOf(csv.table, "stimulus_id")?.text ?? [];
  return (names?.text ?? []).map((name, row) => {
    const at = { file, line: csv.lines[row] ?? 0, column: "filename", value: clip(name) };
    const stimulus = `Stimulus “${clip(ids[row] ?? "")}”`;
    if (names?.values[row] === null) {
      findings.add({ code: "missing-filename", ...at, ...missingWord(name, `${stimulus} has no file name.`) });
      return undefined;
    }
    const path = resolvePath(folder, name);
    if (path === undefined) {
      findings.add({
        code: "path-leaves-zip",
        ...at,
        message: `${stimulus}: the path leaves the zip, is absolute or has a backslash.`,
        expected: `a path below ${folder === "" ? "the zip's root" : `${folder}/`}, with forward slashes`,
      });
      return undefined;
    }
    if (archive.has(path)) return path;
    const similar = archive.similar(path);
    findings.add({
      code: "missing-image",
      ...at,
      message: `${stimulus}: the zip holds no file “${clip(path)}”.`,
      remedy:
        similar === undefined
          ? "Add the picture, or correct the file name."
          : `There is “${clip(similar)}”, written differently; capitals and accents must agree.`,
    });
    return undefined;
  });
}

/** Why a cell with something in it counts as empty. */
export function missingWord(text: string, message: string): { readonly message: string; readonly remedy: string } {
  return text === ""
    ? { message, remedy: "Fill in the cell." }
    : { message: `${message} pandas reads “${clip(text)}” as a missing value.`, remedy: "Use another word." };
}

/**
 * Degrees of visual angle of every row, null for pictures that fill the field of view, undefined where there is a fault:
 * `degrees-twice`, `degrees-missing`, `bad-degrees`.
 */
export function visualDegrees(
  stimuli: StimulusTable,
  declared: number | null | undefined,
  field: { readonly file: string; readonly field: string },
  findings: Findings,
): readonly number[] | null | undefined {
  const column = columnOf(stimuli.table, "degrees");
  if (column === undefined) {
    if (declared === null) return null;
    if (declared !== undefined) return new Array<number>(stimuli.table.length).fill(declared);
    findings.add({
      code: "degrees-missing",
      ...field,
      message: "Nothing says how many degrees of visual angle the images span.",
      expected: `visual_degrees in the manifest, or a column degrees in ${stimuli.file}`,
      remedy: "Write null if the images fill the field of view and are not placed on a screen.",
    });
    return undefined;
  }
  if (declared !== undefined) {
    findings.add({
      code: "degrees-twice",
      ...field,
      message: `The degrees are in the manifest and in the column degrees of ${stimuli.file}.`,
      value: clip(declared),
      remedy: "Remove one of them.",
    });
    return undefined;
  }
  let sound = true;
  const degrees = column.values.map((value, row) => {
    if (typeof value === "number" && Number.isFinite(value) && value > 0) return value;
    sound = false;
    findings.add({
      code: "bad-degrees",
      file: stimuli.file,
      line: stimuli.lines[row] ?? 0,
      column: "degrees",
      message: "The degrees of visual angle are not a number above 0.",
      value: clip(column.text[row] ?? ""),
      expected: "a number above 0",
    });
    return Number.NaN;
  });
  return sound ? degrees : undefined;
}

/** `rows` of a checked table, with their lines and pictures. */
export function takeStimuli(stimuli: StimulusTable, rows: readonly number[]): StimulusTable {
  return {
    file: stimuli.file,
    table: takeRows(stimuli.table, rows),
    lines: rows.map((row) => stimuli.lines[row] ?? 0),
    images: rows.map((row) => stimuli.images[row]),
  };
}

/** The fault of a column that was asked for by name and is not there. */
export function noSuchColumn(name: string, columns: readonly string[], file: string, field: string) {
  return {
    code: "no-such-column",
    file,
    field,
    message: `No table of this benchmark has a column “${clip(name)}”.`,
    value: clip(name),
    remedy: suggestion(name, columns),
  };
}
