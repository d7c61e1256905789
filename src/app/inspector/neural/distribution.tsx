/** A property of cells, bin by bin: the share of the recorded cells beside that of the network's units. */
import { max } from "d3-array";
import type { ByRow } from "../../../metrics/metric.ts";
import { percent } from "../../format.ts";
import styles from "./neural.module.css";

/** `raw` of a row is the share of units, `data` that of cells; `low` and `high` are the bin's edges. */
export function Distribution({ rows }: { readonly rows: readonly ByRow[] }) {
  const highest = max(rows.flatMap(({ raw, data }) => [raw ?? 0, Number(data ?? 0)])) || 1;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region without controls
    <section className={styles.scroll} aria-labelledby="distribution" tabIndex={0}>
      <div className={styles.head}>
        <h3 id="distribution">How the property is distributed</h3>
        <span className={styles.words}>share in each bin</span>
      </div>
      <table className={styles.table} aria-labelledby="distribution">
        <thead>
          <tr>
            <th scope="col">from</th>
            <th scope="col">to</th>
            <th scope="col">recorded cells</th>
            <th scope="col">the network’s units</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ low, high, raw, data }) => (
            <tr key={String(low)}>
              <th scope="row">{edgeText(low)}</th>
              <td>{edgeText(high)}</td>
              <td>
                <Share value={Number(data)} highest={highest} of="cells" />
              </td>
              <td>{raw === null ? "undefined" : <Share value={raw} highest={highest} of="units" />}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Share({ value, highest, of }: { readonly value: number; readonly highest: number; readonly of: string }) {
  return (
    <span className={styles.shareBar} data-of={of}>
      <span style={{ width: `${(70 * value) / highest}%` }} /> {percent(value)}
    </span>
  );
}

function edgeText(edge: ByRow[string] | undefined): string {
  return typeof edge === "number" ? String(Number(edge.toFixed(3))).replace("-", "−") : "not given";
}
