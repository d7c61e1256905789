import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createStore } from "zustand/vanilla";
import { runNews } from "./run-news.ts";
import type { Cell, WorkbenchState } from "./state.ts";

const RUNNING: Cell = { status: "running", done: 1, total: 2 };
const CANCELLED: Cell = { status: "cancelled" };

function made() {
  const told: Pick<WorkbenchState, "cells" | "ceilings" | "running">[] = [];
  // What a run tells touches no other part of the state.
  const store = createStore<WorkbenchState>(
    () => ({ cells: { other: CANCELLED }, ceilings: {}, running: undefined }) as unknown as WorkbenchState,
  );
  store.subscribe((state) => told.push(state));
  return { told, store, news: runNews(store) };
}

const progress = (done: number) => ({ benchmark: "b", subject: "s", done, total: 9, overall: { done, total: 9 } });

describe("the news of a run", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("are told together, the last of each, and leave the rest alone", () => {
    const { told, news } = made();
    for (let i = 0; i < 25; i++) {
      news.putCell(`${i}`, RUNNING);
      news.putCell(`${i}`, CANCELLED);
      news.putProgress(progress(i));
    }
    news.putCeiling("b", { value: 0.5 });
    expect(told).toEqual([]);
    expect(news.cell("7")).toEqual(CANCELLED);
    vi.runAllTimers();
    expect(told).toHaveLength(1);
    expect(Object.keys(told[0]?.cells ?? {})).toHaveLength(26);
    expect(told[0]).toMatchObject({
      cells: { other: CANCELLED, 0: CANCELLED, 24: CANCELLED },
      ceilings: { b: { value: 0.5 } },
      running: { progress: { done: 24 } },
    });
  });

  it("are told some at a time, none of them lost", async () => {
    const { told, news } = made();
    for (let i = 0; i < 200; i++) news.putCell(`${i}`, RUNNING);
    vi.advanceTimersByTime(100);
    expect(Object.keys(told[0]?.cells ?? {})).toHaveLength(31);
    news.putCell("199", CANCELLED);
    const settled = news.settle();
    await vi.runAllTimersAsync();
    await settled;
    expect(told).toHaveLength(7);
    expect(Object.keys(told[6]?.cells ?? {})).toHaveLength(201);
    expect(told[6]?.cells[199]).toEqual(CANCELLED);
  });

  it("are told at once when they are asked for, and then not again", async () => {
    const { told, store, news } = made();
    news.putProgress(progress(3));
    await news.settle();
    expect(told).toHaveLength(1);
    store.setState({ running: undefined }); // the run is over
    vi.runAllTimers();
    await news.settle();
    expect(store.getState().running).toBeUndefined();
    expect(told).toHaveLength(2);
  });

  it("go on while the run does", () => {
    const { told, news } = made();
    news.putCell("a", RUNNING);
    vi.runAllTimers();
    news.putCell("a", CANCELLED);
    expect(told.at(-1)?.cells.a).toEqual(RUNNING);
    vi.runAllTimers();
    expect(told.at(-1)?.cells.a).toEqual(CANCELLED);
    expect(told).toHaveLength(2);
  });
});
