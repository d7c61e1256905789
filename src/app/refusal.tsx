/** Why a file was refused: first what to do, then where and what, then the rest, folded. */
import { type Fault, faultLine, type GapscopeErrorRecord } from "../faults/faults.ts";
import { placeText } from "./describe.ts";
import { plural } from "./format.ts";
import styles from "./refusal.module.css";

/** More are counted and go with the copied text; a list this long is read in an editor. */
const SHOWN = 100;

export function Refusal({ error }: { readonly error: GapscopeErrorRecord }) {
  if (error.faults.length === 0) return <p className={styles.what}>{error.message}</p>;
  return <Faults faults={error.faults} />;
}

export function Faults({ faults }: { readonly faults: readonly Fault[] }) {
  const [first, ...rest] = faults;
  if (first === undefined) return null;
  return (
    <div className={styles.faults}>
      <FaultItem fault={first} />
      {rest.length > 0 && (
        <details>
          <summary>{plural(rest.length, "more fault")}</summary>
          <ol className={styles.rest}>
            {rest.slice(0, SHOWN).map((fault) => (
              <li key={faultLine(fault)}>
                <FaultItem fault={fault} />
              </li>
            ))}
          </ol>
          {rest.length > SHOWN && <p>{plural(rest.length - SHOWN, "further fault")}, in the copied text.</p>}
          <button
            type="button"
            data-look="word"
            onClick={() => void navigator.clipboard.writeText(faults.map(faultLine).join("\n"))}
          >
            Copy all {faults.length} as text
          </button>
        </details>
      )}
    </div>
  );
}

function FaultItem({ fault }: { readonly fault: Fault }) {
  const place = placeText(fault);
  return (
    <div className={styles.fault}>
      <p className={styles.what}>{fault.remedy ?? fault.message}</p>
      {fault.remedy !== undefined && <p>{fault.message}</p>}
      <dl className={styles.facts}>
        {place !== "" && <Fact name="at" value={place} />}
        {fault.value !== undefined && <Fact name="found" value={fault.value === "" ? "nothing" : fault.value} />}
        {fault.expected !== undefined && <Fact name="expected" value={fault.expected} />}
      </dl>
    </div>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
