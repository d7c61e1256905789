/** Changes to a table that know its grammar: cells that are no such value, rows and columns that are too many, quotes. */
import fc from "fast-check";
import { share } from "./bytes.ts";

const HOSTILE_CELLS: readonly string[] = [
  ...[
    "",
    " ",
    "na",
    "NaN",
    "NA",
    "null",
    "inf",
    "-Infinity",
    "0",
    "-0",
    "-1",
    "1.5",
    "+1",
    "1e308",
    "1e400",
    "1e-400",
    "0x10",
  ],
  ...[
    "2147483648",
    "4294967296",
    "9007199254740993",
    "9223372036854775808",
    "-9223372036854775809",
    "18446744073709551616",
  ],
  ...[
    "True",
    "false",
    "__proto__",
    "constructor",
    "toString",
    "hasOwnProperty",
    "length",
    "=1+1",
    "@SUM(A1)",
    "-2+3",
    "'=1",
  ],
  ...[
    '"',
    '""',
    '"a',
    'a"b',
    '"a"b',
    '"a""b"',
    '"a,b"',
    '"a\nb"',
    '"\r\n"',
    "\0",
    "\ufeff",
    "\u2028",
    "\u202e",
    "\t",
    "\r",
    "\u{1f4a9}",
  ],
  ...[
    "<img src=x onerror=alert(1)>",
    "../x",
    "/etc/passwd",
    "C:\\x",
    "a\\b",
    "x/../y",
    "1,2",
    ",",
    ",,,,",
    "s1",
    "1.png",
    "cat",
  ],
  ...["e\u0301", "\u00e9", "a|b", "1_000", "１", "5e", "٣"],
];

type Rows = string[][];
type Edit = (rows: Rows) => Rows;

const pick = (count: number, at: number): number => Math.min(Math.max(0, count - 1), Math.floor(at * count));
const cell = fc.constantFrom(...HOSTILE_CELLS);

/** In most cases of any row, in others of the header. */
const row = fc.oneof({ weight: 3, arbitrary: share }, fc.constant(0));

const edit: fc.Arbitrary<Edit> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ row, column: share, cell }).map(({ row, column, cell }): Edit => {
      return (rows) => changedRow(rows, row, (cells) => cells.with(pick(cells.length, column), cell));
    }),
  },
  {
    weight: 2, // the same cell all the way down
    arbitrary: fc.record({ column: share, cell }).map(({ column, cell }): Edit => {
      return (rows) =>
        rows.map((cells, i) => (i === 0 || cells.length === 0 ? cells : cells.with(pick(cells.length, column), cell)));
    }),
  },
  {
    weight: 1,
    arbitrary: fc
      .record({
        row,
        column: share,
        long: fc.constantFrom(300, 300, 50_000),
        filler: fc.constantFrom("x", "1", "0", " ", "1.", "-", '""', "é"),
        end: fc.constantFrom("", "x", "e", "."),
      })
      .map(({ row, column, long, filler, end }): Edit => {
        return (rows) =>
          changedRow(rows, row, (cells) => cells.with(pick(cells.length, column), filler.repeat(long) + end));
      }),
  },
  {
    weight: 2,
    arbitrary: fc
      .record({ row, cell, times: fc.constantFrom(1, 1, 1, 3, 20, 1000) })
      .map(({ row, cell, times }): Edit => {
        return (rows) => changedRow(rows, row, (cells) => [...cells, ...Array<string>(times).fill(cell)]);
      }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ row, column: share }).map(({ row, column }): Edit => {
      return (rows) => changedRow(rows, row, (cells) => cells.toSpliced(pick(cells.length, column), 1));
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ row, times: fc.constantFrom(1, 1, 2, 2, 1000) }).map(({ row, times }): Edit => {
      return (rows) => {
        const at = pick(rows.length, row);
        return rows.toSpliced(at, 0, ...Array<string[]>(times).fill(rows[at] ?? []));
      };
    }),
  },
  {
    weight: 2,
    arbitrary: row.map(
      (row): Edit =>
        (rows) =>
          rows.toSpliced(pick(rows.length, row), 1),
    ),
  },
  {
    weight: 1,
    arbitrary: row.map(
      (row): Edit =>
        (rows) =>
          rows.toSpliced(pick(rows.length, row), 0, [""]),
    ),
  },
  {
    weight: 2, // two cells change places
    arbitrary: fc
      .record({ row, column: share, other: row, otherColumn: share })
      .map(({ row, column, other, otherColumn }): Edit => {
        return (rows) => {
          const there = rows[pick(rows.length, other)] ?? [];
          const put = there[pick(there.length, otherColumn)] ?? "";
          return changedRow(rows, row, (cells) => cells.with(pick(cells.length, column), put));
        };
      }),
  },
  {
    weight: 2, // a column once more, under its own name or another
    arbitrary: fc.record({ column: share, name: fc.option(cell) }).map(({ column, name }): Edit => {
      return (rows) =>
        rows.map((cells, i) => [...cells, i === 0 && name !== null ? name : (cells[pick(cells.length, column)] ?? "")]);
    }),
  },
  {
    weight: 1,
    arbitrary: share.map(
      (column): Edit =>
        (rows) =>
          rows.map((cells) => cells.toSpliced(pick(cells.length, column), 1)),
    ),
  },
);

/** Two changes that each make a thousand of one make a million. */
const MOST_CELLS = 50_000;

/** One of the tables, changed one to four times, and written as some program would. Tables have no quoted cells. */
export function changedCsv(tables: readonly string[]): fc.Arbitrary<string> {
  const parsed = tables.map((text) =>
    text
      .trimEnd()
      .split("\n")
      .map((line) => line.split(",")),
  );
  return fc
    .record({
      which: share,
      edits: fc.array(edit, { minLength: 1, maxLength: 4 }),
      end: fc.oneof({ weight: 6, arbitrary: fc.constant("\n") }, fc.constantFrom("\r\n", "\r", "\n\n", "\n\r")),
      separator: fc.oneof({ weight: 12, arbitrary: fc.constant(",") }, fc.constantFrom(";", "\t")),
      quoted: fc.nat(9).map((n) => n === 0),
      tail: fc.boolean(),
    })
    .map(({ which, edits, end, separator, quoted, tail }) => {
      const table = parsed[Math.floor(which * parsed.length)] ?? [];
      const rows = edits.reduce((all, change) => {
        const changed = change(all);
        return changed.reduce((sum, cells) => sum + cells.length, 0) > MOST_CELLS ? all : changed;
      }, table);
      const lines = rows.map((cells) => cells.map((text) => (quoted ? `"${text}"` : text)).join(separator));
      return lines.join(end) + (tail ? end : "");
    });
}

function changedRow(rows: Rows, at: number, change: (cells: string[]) => string[]): Rows {
  const index = pick(rows.length, at);
  const found = rows[index];
  return found === undefined || found.length === 0 ? rows : rows.with(index, change(found));
}
