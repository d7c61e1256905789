/**
 * Collecting faults while a package is read, and the few helpers that every check needs to word one.
 *
 * All faults are wanted, not the first; but a table of a million rows can be wrong a million times, so the list is
 * bounded and closes with a count. Tables and images that several manifests share are reported once.
 */
import type { Column, Table } from "../assembly/table.ts";
import { type Fault, GapscopeError } from "../faults/faults.ts";

/** How many faults are listed one by one. */
export const MAX_FAULTS = 500;

export class Findings {
  readonly #notices = new Map<string, Fault>();
  readonly #faults = new Map<string, Fault>();
  #unlisted = 0;

  add(fault: Fault): void {
    const key = JSON.stringify(fault);
    if (this.#faults.has(key)) return;
    if (this.#faults.size < MAX_FAULTS) this.#faults.set(key, fault);
    else this.#unlisted += 1;
  }

  addAll(faults: Iterable<Fault>): void {
    for (const fault of faults) this.add(fault);
  }

  /** Notes what is allowed but worth knowing. */
  notice(notice: Fault): void {
    this.#notices.set(JSON.stringify(notice), notice);
  }

  get notices(): Fault[] {
    return [...this.#notices.values()];
  }

  /** How many faults there are, listed or not. */
  get count(): number {
    return this.#faults.size + this.#unlisted;
  }

  /** The faults that are listed, and how many more there are. */
  get faults(): readonly Fault[] {
    return listed([...this.#faults.values()], this.count);
  }

  /** Throws `package-refused` with the faults there are, if there are any. */
  refuseIfAny(fileName: string): void {
    if (this.#faults.size === 0) return;
    throw refused(fileName, this.faults, this.count);
  }
}

/** The first faults of `count`, and where there are more, how many. */
export function listed(faults: readonly Fault[], count = faults.length): readonly Fault[] {
  if (count <= MAX_FAULTS) return faults;
  return [
    ...faults.slice(0, MAX_FAULTS),
    {
      code: "more-faults",
      message: `And ${count - MAX_FAULTS} more that are not listed.`,
      remedy: "Mend the ones above first; most often they have one cause.",
    },
  ];
}

/** The error of a package that is refused. */
export function refused(fileName: string, faults: readonly Fault[], count = faults.length): GapscopeError {
  const many = count === 1 ? "1 fault" : `${count} faults`;
  return new GapscopeError("package-refused", `${fileName} cannot be used: ${many}.`, { faults });
}

/** A value as a person reads it in a fault: JSON for anything but text, at most 80 characters. */
export function clip(value: unknown): string {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? String(value));
  const characters = Array.from(text.slice(0, 200));
  return characters.length > 80 ? `${characters.slice(0, 79).join("")}…` : characters.join("");
}

/** A column by name; never a property that every object inherits, such as `constructor`. */
export function columnOf(table: Table, name: string): Column | undefined {
  return Object.hasOwn(table.columns, name) ? table.columns[name] : undefined;
}

/** Names may come from a file, as many and as long as it likes; their distances take time. */
const NEAR = { letters: 60, names: 1000 };

/** The one of `known` that `name` was most likely meant to be, or undefined where none is near. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  if (name.length > NEAR.letters) return undefined;
  const ranked = known
    .filter((word) => word.length <= NEAR.letters)
    .slice(0, NEAR.names)
    .map((word) => ({ word, distance: editDistance(name.toLowerCase(), word.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  return best !== undefined && best.distance <= Math.floor(best.word.length * 0.4) ? best.word : undefined;
}

/** Levenshtein's distance. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      current.push(Math.min(swap, (previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}

/** “Did you mean …?” or the list of what there is. */
export function suggestion(name: string, known: readonly string[]): string {
  const near = nearest(name, known);
  return near === undefined ? `Known here: ${[...new Set(known)].join(", ")}.` : `Did you mean “${near}”?`;
}

/**
 * `path` as written in a file of `folder` ("" for the root), as a path in the zip; undefined where it leaves the zip,
 * is absolute or is not written with forward slashes.
 */
export function resolvePath(folder: string, path: string): string | undefined {
  if (path.startsWith("/") || /[\\\0]/.test(path) || /^[a-z]+:/i.test(path)) return undefined;
  const parts: string[] = [];
  for (const part of [...folder.split("/"), ...path.split("/")]) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.pop() === undefined) return undefined;
  }
  return parts.join("/");
}
