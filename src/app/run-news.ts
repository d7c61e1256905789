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

export interface RunNews {
  /** By `cellKey`, as it is known, told or not. */
  cell(key: string): Cell | undefined;
  putCell(key: string, cell: Cell): void;
  /** By benchmark digest. */
  putCeiling(digest: string, ceiling: Ceiling): void;
  putProgress(progress: Progress): void;
  /** Tells at once what is held back. Whoever ends the run calls it before. */
  tell(): void;
}

export function runNews({ getState, setState }: Pick<StoreApi<WorkbenchState>, "getState" | "setState">): RunNews {
  let cells: Record<string, Cell> = {};
  let ceilings: Record<string, Ceiling> = {};
  let progress: Progress | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const tell = (): void => {
    if (timer === undefined) return; // nothing is held back
    clearTimeout(timer);
    const told = { cells, ceilings, progress };
    cells = {};
    ceilings = {};
    progress = timer = undefined;
    setState((state) => ({
      cells: { ...state.cells, ...told.cells },
      ceilings: { ...state.ceilings, ...told.ceilings },
      ...(told.progress === undefined ? {} : { running: { progress: told.progress } }),
    }));
  };
  const soon = (): void => {
    timer ??= setTimeout(tell, PAUSE);
  };
  return {
    cell: (key) => cells[key] ?? getState().cells[key],
    putCell(key, cell) {
      cells[key] = cell;
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
    tell,
  };
}
