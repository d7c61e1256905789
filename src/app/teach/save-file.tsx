/** The deck as a file, and what is said before: whose the pictures are, and that passing them on may need a permission. */
import { useState } from "react";
import type { Benchmark, Stimulus } from "../../benchmark/benchmark.ts";
import { GapscopeError } from "../../faults/faults.ts";
import { download } from "../download.ts";
import { bytes, plural } from "../format.ts";
import { fileName } from "../inspector/file-name.ts";
import type { Screen } from "./screens.ts";
import { standAlone } from "./stand-alone.tsx";
import styles from "./teach.module.css";

interface Props {
  readonly title: string;
  readonly screens: readonly Screen[];
  readonly benchmark: Benchmark;
  readonly stimuli: readonly Stimulus[];
}

export function SaveFile({ title, screens, benchmark, stimuli }: Props) {
  const [asked, ask] = useState(false);
  const [trouble, setTrouble] = useState<string>();
  const rows = screens.flatMap((screen) => (screen.kind === "stimulus" ? screen.pictures : []));
  const shown = [...new Set(rows.map(({ row }) => row))].flatMap((row) => stimuli[row] ?? []);
  const size = shown.reduce((total, stimulus) => total + (stimulus.bytes.size * 4) / 3, 0);
  const { licence } = benchmark;
  const save = async (): Promise<void> => {
    ask(false);
    try {
      const text = await standAlone(title, screens, stimuli);
      download(`${fileName(benchmark.identifier)}-slides.html`, "text/html", text);
      setTrouble(undefined);
    } catch (error) {
      setTrouble(GapscopeError.from(error).message);
    }
  };
  return (
    <section className={styles.save} aria-labelledby="save">
      <h3 id="save">As one file</h3>
      <p>
        All slides in one HTML file that opens from disk, without a network: {plural(shown.length, "picture")}, about{" "}
        {bytes(size + 40_000)}.
      </p>
      <p>
        {licence === undefined ? (
          "The package states no licence for its pictures."
        ) : (
          <>
            Licence that the package states: <strong>{licence}</strong>. It stands under each picture.
          </>
        )}
      </p>
      {asked ? (
        <div role="alert" className={styles.warning}>
          <p>
            No licence means that nobody has allowed you to pass these pictures on. The file holds copies of them: ask
            the authors, or keep it to yourself.
          </p>
          <div className={styles.buttons}>
            <button type="button" onClick={() => void save()}>
              Save all the same
            </button>
            <button type="button" onClick={() => ask(false)}>
              Do not save
            </button>
          </div>
        </div>
      ) : (
        <button
          type="button"
          disabled={screens.length === 0}
          onClick={() => {
            if (licence === undefined && shown.length > 0) ask(true);
            else void save();
          }}
        >
          Save as one file
        </button>
      )}
      {trouble !== undefined && <p role="alert">The file was not made: {trouble}</p>}
    </section>
  );
}
