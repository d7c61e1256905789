/** Cells that a spreadsheet would run: names come from strangers' files, and ours must be safe to open. */

/** Some spreadsheets take the full-width forms for the signs themselves. */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;
const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;

/** The text, with an apostrophe before what a spreadsheet would take for a formula. Numbers stay as they are. */
export function inert(text: string): string {
  return FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
}

/** What `inert` was given. */
export function fromInert(text: string): string {
  return text.startsWith("'") && FORMULA.test(text.slice(1)) ? text.slice(1) : text;
}
