/** A triplet in view: its three pictures side by side, and under each who took it for the odd one. */
import type { Item } from "../answers.ts";
import { plural } from "../format.ts";
import { Mark } from "./mark.tsx";
import { Picture } from "./picture.tsx";
import styles from "./triplet.module.css";
import { judgement, type Who } from "./who.ts";

export function Triplet({ item, who }: { readonly item: Item; readonly who: Who }) {
  const chosenBy = new Map(item.people.map(({ answer, n }) => [answer, n]));
  const none = item.responses - item.shown.reduce((sum, { id }) => sum + (chosenBy.get(id) ?? 0), 0);
  return (
    <>
      <table className={styles.triplet}>
        <caption className="visually-hidden">Who took which picture for the odd one</caption>
        <thead>
          <tr>
            <td />
            {item.shown.map(({ id, stimulus }) => (
              <th key={id} scope="col">
                <Picture stimulus={stimulus} alt="" className={styles.picture} />
                <span className={styles.id}>{id}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <tr className={styles.people}>
            <th scope="row">
              {who.observers.name}
              {who.observers.n > 1 && ` (${item.responses})`}
            </th>
            {item.shown.map(({ id }) => {
              const n = chosenBy.get(id) ?? 0;
              return (
                <td key={id}>
                  {n > 0 && <span className={styles.bar} style={{ width: `${(100 * n) / item.responses}%` }} />}
                  <span className={styles.number}>{n}</span>
                </td>
              );
            })}
          </tr>
          <tr className={styles.model}>
            <th scope="row">{who.subject}</th>
            {item.shown.map(({ id }) => (
              <td key={id}>
                {id === item.answer && (
                  <span className={styles.answer}>
                    <Mark verdict={item.verdict} who={who} />
                    <span aria-hidden="true">
                      {item.verdict === undefined ? "chosen" : judgement(item.verdict, who)}
                    </span>
                  </span>
                )}
              </td>
            ))}
          </tr>
        </tbody>
      </table>
      {none > 0 && <p className={styles.none}>{plural(none, "response")} chose none of the three.</p>}
    </>
  );
}
