/** Above the board: backends that are off because their self-check failed, what that means, and the way to another check. */
import { useShallow } from "zustand/react/shallow";
import { faultOf } from "../../lab/self-check.ts";
import { backendsOff } from "../checks.ts";
import { useBench, useWorkbench } from "../context.ts";
import styles from "../messages.module.css";
import { Faults } from "../refusal.tsx";

export function BackendsOff() {
  const workbench = useWorkbench();
  const off = useBench(useShallow(backendsOff));
  const running = useBench((state) => state.running !== undefined);
  if (off.length === 0) return null;
  return (
    <section className={styles.messages} aria-label="Backends that are off">
      <ul>
        {off.map((verdict) => (
          <li key={verdict.backend}>
            <div>
              <p>
                {verdict.backend === "wasm"
                  ? "wasm is off on this machine. Scores are made on it, so nothing is run that needs it."
                  : "WebGPU is off on this machine. Networks are run on wasm instead."}
              </p>
              <Faults faults={[faultOf(verdict)]} />
            </div>
            <button type="button" disabled={running} onClick={() => void workbench.checkAgain()}>
              Check again
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
