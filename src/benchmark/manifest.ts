/**
 * The bytes of a `benchmark.json` to a checked `Manifest`, or to every fault in it.
 *
 * It looks at the manifest alone, opens no other file and knows no registry. Valibot finds what is missing or of the
 * wrong type; unknown fields are found here, because Valibot stops at the first and cannot say which one was meant.
 */
import * as v from "valibot";
import type { Fault } from "../faults/faults.ts";
import { clip, nearest, suggestion } from "./findings.ts";
import { type Manifest, ManifestSchema } from "./schema.ts";

/** A manifest nests four deep; its options may go on for a while, but not so deep that walking them is a danger. */
const MAX_DEPTH = 32;

/** Exactly one of the two is there. */
export type ParsedManifest =
  | { readonly manifest: Manifest; readonly faults?: never }
  | { readonly manifest?: never; readonly faults: readonly Fault[] };

/**
 * Fault codes: `manifest-encoding`, `manifest-not-json`, `manifest-too-deep`, `manifest-not-object`, `wrong-format`,
 * `format-version-newer`, `missing-field`, `unknown-field`, `wrong-field`, `unknown-normalisation`, `task-or-recording`,
 * `data-form`.
 */
export function parseManifest(bytes: Uint8Array, file: string): ParsedManifest {
  const one = (fault: Fault): ParsedManifest => ({ faults: [{ file, ...fault }] });
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return one({
      code: "manifest-encoding",
      message: "The manifest is not UTF-8 text.",
      remedy: "Save it as UTF-8.",
    });
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return one(notJson(error, text));
  }
  if (tooDeep(json)) {
    const remedy = "Flatten it; no field of a manifest needs that.";
    return one({ code: "manifest-too-deep", message: `The manifest nests deeper than ${MAX_DEPTH} levels.`, remedy });
  }
  if (!isRecord(json)) {
    return one({
      code: "manifest-not-object",
      message: "The manifest is JSON, but not an object.",
      value: clip(json),
      expected: 'an object that begins {"format": "gapscope-benchmark", …',
    });
  }
  const version = json.format_version;
  if (typeof version === "number" && version > 1) {
    // Nothing else is said: a newer format has other fields.
    return one({
      code: "format-version-newer",
      field: "format_version",
      message: "This benchmark was made for a newer Gapscope.",
      value: clip(version),
      expected: "1",
      remedy: "Reload the page to get the newest Gapscope, or ask its author for a version 1 package.",
    });
  }
  const parsed = v.safeParse(ManifestSchema, json);
  const faults = [
    ...(parsed.issues ?? []).filter((issue) => !isUnknownField(issue)).map(fieldFault),
    ...unknownFields(ManifestSchema, json, []),
    ...kindFaults(json),
  ].map((fault) => ({ file, ...fault }));
  return parsed.success && faults.length === 0 ? { manifest: parsed.output } : { faults };
}

function isUnknownField(issue: v.BaseIssue<unknown>): boolean {
  return issue.type === "strict_object" && issue.expected === "never";
}

const FIELD_CODES: Readonly<Record<string, string>> = {
  format: "wrong-format",
  normalisation: "unknown-normalisation",
};

function fieldFault(issue: v.BaseIssue<unknown>): Fault {
  const field = clip(v.getDotPath(issue) ?? "");
  const missing = issue.path?.at(-1)?.type === "object" && issue.received === "undefined" && issue.input === undefined;
  if (missing) {
    return { code: "missing-field", field, message: `The field “${field}” is missing.`, remedy: "Add it." };
  }
  const expected =
    field === "data" ? "one of table, assembly, array, rdm or histogram" : readable(issue.expected ?? "");
  const names = expected.split(", ");
  return {
    code: FIELD_CODES[field] ?? "wrong-field",
    field,
    message: `The field “${field}” cannot hold this.`,
    value: clip(issue.input),
    ...(expected === "" ? {} : { expected }),
    remedy:
      typeof issue.input === "string" && names.length > 1
        ? suggestion(issue.input, names)
        : "The fields and what they may hold are listed in benchmark.schema.json.",
  };
}

