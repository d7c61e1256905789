/**
 * What is kept of a benchmark's deck: the teacher's choices and words, and the results that it was last shown with.
 *
 * One deck per benchmark, found by the benchmark's digest: after an edit it is another benchmark. Pictures are not kept;
 * they are the benchmark's. Results are an entry of their own, so that an edited sentence is a small write.
 */
import type { KeyValueStore } from "../../lab/store.ts";
import type { Deck, Result } from "./deck.ts";

/** `form` is raised when what is kept changes its form; others are not read. */
export interface KeptDeck {
  readonly form: number;
  readonly deck: Deck;
}

export interface KeptResults {
  readonly form: number;
  readonly results: readonly Result[];
  /** When they were taken from the board, ISO 8601. */
  readonly takenAt: string;
}

const FORM = 1;

export function decksIn(decks: KeyValueStore<KeptDeck>, results: KeyValueStore<KeptResults>) {
  return {
    async load(digest: string): Promise<{ readonly deck?: Deck; readonly results?: KeptResults }> {
      const [[deck], [kept]] = await Promise.all([decks.get([digest]), results.get([digest])]);
      return {
        ...(deck?.form === FORM ? { deck: deck.deck } : {}),
        ...(kept?.form === FORM ? { results: kept } : {}),
      };
    },
    keep: (digest: string, deck: Deck): Promise<void> => decks.put([[digest, { form: FORM, deck }]]),
    keepResults: (digest: string, taken: readonly Result[], takenAt: Date): Promise<void> =>
      results.put([[digest, { form: FORM, results: taken, takenAt: takenAt.toISOString() }]]),
  };
}
