import { describe, expect, it } from "vitest";
import { roomOf, secondsLeft } from "./layer-curves.ts";

describe("a run over layers", () => {
  it("stores no more than half of what is free, and 8 GB", () => {
    expect(roomOf({ quota: 10e9, usage: 4e9 })).toBe(3e9);
    expect(roomOf({ quota: 100e9, usage: 4e9 })).toBe(8e9);
    expect(roomOf({ quota: 4e9, usage: 5e9 })).toBe(0);
    expect(roomOf({ quota: 4e9 })).toBe(2e9);
    expect(roomOf({})).toBe(1e9);
  });

  it("tells how long it takes yet once its pace is known", () => {
    expect(secondsLeft(30, 0.25)).toBe(90);
    expect(secondsLeft(30, 1)).toBe(0);
    expect(secondsLeft(30, 0.001)).toBeUndefined();
  });
});
