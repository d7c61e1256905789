/** A benchmark before and after an edit: what changed in it, and what that did to each score. */
import { useMemo, useState } from "react";
import { useShallow } from "zustand/react/shallow";
import type { Benchmark } from "../../benchmark/benchmark.ts";
import { subjectDigest } from "../../lab/source.ts";
import { useBench } from "../context.ts";
import { cellText } from "../describe.ts";
import { count, decimal, plural, shortDigest } from "../format.ts";
import { Identifier } from "../identifier.tsx";
import { Picture } from "../inspector/picture.tsx";
import { type Cell, cellKey, readySubjects } from "../state.ts";
import { type Provenance, Traced } from "../traced.tsx";
import styles from "./compare.module.css";
import { type Edit, type Edited, editOf, type StimulusChange } from "./edit.ts";

export function EditView({ edited }: { readonly edited: readonly Edited[] }) {
  return (
    <section className={styles.part} aria-labelledby="edit">
      <h3 id="edit">Before and after an edit</h3>
      {edited.length === 0 ? (
        <p className={styles.aside}>
          Open the edited zip beside the first: two benchmarks of one identifier are compared here.
        </p>
      ) : (
        edited.map((each) => <OneEdit key={`${each.before.digest}|${each.after.digest}`} edited={each} />)
      )}
    </section>
  );
}

function OneEdit({ edited }: { readonly edited: Edited }) {
  const { before, after } = edited;
  const edit = useMemo(() => editOf({ before, after }), [before, after]);
  const { stimuli, unchanged, settings, conditions, anew, shown } = edit;
  return (
    <div className={styles.part}>
      <h4>
        <Identifier>{after.identifier}</Identifier>{" "}
        <span className={styles.aside}>
          <code>{shortDigest(before.digest)}</code> → <code>{shortDigest(after.digest)}</code>
        </span>
      </h4>
      <p>
        {summary(edit)} {count(unchanged)} unchanged. A network looks at {count(anew)} of {plural(shown, "picture")}{" "}
        anew.
      </p>
      <Scores before={before} after={after} />
      {settings.length > 0 && (
        <Rows
          caption="The manifest"
          head={["setting", "before", "after"]}
          rows={settings.map(({ what, before, after }) => [what, before, after])}
        />
      )}
      {conditions.length > 0 && (
        <Rows
          caption="Conditions with a changed stimulus"
          head={["condition", "before", "after", "changed"]}
          rows={conditions.map(({ condition, before, after, changed }) => [
            String(condition),
            count(before),
            count(after),
            count(changed),
          ])}
        />
      )}
      {stimuli.length > 0 && <Stimuli changes={stimuli} />}
      {stimuli.length === 0 && settings.length === 0 && (
        <p className={styles.aside}>
          No stimulus, response or setting that is compared here differs; the rest of the data does.
        </p>
      )}
    </div>
  );
}

/** `2 stimuli changed (1 picture), 1 added.` */
function summary({ stimuli }: Edit): string {
  const of = (kind: StimulusChange["kind"]) => stimuli.filter((each) => each.kind === kind);
  const [changed, added, removed] = [of("changed"), of("added"), of("removed")];
  const pictures = changed.filter(({ picture }) => picture).length;
  const parts = [
    ...(changed.length === 0
      ? []
      : [
          `${plural(changed.length, "stimulus", "stimuli")} changed${pictures === 0 ? "" : ` (${plural(pictures, "picture")})`}`,
        ]),
    ...(added.length === 0 ? [] : [`${count(added.length)} added`]),
    ...(removed.length === 0 ? [] : [`${count(removed.length)} removed`]),
  ];
  return parts.length === 0 ? "No stimulus changed," : `${parts.join(", ")},`;
}

