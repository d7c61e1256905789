/** Scorecards of somebody's that are open, each to be held against what is scored here. */
import type { StoreApi } from "zustand/vanilla";
import { GapscopeError, type GapscopeErrorRecord } from "../../faults/faults.ts";
import type { Scorecard } from "../../scorecard/scorecard.ts";
import type { WorkbenchState } from "../state.ts";

export interface ClaimEntry {
  readonly id: string;
  readonly fileName: string;
  readonly state:
    | { readonly status: "ready"; readonly card: Scorecard }
    | { readonly status: "refused"; readonly error: GapscopeErrorRecord };
}

let ids = 0;

export function claimDesk(store: StoreApi<WorkbenchState>) {
  const { setState: set } = store;
  return {
    /** Resolves when each is read or refused; faults stand at the entries. */
    async take(files: readonly File[]): Promise<void> {
      if (files.length === 0) return;
      const { readScorecard } = await import("../../scorecard/read.ts");
      for (const file of files) {
        ids += 1;
        const state = await readScorecard(file, file.name).then(
          (card): ClaimEntry["state"] => ({ status: "ready", card }),
          (error: unknown): ClaimEntry["state"] => ({ status: "refused", error: GapscopeError.from(error).toRecord() }),
        );
        const entry: ClaimEntry = { id: `claim-${ids}`, fileName: file.name, state };
        set(({ claims }) => ({ claims: [...claims, entry] }));
      }
    },
  };
}
