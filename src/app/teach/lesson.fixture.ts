/** Lessons to test on: the small sound packages, answered by subjects whose answers are made up. */
import type { Benchmark } from "../../benchmark/benchmark.ts";
import { readPackage } from "../../benchmark/read.ts";
import { type Files, packageFiles, zip } from "../../benchmark/sound.fixture.ts";
import { type Lesson, lessonOf, type Result } from "./deck.ts";

export async function benchmarkOf(files: Files): Promise<Benchmark> {
  const { benchmarks } = await readPackage(new Blob([await zip(files)]), { fileName: "lesson.zip" });
  const [benchmark] = benchmarks;
  if (benchmark === undefined) throw new Error("the package has no benchmark");
  return benchmark;
}

export function resultOf(name: string, values?: readonly (string | null)[], probabilities?: readonly number[]): Result {
  return {
    name,
    kind: "network",
    score: {
      ...{ score: 0.5, raw: 0.2, ceiling: { value: 0.4, error: 0.1 }, formula: "raw / ceiling", unit: "kappa" },
      ...{ by: [], notes: [] },
    },
    ...(values === undefined
      ? {}
      : {
          answers: {
            values,
            ...(probabilities === undefined
              ? {}
              : { evidence: { choices: ["cat", "dog"], probabilities: Float32Array.from(probabilities) } }),
          },
        }),
  };
}

/** Of four stimuli; the truths are cat, cat, dog, dog and two people answered. */
export async function labelLesson(changes: Files = {}, results?: readonly Result[]): Promise<Lesson> {
  return lessonOf(
    await benchmarkOf(packageFiles(changes)),
    results ?? [
      resultOf("one", ["dog", "cat", "dog", "dog"], [0.1, 0.9, 0.6, 0.4, 0.3, 0.7, 0.25, 0.75]),
      resultOf("two", ["dog", "cat", "cat", "dog"]),
    ],
  );
}
