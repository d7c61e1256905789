/**
 * A question to a close-up and what has come of it: asked when it is first seen and when it changes, never two at a time, and
 * not while a run is under way, which has the machine to itself.
 */
import { useEffect, useReducer, useRef, useState } from "react";
import { GapscopeError } from "../../../../faults/faults.ts";
import type { OnStage } from "../../../../lab/neural-api.ts";
import { useBench } from "../../../context.ts";

export type AnswerState =
  | { readonly status: "waiting" }
  | { readonly status: "asking"; readonly stage: string; readonly share: number }
  | { readonly status: "answered" }
  | { readonly status: "cancelled" }
  | { readonly status: "failed"; readonly message: string };

export interface Answer<Value> {
  /** The newest answer, which may still be that of the question before. */
  readonly answered: { readonly question: number; readonly value: Value } | undefined;
  readonly state: AnswerState;
  readonly again: () => void;
}

/** `ask` must stay the same from one rendering to the next. */
export function useAnswer<Value>(
  question: number,
  ask: (question: number, onStage: OnStage) => Promise<Value>,
): Answer<Value> {
  const busy = useBench(({ running }) => running !== undefined);
  const [answered, setAnswered] = useState<Answer<Value>["answered"]>();
  const [state, setState] = useState<AnswerState>({ status: "waiting" });
  const [times, again] = useReducer((count: number) => count + 1, 0);
  const turn = useRef<Promise<void>>(Promise.resolve());
  const known = useRef<number>(undefined);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `times` asks once more
  useEffect(() => {
    if (known.current === question) return;
    let wanted = true;
    const tell = (told: AnswerState): void => {
      if (wanted) setState(told);
    };
    tell(busy ? { status: "waiting" } : { status: "asking", stage: "", share: 0 });
    if (busy) return;
    turn.current = turn.current.then(async () => {
      if (!wanted) return; // another question came meanwhile
      try {
        const value = await ask(question, (stage, share) => tell({ status: "asking", stage, share }));
        if (!wanted) return;
        known.current = question;
        setAnswered({ question, value });
        setState({ status: "answered" });
      } catch (error) {
        const { code, message } = GapscopeError.from(error);
        tell(code === "cancelled" ? { status: "cancelled" } : { status: "failed", message });
      }
    });
    return () => {
      wanted = false;
    };
  }, [question, ask, busy, times]);
  return { answered, state: answered?.question === question ? { status: "answered" } : state, again };
}
