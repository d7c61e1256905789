/** One input, tried: what came of it, and whether that is allowed. */
import { type Fault, GapscopeError } from "../src/faults/faults.ts";
import type { Bytes, Format } from "./format.ts";

export type Verdict =
  | { readonly kind: "accepted" }
  | {
      readonly kind: "refused";
      /** Codes of the faults, or of the error where it has none. */
      readonly codes: readonly string[];
      /** Codes with their sentences, but for what they quote. */
      readonly templates: readonly string[];
    }
  /** The product gave the reader up. */
  | { readonly kind: "stopped" }
  /** None of these: a defect of the product's. */
  | { readonly kind: "crash"; readonly reason: string; readonly detail: string };

/** A refusal is read by a person, and crosses a worker's border. */
const LIMITS = { faults: 501, text: 2000, letters: 500_000 };

const INHERITED = [Object.prototype, Array.prototype, Function.prototype].map(
  (prototype) => [prototype, new Set(Object.getOwnPropertyNames(prototype))] as const,
);

/** Tries a copy of the input. Settles when the reader does, which may be never. */
export async function judge(format: Format, bytes: Bytes): Promise<Verdict> {
  const verdict = await format.read(bytes.slice()).then(
    (): Verdict => ({ kind: "accepted" }),
    (thrown: unknown) => verdictOf(thrown, format),
  );
  const added = INHERITED.flatMap(
    ([prototype, names]) =>
      Object.getOwnPropertyNames(prototype)
        .filter((name) => !names.has(name))
        .map((name) => Reflect.deleteProperty(prototype, name) && name), // it is the next input's turn
  );
  if (added.length === 0) return verdict;
  return { kind: "crash", reason: "it changed what every object inherits", detail: added.join(", ") };
}

function verdictOf(thrown: unknown, { refusal }: Format): Verdict {
  const detail = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  const crash = (reason: string): Verdict => ({ kind: "crash", reason, detail });
  if (!(thrown instanceof GapscopeError)) return crash(templateOf(thrown instanceof Error ? thrown.message : detail));
  if (["worker-died", "worker-hung"].includes(thrown.code)) return { kind: "stopped" };
  if (thrown.code !== refusal) return crash(`${thrown.code}: ${templateOf(thrown.message)}`);
  const { faults } = thrown;
  if (faults.length === 0) return crash(`a refusal without a fault: ${templateOf(thrown.message)}`);
  if (faults.length > LIMITS.faults) return crash(`more than ${LIMITS.faults} faults of ${faults[0]?.code}`);
  const endless = faults.find((fault) => textsOf(fault).some((text) => text.length > LIMITS.text));
  if (endless !== undefined) return crash(`a fault without end: ${endless.code}`);
  if (thrown.message.length > LIMITS.text) return crash(`a sentence without end: ${faults[0]?.code}`);
  if (faults.flatMap(textsOf).join("").length > LIMITS.letters) return crash(`faults without end: ${faults[0]?.code}`);
  const defect = defectIn(thrown);
  if (defect !== undefined)
    return {
      kind: "crash",
      reason: `a defect as a refusal: ${templateOf(defect.message)}`,
      detail: defect.stack ?? "",
    };
  return {
    kind: "refused",
    codes: faults.map(({ code }) => code),
    templates: faults.map(({ code, message }) => `${code}: ${templateOf(message)}`),
  };
}

function textsOf(fault: Fault): string[] {
  return Object.values(fault).filter((text) => typeof text === "string");
}

/** What the engine throws at a programmer, among the causes. A decoder's own errors are no such thing. */
function defectIn({ cause }: Error): Error | undefined {
  if (!(cause instanceof Error)) return undefined;
  const ours =
    /^(?:Cannot read prop|Cannot set prop|Cannot convert|Cannot mix|.* is not (?:a function|iterable|defined)|Invalid (?:array|typed array) length|Maximum call stack|Offset is outside|offset is out of bounds|Invalid count value)/;
  return ours.test(cause.message) ? cause : defectIn(cause);
}

/** The sentence without what it quotes and counts, so that the same mistake reads the same. */
function templateOf(message: string): string {
  return message
    .slice(0, 400)
    .replace(/Unexpected token .*/s, "Unexpected token …") // what follows quotes the document, quotes and all
    .replaceAll(/“[^”]*”?|"(?:[^"\\]|\\.)*"?|(?<=^|[\s([])'[^']*'?/g, "“…”")
    .replaceAll(/\b(?:0x)?(?=[a-f]*\d|ff)[\da-f]+(?:\.\d+)?\b/gi, "#")
    .replaceAll(/\b(?:its|domain) .{1,8}? (?=chunk)/gs, "its … ")
    .replaceAll(/[^\x20-\x7e“”…’×–]+/g, "?")
    .slice(0, 120);
}
