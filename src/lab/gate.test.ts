import { describe, expect, it, vi } from "vitest";
import { Gate, type GateState } from "./gate.ts";

/** Whether it has settled by the time that all that could go on has. */
async function settled(promise: Promise<unknown>): Promise<boolean> {
  let done = false;
  const mark = (): void => {
    done = true;
  };
  promise.then(mark, mark);
  await new Promise((resolve) => setTimeout(resolve));
  return done;
}

describe("the gate of a run", () => {
  it("lets everybody through while it is open", async () => {
    await new Gate().pass(undefined);
  });

  it("holds everybody who comes until it is opened, and says when the first has come", async () => {
    const states: GateState[] = [];
    const gate = new Gate((state) => states.push(state));
    gate.close();
    gate.close();
    expect(states).toEqual(["closing"]); // the step in progress goes on
    const held = [gate.pass(undefined), gate.pass(undefined)];
    expect(await settled(Promise.race(held))).toBe(false);
    expect(states).toEqual(["closing", "closed"]);
    gate.open();
    await Promise.all(held);
    expect(states).toEqual(["closing", "closed", "open"]);
  });

  it("holds on where it is closed again before those who were held have gone on", async () => {
    const gate = new Gate();
    gate.close();
    const held = gate.pass(undefined);
    gate.open();
    gate.close();
    expect(await settled(held)).toBe(false);
    gate.open();
    await held;
  });

  it("gives way to the signal that cancels", async () => {
    const gate = new Gate();
    const cancel = new AbortController();
    gate.close();
    const held = gate.pass(cancel.signal);
    const refused = expect(held).rejects.toMatchObject({ code: "cancelled" });
    cancel.abort();
    await refused;
    await expect(gate.pass(cancel.signal)).rejects.toMatchObject({ code: "cancelled" });
  });

  it("counts the time that the run stood still, and not that in which its last step ended", async () => {
    vi.useFakeTimers({ toFake: ["performance"] });
    try {
      const gate = new Gate();
      gate.close();
      vi.advanceTimersByTime(500);
      const held = gate.pass(undefined);
      vi.advanceTimersByTime(2000);
      expect(gate.closedFor).toBe(2000);
      gate.open();
      await held;
      vi.advanceTimersByTime(700);
      expect(gate.closedFor).toBe(2000);
    } finally {
      vi.useRealTimers();
    }
  });
});
