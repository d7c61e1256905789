/** Numbers and names as the page prints them. Pure; the only place that rounds for display. */

const whole = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

/** `1,280`. */
export function count(n: number): string {
  return whole.format(n);
}

/** `1 person`, `10 people`; the plural is the singular with an s unless given. */
export function plural(n: number, one: string, many = `${one}s`): string {
  return `${count(n)} ${n === 1 ? one : many}`;
}

/** A score or raw value to `digits` decimals, with a true minus sign; never `-0.000`. */
export function decimal(value: number, digits = 3): string {
  const text = value.toFixed(digits);
  if (Number(text) === 0) return (0).toFixed(digits);
  return text.replace("-", "−");
}

/** `± 0.11`: an error to two figures that mean something, at most three decimals. */
export function plusMinus(error: number): string {
  return `± ${decimal(error, error >= 0.1 ? 2 : 3)}`;
}

/** `71 %`; shares that are neither none nor all are never printed as 0 % or 100 %. */
export function percent(share: number): string {
  const rounded = Math.round(share * 100);
  if (rounded === 0 && share > 0) return "<1 %";
  if (rounded === 100 && share < 1) return ">99 %";
  return `${rounded} %`;
}

const UNITS = ["B", "kB", "MB", "GB", "TB"];

/** `214 MB`, in powers of ten as operating systems print storage. */
export function bytes(n: number): string {
  const power = n < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(n) / 3));
  const value = n / 1000 ** power;
  return `${power === 0 || value >= 100 ? Math.round(value) : Number(value.toPrecision(2))} ${UNITS[power] ?? ""}`;
}

/** `61 of 244 MB`, `512 of 1,227 MB`: both in one unit, so that the first is seen to grow. */
export function ofBytes(done: number, total: number | undefined): string {
  if (total === undefined) return bytes(done);
  const power = total < 1e6 ? 1 : 2;
  const inUnit = (n: number): string =>
    total < 10 * 1000 ** power ? decimal(n / 1000 ** power, 1) : count(n / 1000 ** power);
  return `${inUnit(done)} of ${inUnit(total)} ${UNITS[power] ?? ""}`;
}

/** What is left of a run: `40 s`, `3 min`, `1 h 20 min`. Rounded up, coarser as it grows. */
export function duration(seconds: number): string {
  if (seconds < 60) return `${Math.max(1, Math.ceil(seconds))} s`;
  const minutes = Math.ceil(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** The start of a digest, for people to compare: `sha256-1f3a…` gives `1f3a09bc`. */
export function shortDigest(digest: string): string {
  return digest.replace(/^sha256-/, "").slice(0, 8);
}

/**
 * A formula in words and again in numbers, its bounds once at the end: `raw / ceiling, within [0, 1]` gives
 * `raw / ceiling = 0.110 / 0.318, within [0, 1]`. Words that are no number here, such as chance, stay.
 */
export function equationText(formula: string, raw: number, ceiling: number): string {
  const numbers = formula.replace(/\braw\b/g, decimal(raw)).replace(/\bceiling\b/g, decimal(ceiling));
  return `${formula.split(",")[0]} = ${numbers}`;
}

/** The parts of an identifier between which a line may break: after `-`, `_`, `.` and before a new word. */
export function breakable(identifier: string): string[] {
  return identifier.split(/(?<=[-_.])|(?<=[a-z])(?=[A-Z])|(?<=\d)(?=[a-z]{3})/);
}
