/** What is special to a manifest's text; what its fields may hold is in schema.test.ts and read.test.ts. */
import { expect, it } from "vitest";
import { parseManifest } from "./manifest.ts";
import { manifest } from "./sound.fixture.ts";

it("is refused in few words, however long its names and values are", () => {
  const long = "x".repeat(20_000);
  for (const changes of [
    { exclude: { [long]: "no list" } },
    { [long]: 1 },
    { title: [long] },
    { identifier: { a: long } },
  ]) {
    const { faults } = parseManifest(new TextEncoder().encode(manifest(changes)), "benchmark.json");
    expect(faults?.length).toBeGreaterThan(0);
    expect(JSON.stringify(faults).length).toBeLessThan(1000);
  }
});
