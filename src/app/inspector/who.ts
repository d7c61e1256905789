/** How the two sides of a comparison are called on the page, and the four words for where they agree. */
import type { Observers, Verdict } from "../answers.ts";

export interface Who {
  readonly observers: Observers;
  /** `model` for a network; a recording may be of anybody. */
  readonly subject: string;
}

export function verdictWord(verdict: Verdict, who: Who): string {
  switch (verdict) {
    case "both":
      return "both right";
    case "people":
      return `${who.observers.name} only`;
    case "model":
      return `${who.subject} only`;
    case "neither":
      return "neither";
    default:
      return verdict satisfies never;
  }
}

/** An answer as it is printed: an empty one matches no choice and says so. */
export function answerText(answer: string | null): string {
  return answer === null || answer === "" ? "no answer" : answer;
}
