/** The table behind a figure: one keystroke away, and not made before it is asked for. */
import { type ReactNode, useState } from "react";
import styles from "./neural.module.css";

interface Props {
  readonly name: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** What belongs beside it, e.g. a button that saves it. */
  readonly children?: ReactNode;
}

export function TableBehind({ name, columns, rows, children }: Props) {
  const [open, setOpen] = useState(false);
  return (
    <div className={styles.behind}>
      <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
        <summary>As a table</summary>
        {open && (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: scrolls, and has no controls
          <section className={styles.scroll} aria-label={name} tabIndex={0}>
            <table className={styles.table} aria-label={name}>
              <thead>
                <tr>
                  {columns.map((column) => (
                    <th key={column} scope="col">
                      {column}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {rows.map((cells, row) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: rows of one table that is drawn whole
                  <tr key={row}>
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
            </table>
          </section>
        )}
      </details>
      {children}
    </div>
  );
}
