import { csvParse } from "d3-dsv";
import { describe, expect, it } from "vitest";
import { BEST_OF_THESE, bestLayer, layersCsv, layersEntry, type ScoredLayer } from "./layers.ts";

function layer(name: string, place: number, score: number | undefined): ScoredLayer {
  return {
    ...{ layer: name, place, features: 10 * (place + 1), committed: name === "middle" },
    result:
      score === undefined
        ? { status: "failed", error: { message: "=too few" } }
        : {
            status: "scored",
            score: {
              ...{ score, raw: 2 * score, error: 0.1, ceiling: { value: 0.5 }, formula: "raw² / ceiling" },
              ...{ unit: "Pearson r", by: [], notes: ["a note"] },
            },
          },
  };
}

const LAYERS = [layer("=early", 0, 0.2), layer("middle", 1, undefined), layer("late", 2, 0.3), layer("last", 3, 0.3)];

describe("layers as files", () => {
  it("names the best, the first of equal ones, with what is to be said of it", () => {
    expect(bestLayer(LAYERS)?.layer.layer).toBe("late");
    expect(bestLayer([layer("a", 0, undefined)])).toBeUndefined();
    const entry = layersEntry("net", "sha256-1", LAYERS);
    expect(entry.best).toEqual({ layer: "late", score: 0.3, note: BEST_OF_THESE });
    expect(layersEntry("net", "sha256-1", [layer("a", 0, undefined)])).not.toHaveProperty("best");
  });

  it("gives each layer its score or its reason", () => {
    const { layers } = layersEntry("net", "sha256-1", LAYERS);
    const formula = "raw² / ceiling";
    expect(layers.slice(0, 2)).toEqual([
      {
        ...{ layer: "=early", features: 10, committed: false, status: "scored" },
        ...{ score: 0.2, raw: 0.4, error: 0.1, formula, notes: ["a note"] },
      },
      { layer: "middle", features: 20, committed: true, status: "failed", reason: "=too few" },
    ]);
  });

  it("writes a table that no spreadsheet runs", () => {
    const rows = csvParse(layersCsv("bench", "net", LAYERS));
    expect(rows.map(({ layer, place, score, note }) => [layer, place, score, note])).toEqual([
      ["'=early", "1", "0.2", ""],
      ["middle", "2", "", "'=too few"],
      ["late", "3", "0.3", BEST_OF_THESE],
      ["last", "4", "0.3", ""],
    ]);
  });
});
