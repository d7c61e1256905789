/** The keys of the page, by place, over it until it is closed. */
import { useState } from "react";
import { Dialog } from "./dialog.tsx";
import styles from "./help.module.css";
import { KEYS_BY_PLACE, SHORTCUTS, setShortcutsOn, shortcutsOn } from "./shortcuts.ts";

export default function Help({ onClose }: { readonly onClose: () => void }) {
  const [on, setOn] = useState(shortcutsOn);
  const everywhere: readonly (readonly [string, string])[] = [
    ...SHORTCUTS.map(({ key, what }) => [key, what] as const),
    ["?", "these keys"],
  ];
  return (
    <Dialog title="Keys" onClose={onClose}>
      <div className={styles.places}>
        <Place name="Everywhere but in a field" keys={everywhere} />
        {KEYS_BY_PLACE.map(([name, keys]) => (
          <Place key={name} name={name} keys={keys} />
        ))}
      </div>
      <label className={styles.switch}>
        <input
          type="checkbox"
          checked={on}
          onChange={({ currentTarget }) => {
            setShortcutsOn(currentTarget.checked);
            setOn(currentTarget.checked);
          }}
        />
        Single keys act everywhere
      </label>
    </Dialog>
  );
}

function Place({ name, keys }: { readonly name: string; readonly keys: readonly (readonly [string, string])[] }) {
  return (
    <section className={styles.place}>
      <h3>{name}</h3>
      <dl className={styles.keys}>
        {keys.map(([key, what]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
