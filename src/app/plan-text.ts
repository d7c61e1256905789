/** What a run will need, and what it would do where that does not fit, in words. Pure. */
import type { Offer, Plan, Shortage } from "../lab/preflight.ts";
import { bytes, duration, plural } from "./format.ts";

/** Below this, memory is no matter. */
const NOTABLE_MEMORY = 1e9;

/** `about 12 min, 1.2 GB on disk`; nothing where there is nothing worth saying. */
export function planText({ pictures, seconds, stores, step }: Plan): string {
  const parts: string[] = [];
  if (pictures > 0) {
    parts.push(
      seconds === undefined
        ? `${plural(pictures, "picture")} to run, time known after the first`
        : `about ${duration(seconds)}`,
    );
    if (stores === undefined) parts.push("room on disk known after the first");
    else if (stores > 0) parts.push(`${bytes(stores)} on disk`);
  }
  if (step !== undefined && step.bytes >= NOTABLE_MEMORY) parts.push(`${bytes(step.bytes)} of memory`);
  return parts.join(", ");
}

/** Why a run does not start. */
export function shortageText({ of, needed, room, step, subjects }: Shortage): string {
  if (of === "storage") {
    const left = room === undefined ? "less" : bytes(room);
    return `The activations of ${listed(subjects)} take ${bytes(needed)}, and the browser has ${left} left for this page.`;
  }
  const where = `${listed(subjects)} on ${step?.what ?? "a benchmark"}`;
  return room === undefined
    ? `${where}: that needs an array of ${bytes(step?.array ?? needed)}, more than a browser gives.`
    : `${where}: that needs ${bytes(needed)} of memory, and this machine has ${bytes(room)}.`;
}

/** What a smaller plan is called. */
export function offerText(offer: Offer): string {
  if (offer.kind === "without storing") return "Run without storing";
  return `Score ${listed(offer.subjects)} alone`;
}

/** The same for a script: the option of the command line that does it. */
export function offerOption(offer: Offer): string {
  if (offer.kind === "without storing") return "--no-store runs it without keeping activations.";
  return `${listed(offer.subjects)} alone would fit.`;
}

function listed(names: readonly string[]): string {
  if (names.length > 4) return `${names.slice(0, 3).join(", ")} and ${names.length - 3} more`;
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
