/**
 * The table behind a figure: one keystroke away, and not made before it is asked for.
 *
 * Of a long one, only the rows near those in view exist, between two that take the others' room.
 */
import { type ReactNode, useState } from "react";
import styles from "./neural.module.css";

interface Props {
  readonly name: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** What belongs beside it, e.g. a button that saves it. */
  readonly children?: ReactNode;
}

export function TableBehind({ children, ...table }: Props) {
  const [open, setOpen] = useState(false);
  return (
    <div className={styles.behind}>
      <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
        <summary>As a table</summary>
        {open && <Rows {...table} />}
      </details>
      {children}
    </div>
  );
}

/** A table of more rows is long. */
const MANY = 150;
/** Of a long one: a row's height in px, as in neural.module.css; rows that come and go together; how many there are. */
const HEIGHT = 29;
const STEP = 20;
const THERE = 60;

function Rows({ name, columns, rows }: Omit<Props, "children">) {
  const [first, setFirst] = useState(0);
  const long = rows.length > MANY;
  const from = long ? Math.max(0, Math.min(first, rows.length - THERE)) : 0;
  const shown = long ? rows.slice(from, from + THERE) : rows;
  return (
    <section
      className={styles.scroll}
      aria-label={name}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: scrolls, and has no controls
      tabIndex={0}
      onScroll={({ currentTarget: { scrollTop } }) => {
        const step = Math.floor(scrollTop / (HEIGHT * STEP)) - 1;
        if (long) setFirst(Math.max(0, step) * STEP);
      }}
    >
      <table className={styles.table} aria-label={name} aria-rowcount={rows.length + 1} data-long={long || undefined}>
        {long && <Widths columns={columns} rows={rows} />}
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        {from > 0 && <Room rows={from} />}
        <tbody>
          {shown.map((cells, row) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the place of a row is what it is told from others by
            <tr key={from + row} aria-rowindex={from + row + 2}>
              {cells.map((text, i) =>
                i === 0 ? (
                  <th key={columns[i]} scope="row">
                    {text}
                  </th>
                ) : (
                  <td key={columns[i]}>{text}</td>
                ),
              )}
            </tr>
          ))}
        </tbody>
        {from + shown.length < rows.length && <Room rows={rows.length - from - shown.length} />}
      </table>
    </section>
  );
}

/** Columns as wide as their longest text, so that none moves as rows come and go. */
function Widths({ columns, rows }: Pick<Props, "columns" | "rows">) {
  return (
    <colgroup>
      {columns.map((column, i) => {
        const longest = rows.reduce((most, cells) => Math.max(most, cells[i]?.length ?? 0), column.length);
        return <col key={column} style={{ width: `calc(${longest}ch + 20px)` }} />;
      })}
    </colgroup>
  );
}

function Room({ rows }: { readonly rows: number }) {
  return (
    <tbody aria-hidden="true">
      <tr style={{ height: rows * HEIGHT }}>
        <td />
      </tr>
    </tbody>
  );
}
