/** How the board is laid out, for the person to say: filter, order, groups. What is said here stands in the address. */

import type { Benchmark } from "../../benchmark/benchmark.ts";
import { useBench, useWorkbench } from "../context.ts";
import { count, plural } from "../format.ts";
import type { SubjectEntry } from "../state.ts";
import { type Arranged, kindsOf, type Order } from "./arrange.ts";
import styles from "./controls.module.css";

interface Props {
  readonly benchmarks: readonly Benchmark[];
  readonly subjects: readonly SubjectEntry[];
  readonly arranged: Arranged<Benchmark, SubjectEntry>;
}

export function Controls({ benchmarks, subjects, arranged }: Props) {
  const workbench = useWorkbench();
  const { filter, kind, grouped, benchmarkOrder, subjectOrder } = useBench((state) => state.board);
  const shown = arranged.groups.reduce((sum, group) => sum + group.benchmarks.length, 0);
  return (
    <fieldset className={styles.controls}>
      <legend className="visually-hidden">Layout of the board</legend>
      <input
        type="search"
        className={styles.filter}
        data-filter
        aria-label="Filter benchmarks and subjects"
        placeholder="Filter"
        value={filter}
        onChange={({ currentTarget }) => workbench.arrange({ filter: currentTarget.value })}
      />
      <Kinds benchmarks={benchmarks} kind={kind} />
      <Sorted
        label="Benchmarks"
        order={benchmarkOrder}
        ways={["name", "mean"]}
        other={subjects.find(({ id }) => id === benchmarkOrder?.by)?.identifier}
        onChange={(benchmarkOrder) => workbench.arrange({ benchmarkOrder })}
      />
      <Sorted
        label="Subjects"
        order={subjectOrder}
        ways={["name"]}
        other={benchmarks.find(({ digest }) => digest === subjectOrder?.by)?.identifier}
        onChange={(subjectOrder) => workbench.arrange({ subjectOrder })}
      />
      <label className={styles.group}>
        <input
          type="checkbox"
          checked={grouped}
          onChange={({ currentTarget }) => workbench.arrange({ grouped: currentTarget.checked })}
        />
        Group by parent
      </label>
      <output className={styles.shown}>
        {shownOf(shown, benchmarks.length, "benchmark")},{" "}
        {shownOf(arranged.subjects.length, subjects.length, "subject")}
      </output>
    </fieldset>
  );
}

function shownOf(shown: number, all: number, one: string): string {
  return shown === all ? plural(all, one) : `${count(shown)} of ${plural(all, one)}`;
}

/** The tracks, regions and tasks that there are; nothing to choose where there is one. */
function Kinds({ benchmarks, kind }: { readonly benchmarks: readonly Benchmark[]; readonly kind: string | undefined }) {
  const workbench = useWorkbench();
  const tracks = new Map<string, Set<string>>();
  for (const [track, more] of benchmarks.map(kindsOf)) tracks.set(track, (tracks.get(track) ?? new Set()).add(more));
  const all = [...tracks].flatMap(([track, more]) => [track, ...more]);
  if (all.length <= 2 && kind === undefined) return null;
  return (
    <label className={styles.labelled}>
      <span>Show</span>
      <select
        value={kind ?? ""}
        onChange={({ currentTarget }) =>
          workbench.arrange({ kind: currentTarget.value === "" ? undefined : currentTarget.value })
        }
      >
        <option value="">every benchmark</option>
        {kind !== undefined && !all.includes(kind) && <option value={kind}>{kind}</option>}
        {[...tracks].map(([track, more]) => (
          <optgroup key={track} label={`${track} track`}>
            {tracks.size > 1 && <option value={track}>all {track}</option>}
            {[...more].map((each) => (
              <option key={each} value={each}>
                {each.replaceAll("_", " ")}
              </option>
            ))}
          </optgroup>
        ))}
      </select>
    </label>
  );
}

interface SortedProps {
  readonly label: string;
  readonly order: Order | undefined;
  readonly ways: readonly ("name" | "mean")[];
  /** Who it is sorted by, where it is by the scores with one of the other side. */
  readonly other: string | undefined;
  readonly onChange: (order: Order | undefined) => void;
}

const WAYS = {
  name: [
    ["ascending", "by name"],
    ["descending", "by name, from Z"],
  ],
  mean: [
    ["ascending", "lowest mean first"],
    ["descending", "highest mean first"],
  ],
} as const;

function Sorted({ label, order, ways, other, onChange }: SortedProps) {
  const options = ways.flatMap((by) =>
    WAYS[by].map(([direction, text]) => ({ text, order: { by, direction } satisfies Order })),
  );
  const at = options.findIndex((each) => each.order.by === order?.by && each.order.direction === order.direction);
  return (
    <label className={styles.labelled}>
      <span>{label}</span>
      <select
        value={order === undefined ? "opened" : at === -1 ? "other" : String(at)}
        onChange={({ currentTarget }) => onChange(options[Number(currentTarget.value)]?.order)}
      >
        <option value="opened">as opened</option>
        {options.map(({ text }, i) => (
          <option key={text} value={i}>
            {text}
          </option>
        ))}
        {order !== undefined && at === -1 && <option value="other">by {other ?? "scores"}</option>}
      </select>
    </label>
  );
}
