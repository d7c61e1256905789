/**
 * What a run tells, put into the store a few times a second and not at every step: each change of the store asks everything
 * on the page whether it is meant, and a board of 50 benchmarks and 30 subjects has thousands of parts to ask.
 */
import type { StoreApi } from "zustand/vanilla";
import type { Progress } from "../lab/clock.ts";
import type { Ceiling } from "../scoring/ceiled.ts";
import type { Cell, WorkbenchState } from "./state.ts";

/** Milliseconds between two changes: often enough for a count that runs. */
const PAUSE = 100;
/** Cells of one change: what the page draws of them takes a fraction of what is noticed. The others follow at once. */
const MOST = 30;

export interface RunNews {
  /** By `cellKey`, as it is known, told or not. */
  cell(key: string): Cell | undefined;
  putCell(key: string, cell: Cell): void;
  /** By benchmark digest. */
  putCeiling(digest: string, ceiling: Ceiling): void;
  putProgress(progress: Progress): void;
  /** Tells what is held back, without a pause. Whoever ends the run waits for it before. */
  settle(): Promise<void>;
}

export function runNews({ getState, setState }: Pick<StoreApi<WorkbenchState>, "getState" | "setState">): RunNews {
  /** The longest held back first. */
  const cells = new Map<string, Cell>();
  let ceilings: Record<string, Ceiling> = {};
  let progress: Progress | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const tell = (): void => {
    const some = [...cells].slice(0, MOST);
    for (const [key] of some) cells.delete(key);
    const told = { ceilings, progress };
    ceilings = {};
    progress = undefined;
    timer = cells.size === 0 ? undefined : setTimeout(tell);
    setState((state) => ({
      cells: { ...state.cells, ...Object.fromEntries(some) },
      ceilings: { ...state.ceilings, ...told.ceilings },
      ...(told.progress === undefined ? {} : { running: { progress: told.progress } }),
    }));
  };
  const soon = (): void => {
    timer ??= setTimeout(tell, PAUSE);
  };
  return {
    cell: (key) => cells.get(key) ?? getState().cells[key],
    putCell(key, cell) {
      cells.set(key, cell);
      soon();
    },
    putCeiling(digest, ceiling) {
      ceilings[digest] = ceiling;
      soon();
    },
    putProgress(next) {
      progress = next;
      soon();
    },
    async settle() {
      while (timer !== undefined) {
        clearTimeout(timer);
        tell();
        if (timer !== undefined) await new Promise((resolve) => setTimeout(resolve));
      }
    },
  };
}