function Scores({ before, after }: { readonly before: Benchmark; readonly after: Benchmark }) {
  const subjects = useBench(useShallow(readySubjects));
  const cells = useBench((state) => state.cells);
  const last = useBench((state) => state.lastRun);
  const rows = subjects.flatMap(({ id, identifier }) => {
    const [was, is] = [cells[cellKey(before, id)], cells[cellKey(after, id)]];
    return was === undefined && is === undefined ? [] : [{ id, identifier, was, is }];
  });
  if (rows.length === 0) return <p className={styles.aside}>Score both for the scores before and after.</p>;
  return (
    <>
      <Rows
        caption="Scores"
        from={() => ({
          formula: "difference = score after − score before",
          digests: [
            { of: `${before.identifier}, before`, digest: before.digest },
            { of: `${after.identifier}, after`, digest: after.digest },
            ...subjects.map(({ identifier, state }) => ({ of: identifier, digest: subjectDigest(state.source) })),
          ],
        })}
        head={["subject", "before", "after", "difference"]}
        rows={rows.map(({ identifier, was, is }) => [
          identifier,
          scoreText(was),
          scoreText(is),
          was?.status === "scored" && is?.status === "scored" ? decimal(is.score.score - was.score.score) : "",
        ])}
      />
      {last !== undefined && (
        <p className={styles.aside}>The last run took {plural(last.inferred, "picture")} through networks.</p>
      )}
    </>
  );
}

function scoreText(cell: Cell | undefined): string {
  if (cell?.status === "scored") return decimal(cell.score.score);
  return cell?.status === "not applicable" ? "n/a" : cellText(cell);
}

interface RowsProps {
  readonly caption: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Of what was computed. */
  readonly from?: () => Provenance;
}

function Rows({ caption, head, rows, from }: RowsProps) {
  return (
    // Scrolls sideways where it is narrow, so the keyboard must reach it.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region without controls
    <section className={styles.scroll} aria-label={caption} tabIndex={0}>
      <table className={styles.table}>
        <caption>{from === undefined ? caption : <Traced from={from}>{caption}</Traced>}</caption>
        <thead>
          <tr>
            {head.map((name, i) => (
              <th key={name} scope="col" className={i === 0 ? undefined : styles.number}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([first = "", ...rest]) => (
            <tr key={first}>
              <th scope="row">
                <Identifier>{first}</Identifier>
              </th>
              {rest.map((value, i) => (
                <td key={head[i + 1]} className={styles.number}>
                  {value}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

const MOST_SHOWN = 24;

function Stimuli({ changes }: { readonly changes: readonly StimulusChange[] }) {
  const [all, setAll] = useState(false);
  const shown = all ? changes : changes.slice(0, MOST_SHOWN);
  return (
    <>
      <ul className={styles.cards}>
        {shown.map((change) => (
          <li key={change.id}>
            <Change change={change} />
          </li>
        ))}
      </ul>
      {changes.length > MOST_SHOWN && (
        <p>
          <button type="button" onClick={() => setAll(!all)}>
            {all ? `Show the first ${MOST_SHOWN}` : `Show all ${count(changes.length)}`}
          </button>
        </p>
      )}
    </>
  );
}

function Change({ change }: { readonly change: StimulusChange }) {
  const { id, kind, before, after, picture, columns, responses } = change;
  const pictures = picture
    ? [
        { stimulus: before, name: "before" },
        { stimulus: after, name: "after" },
      ]
    : [{ stimulus: after ?? before, name: "" }];
  return (
    <figure>
      <div className={styles.pictures}>
        {pictures.map(
          ({ stimulus, name }) =>
            stimulus !== undefined && (
              <Picture
                key={name}
                stimulus={stimulus}
                alt={`Stimulus ${id} ${name}`.trim()}
                className={styles.picture}
              />
            ),
        )}
      </div>
      <figcaption>
        <p className={styles.truth}>
          <code>{id}</code> <span className={styles.aside}>{kind}</span>
        </p>
        {picture && <p>another picture</p>}
        {columns.map(({ column, before, after }) => (
          <p key={column}>
            {column}: {before ?? "no column"} → {after ?? "no column"}
          </p>
        ))}
        {responses > 0 && <p>{plural(responses, "response")} changed</p>}
      </figcaption>
    </figure>
  );
}
