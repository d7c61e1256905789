/** A synthetic benchmark of many stimuli, people and recorded subjects, to see whether the page stays quick. All of it is made up. */
import { encode } from "fast-png";
import { manifest, zip } from "../src/benchmark/sound.fixture.ts";
import { RandomState } from "../src/numerics/random-state.ts";
import { type GivenFile, given } from "./support.ts";

interface Size {
  readonly stimuli: number;
  readonly people: number;
  readonly subjects: number;
}

export const IDENTIFIER = "Made-up-many";
const CHOICES = Array.from({ length: 16 }, (_, i) => `thing-${i + 1}`);
const CONDITIONS = 5;

/** The package and the recorded subjects, for `give`. The same size gives the same files. */
export async function manyStimuli({ stimuli, people, subjects }: Size): Promise<GivenFile[]> {
  const random = new RandomState(0);
  const ids = Array.from({ length: stimuli }, (_, i) => `s${i + 1}`);
  const truth = ids.map((_, i) => CHOICES[i % CHOICES.length] ?? "");
  /** Right in about this share, by chance and by stimulus alike. */
  const answers = (right: number): string[] => {
    const luck = random.permutation(stimuli);
    const other = random.integers(CHOICES.length, stimuli);
    return truth.map((label, i) =>
      ((luck[i] ?? 0) / stimuli + ((i * 7) % 100) / 100) / 2 < right ? label : (CHOICES[other[i] ?? 0] ?? ""),
    );
  };
  const rows = ids.map((id, i) => `${id},${id}.png,${truth[i]},${i % CONDITIONS}`);
  const responses = Array.from({ length: people }, (_, person) => {
    const own = answers(0.7 + (0.2 * person) / people);
    return ids.map((id, i) => `${id},person-${String(person + 1).padStart(2, "0")},${own[i]}`).join("\n");
  });
  const files = {
    "benchmark.json": manifest({
      identifier: IDENTIFIER,
      task: { name: "label", choices: CHOICES },
      metric: { name: "accuracy" },
      ceiling: { name: "constant", options: { value: 1 } },
    }),
    "stimuli.csv": `stimulus_id,filename,truth,condition\n${rows.join("\n")}\n`,
    "responses.csv": `stimulus_id,subject,response\n${responses.join("\n")}\n`,
    ...Object.fromEntries(ids.map((id, i) => [`stimuli/${id}.png`, picture(i)])),
  };
  const recorded = Array.from({ length: subjects }, (_, subject) => {
    const own = answers(0.3 + (0.5 * subject) / subjects);
    const csv = ids.map((id, i) => `${id},${own[i]}`).join("\n");
    return given(`recorded-${String(subject + 1).padStart(2, "0")}.csv`, `stimulus_id,response\n${csv}\n`);
  });
  return [given("many.zip", await zip(files, "STORE")), ...recorded];
}

/** 8 × 8 pixels of a colour that is the number's own. */
function picture(i: number): Uint8Array {
  const data = new Uint8Array(8 * 8 * 3);
  for (let at = 0; at < data.length; at += 3) data.set([(i * 37) % 256, Math.floor(i / 256) * 10, (i * 91) % 256], at);
  return encode({ width: 8, height: 8, data, channels: 3, depth: 8 });
}
