/**
 * What this machine computes with, and what its self-check found: a panel over the page, like that of privacy.
 *
 * It shows verdicts and has them made anew. What is off is also said above the board (off.tsx), where nobody can miss it.
 */
import type { Verdict } from "../../lab/self-check.ts";
import type { Backend } from "../../models/session.ts";
import { useBench, useWorkbench } from "../context.ts";
import { Dialog } from "../dialog.tsx";
import { plural } from "../format.ts";
import look from "../privacy/privacy.module.css";
import { Traced } from "../traced.tsx";
import styles from "./backends.module.css";

export default function Backends({ onClose }: { readonly onClose: () => void }) {
  const workbench = useWorkbench();
  const { adapter, threads } = useBench((state) => state.environment);
  const running = useBench((state) => state.running);
  const checked = useBench((state) => Object.keys(state.checks).length > 0);
  const checking = running !== undefined && "checking" in running;
  return (
    <Dialog title="Backends" onClose={onClose}>
      <section className={look.part}>
        <p>
          Before a backend is first used on this machine, and again after each update of the page or the browser, it
          runs a small network whose answers are known; wasm also multiplies known matrices. A backend that is off by
          more than is allowed is not used.
        </p>
        <table className={styles.verdicts}>
          <thead>
            <tr>
              <th scope="col">Backend</th>
              <th scope="col">Self-check</th>
              <th scope="col">Allowed</th>
              <th scope="col">Checked</th>
            </tr>
          </thead>
          <tbody>
            <Row backend="wasm" name={`wasm, ${plural(threads, "thread")}`} />
            {typeof adapter === "string" && <Row backend="webgpu" name={`WebGPU: ${adapter}`} />}
          </tbody>
        </table>
        {adapter === null && <p>This browser offers no WebGPU that can be used here.</p>}
        <p className={styles.again}>
          <button type="button" disabled={running !== undefined} onClick={() => void workbench.checkAgain()}>
            {checked ? "Check again" : "Check now"}
          </button>
          <span role="status">{checking ? "Checking…" : running !== undefined ? "A run is under way." : ""}</span>
        </p>
      </section>
    </Dialog>
  );
}

function Row({ backend, name }: { readonly backend: Backend; readonly name: string }) {
  const verdict = useBench((state) => state.checks[backend]);
  return (
    <tr>
      <th scope="row">{name}</th>
      {verdict === undefined ? (
        <>
          <td>not checked yet</td>
          <td />
          <td />
        </>
      ) : (
        <>
          <td>
            <Found verdict={verdict} />
          </td>
          <td>{verdict.finding.status === "no answer" ? "" : verdict.finding.tolerance.toExponential()}</td>
          <td>
            {DATE.format(verdict.at)}, in {Math.round(verdict.milliseconds)} ms
          </td>
        </>
      )}
    </tr>
  );
}

const DATE = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" });

function Found({ verdict: { finding } }: { readonly verdict: Verdict }) {
  if (finding.status === "no answer") return <span className={styles.off}>off: {finding.reason}</span>;
  const { deviation, worst } = finding;
  const from = () => ({
    formula: "largest |computed − known| / largest |known|",
    inputs: [worst.what, `computed ${worst.computed}`, `known ${worst.expected}`],
    digests: [],
  });
  const figure = <Traced from={from}>{deviation.toExponential(0)}</Traced>;
  if (finding.status === "agreed") return <>agreed to {figure}</>;
  return <span className={styles.off}>off: wrong by {figure}</span>;
}
