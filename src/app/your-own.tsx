/** The way from the example to a benchmark of one's own: the guide's first chapter, and where the zip goes. */
import type { ReactNode } from "react";
import { useBench } from "./context.ts";
import styles from "./your-own.module.css";

export function FirstBenchmark({ children }: { readonly children: ReactNode }) {
  return (
    <a href="docs/guide.html#your-first-benchmark" target="_blank" rel="noopener" className={styles.way}>
      {children}
    </a>
  );
}

/** Below the board, while an example is all that is open. */
export function YourOwn() {
  const examples = useBench(({ packages }) => packages.length > 0 && packages.every(({ example }) => example === true));
  if (!examples) return null;
  return (
    <p className={styles.own}>
      <strong>Your own next:</strong> choose its zip under Benchmarks, or drop it anywhere.{" "}
      <FirstBenchmark>Make your first benchmark</FirstBenchmark>
    </p>
  );
}