/** Valibot's `("a" | "b")`, `"a"`, `>0` and `>=1` in words. */
function readable(expected: string): string {
  return expected
    .replaceAll(/[()"]/g, "")
    .replaceAll(" | ", ", ")
    .replace(/^>=/, "at least ")
    .replace(/^<=/, "at most ")
    .replace(/^>/, "above ");
}

/**
 * Every field of `value` that `schema` has no entry for, all levels down. Schemas are walked as the plain objects that
 * they are, because no type of Valibot's says what a schema in general wraps.
 */
function unknownFields(schema: unknown, value: unknown, path: readonly string[]): Fault[] {
  if (!isRecord(schema) || !isRecord(value)) return [];
  if (schema.wrapped !== undefined) return unknownFields(schema.wrapped, value, path);
  if (typeof schema.getter === "function") return unknownFields(schema.getter(value), value, path);
  if (schema.type === "record") {
    // Valibot drops these keys from a record without a word.
    return ["__proto__", "prototype", "constructor"]
      .filter((key) => Object.hasOwn(value, key))
      .map((key) => unknownField([...path, key], []));
  }
  const entries = schema.type === "variant" ? variantEntries(schema.options, value.name) : schema.entries;
  if (!isRecord(entries)) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    Object.hasOwn(entries, key)
      ? unknownFields(entries[key], inner, [...path, key])
      : [unknownField([...path, key], Object.keys(entries))],
  );
}

/** The entries of the variant's option whose `name` is the literal `name`. */
function variantEntries(options: unknown, name: unknown): unknown {
  const all: unknown[] = Array.isArray(options) ? options : [];
  const entries = all.map((option) => (isRecord(option) ? option.entries : undefined));
  return entries.find((entry) => isRecord(entry) && isRecord(entry.name) && entry.name.literal === name);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function unknownField(path: readonly string[], known: readonly string[]): Fault {
  const name = path.at(-1) ?? "";
  const near = nearest(name, known);
  return {
    code: "unknown-field",
    field: clip(path.join(".")),
    message: `There is no field “${clip(name)}” here.`,
    ...(known.length === 0 ? {} : { expected: known.filter((key) => key !== "$schema").join(", ") }),
    remedy: near === undefined ? "Remove it." : `Did you mean “${near}”?`,
  };
}

/** What holds between fields: one of task and recording, and data of that kind. */
function kindFaults(json: Readonly<Record<string, unknown>>): Fault[] {
  const behavioural = "task" in json;
  if (behavioural === "recording" in json) {
    return [
      {
        code: "task-or-recording",
        field: behavioural ? "recording" : "task",
        message: behavioural
          ? "The manifest has both a task and a recording."
          : "The manifest has neither a task nor a recording.",
        expected: "exactly one: task for a behavioural benchmark, recording for a neural one",
      },
    ];
  }
  const { data } = json;
  if (data === undefined && !behavioural) {
    return [
      {
        code: "missing-field",
        field: "data",
        message: "A recording needs neural data.",
        remedy: "Add the field “data”.",
      },
    ];
  }
  const form = isRecord(data)
    ? ["table", "assembly", "array", "rdm", "histogram"].find((key) => key in data)
    : undefined;
  if (form === undefined || (form === "table") === behavioural) return []; // without a form, Valibot has said so
  return [
    {
      code: "data-form",
      field: "data",
      message: behavioural ? "A task needs responses as data." : "A recording needs neural data, not a table.",
      value: clip(data),
      expected: behavioural ? '{"table": "responses.csv"}' : "assembly, array, rdm or histogram",
    },
  ];
}

function notJson(error: unknown, text: string): Fault {
  const reason = error instanceof Error ? error.message : String(error);
  const at = /at position (\d+)/.exec(reason)?.[1]; // V8; Firefox names the line itself
  const named = /line (\d+)/.exec(reason)?.[1];
  const end = /end of (?:JSON )?(?:input|data)/i.test(reason) ? text.length : undefined;
  const position = at === undefined ? end : Number(at);
  const line = named ?? (position === undefined ? undefined : text.slice(0, position).split("\n").length);
  return {
    code: "manifest-not-json",
    ...(line === undefined ? {} : { line: Number(line) }),
    message: `The manifest is not JSON: ${clip(reason)}`,
    remedy: "Mend the syntax; a trailing comma, a comment or a missing quote is the usual cause.",
  };
}

/** Breadth first and not recursive: the check must not fall to what it guards against. */
function tooDeep(json: unknown): boolean {
  let level: unknown[] = [json];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) return true;
    level = level.flatMap((value) => (typeof value === "object" && value !== null ? Object.values(value) : []));
  }
  return false;
}
