import * as ort from "onnxruntime-web";
import { describe, expect, it } from "vitest";
import { assemble } from "./assemble.ts";
import { COUNT, knownNetwork } from "./self-check.ts";
import { NetworkSession } from "./session.ts";

describe("the known network", () => {
  it("answers what numpy computed, one image at a time and both at once", async () => {
    const { card, files, images, outputs } = await knownNetwork();
    const taps = outputs.map(({ tap }) => tap);
    for (const batch of [1, 2]) {
      const options = { backend: "wasm", taps, size: card.input.size, layout: "NCHW", batch, threads: 1 } as const;
      const session = await NetworkSession.open(ort, await assemble(card, files, taps), options);
      const found = await session.run(images, COUNT);
      await session.release();
      for (const [t, { tap, values }] of outputs.entries()) {
        const own = found[t] ?? new Float32Array();
        expect(own.length).toBe(values.length);
        const off = Math.max(...values.map((value, i) => Math.abs(value - (own[i] ?? Number.NaN))));
        expect(off / Math.max(...values.map(Math.abs)), `${tap}, ${batch} at once`).toBeLessThan(1e-6);
      }
    }
  });

  it("answers with numbers that a wrong sign, a missing term or a zero would move", async () => {
    const { outputs } = await knownNetwork();
    for (const { values } of outputs) {
      expect(values.some((value) => value > 0.5)).toBe(true);
      expect(values.some((value) => value < -0.5)).toBe(true);
      expect(new Set(values).size).toBeGreaterThan(0.9 * values.length);
    }
  });
});
