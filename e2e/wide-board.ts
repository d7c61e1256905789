/**
 * A board of many benchmarks and many subjects, to scroll and to lay out: one zip whose benchmarks share four small pictures,
 * and recorded answers. Everything is made up by a rule; no score means anything.
 */
import { manifest, packageFiles, zip } from "../src/benchmark/sound.fixture.ts";
import { type GivenFile, given } from "./support.ts";

const FAMILIES = ["Alpha2020", "Beta2021", "Gamma2022", "Delta2023", "Epsilon2024"];

/** `benchmarks` of five families, those of one family parts of it; `subjects` of which each answers by another rule. */
export async function wideBoard(benchmarks: number, subjects: number): Promise<GivenFile[]> {
  const manifests = Array.from({ length: benchmarks }, (_, i) => {
    const family = FAMILIES[i % FAMILIES.length] ?? "";
    const changes = {
      identifier: `${family}.part${i + 1}-accuracy`,
      parent: family,
      stimulus_set: { table: "../stimuli.csv", images: "../stimuli/", visual_degrees: 8 },
      data: { table: "../responses.csv" },
      metric: { name: "accuracy" },
      // Each its own, or all columns would be alike.
      ceiling: { name: "constant", options: { value: 1 - ((i * 7) % 20) / 40 } },
    };
    return [`b${i}/benchmark.json`, manifest(changes)] as const;
  });
  const files = packageFiles({ "benchmark.json": null, ...Object.fromEntries(manifests) });
  const answers = Array.from({ length: subjects }, (_, s) => {
    const rows = ["cat", "cat", "dog", "dog"].map((truth, i) => {
      const wrong = truth === "cat" ? "dog" : "cat";
      return `s${i + 1},${((s * 5 + i * 3) % 7) % 3 === 0 ? wrong : truth}`;
    });
    return given(`subject-${s + 1}.csv`, `stimulus_id,response\n${rows.join("\n")}\n`);
  });
  return [given("wide.zip", await zip(files)), ...answers];
}
