/**
 * What is kept of a person's sitting at a benchmark, as the answers come: so a reload or a dead battery costs one trial.
 *
 * One sitting per benchmark, found by the benchmark's digest: after an edit it is another benchmark. Each trial is an
 * entry of its own, so that an answer is a small write.
 */
import type { KeyValueStore } from "../../lab/store.ts";
import type { PersonTrial, Sitting } from "../../subject/person.ts";

export interface KeptSitting {
  readonly sitting: Sitting;
  /** By row of the presentations. */
  readonly trials: ReadonlyMap<number, PersonTrial>;
}

export function sittingsIn(sittings: KeyValueStore<Sitting>, trials: KeyValueStore<PersonTrial>) {
  const keyOf = (digest: string, { startedAt, seed }: Sitting, row: number): string =>
    [digest, startedAt, seed, row].join("|");
  return {
    async load(digest: string): Promise<KeptSitting | undefined> {
      const [sitting] = await sittings.get([digest]);
      if (sitting === undefined) return undefined;
      const kept = await trials.get(sitting.order.map((row) => keyOf(digest, sitting, row)));
      const entries = sitting.order.flatMap((row, i): [number, PersonTrial][] => {
        const trial = kept[i];
        return trial === undefined ? [] : [[row, trial]];
      });
      return { sitting, trials: new Map(entries) };
    },
    begin: (digest: string, sitting: Sitting): Promise<void> => sittings.put([[digest, sitting]]),
    keep: (digest: string, sitting: Sitting, row: number, trial: PersonTrial): Promise<void> =>
      trials.put([[keyOf(digest, sitting, row), trial]]),
    async discard(digest: string, sitting: Sitting): Promise<void> {
      await sittings.remove([digest]);
      await trials.remove(sitting.order.map((row) => keyOf(digest, sitting, row)));
    },
  };
}

/** The rows that are not answered yet, in the order of showing. */
export function rowsLeft({ sitting, trials }: KeptSitting): number[] {
  return sitting.order.filter((row) => trials.get(row)?.response === undefined);
}
