/** How the two sides of a comparison are called on the page, and the words for where they agree. */
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
    case "right":
    case "wrong":
    case "agree":
    case "disagree":
      return verdict;
    default:
      return verdict satisfies never;
  }
}

/** What a verdict says of the subject's answer alone. */
export function judgement(verdict: Verdict, who: Who): string {
  switch (verdict) {
    case "both":
    case "model":
    case "right":
      return "right";
    case "people":
    case "neither":
    case "wrong":
      return "wrong";
    case "agree":
      return who.observers.n > 1 ? "as most people" : `as ${who.observers.name}`;
    case "disagree":
      return who.observers.n > 1 ? "unlike most people" : `unlike ${who.observers.name}`;
    default:
      return verdict satisfies never;
  }
}

/** An answer as it is printed: an empty one matches no choice and says so. */
export function answerText(answer: string | null): string {
  return answer === null || answer === "" ? "no answer" : answer;
}
