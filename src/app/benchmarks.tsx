/** The benchmarks that are open: a row per zip with its verdict, and in it each benchmark with what it asks of whom. */
import { useMemo } from "react";
import type { Benchmark, BenchmarkPackage } from "../benchmark/benchmark.ts";
import { whyNotTaken } from "../subject/person.ts";
import { observersOf } from "./answers.ts";
import { Brainio } from "./brainio/brainio.tsx";
import { useBench, useWorkbench } from "./context.ts";
import { ceilingText, metricText, recordedTexts, taskText, timeBinsText } from "./describe.ts";
import { download } from "./download.ts";
import { ChooseFiles } from "./files.tsx";
import { bytes, count, plural } from "./format.ts";
import { Identifier } from "./identifier.tsx";
import styles from "./rail.module.css";
import { Faults, Refusal } from "./refusal.tsx";
import type { PackageEntry } from "./state.ts";
import { TeachIt } from "./teach/teach-it.tsx";

export function Benchmarks() {
  const packages = useBench((state) => state.packages);
  return (
    <section className={styles.section} aria-labelledby="benchmarks">
      <div className={styles.head}>
        <h2 id="benchmarks">Benchmarks</h2>
        <ChooseFiles>Choose a zip…</ChooseFiles>
      </div>
      {packages.length === 0 ? (
        <p className={styles.hint}>
          Drop a zip anywhere, or choose it: <code>benchmark.json</code>, <code>stimuli.csv</code>,{" "}
          <code>responses.csv</code> and the images. Or drop Brain-Score’s own three files of recordings:{" "}
          <code>stimulus_….csv</code>, <code>stimulus_….zip</code> and <code>assy_….nc</code>. They are read here and go
          nowhere.
        </p>
      ) : (
        <ul className={styles.list}>
          {packages.map((entry) => (
            <PackageRow key={entry.id} entry={entry} />
          ))}
        </ul>
      )}
      <Brainio />
    </section>
  );
}

function PackageRow({ entry }: { readonly entry: PackageEntry }) {
  const workbench = useWorkbench();
  const { state, fileName, made } = entry;
  return (
    <li className={styles.entry}>
      <p className={styles.title}>
        <strong>{fileName}</strong> <span className={styles.facts}>{bytes(entry.bytes)}</span>
      </p>
      <p className={styles.aside}>
        <Verdict state={state} />
        <button
          type="button"
          data-look="word"
          aria-label={`Remove ${fileName}`}
          data-remove={entry.id}
          onClick={() => workbench.removePackage(entry.id)}
        >
          Remove
        </button>
      </p>
      {state.status === "reading" && (
        <div className={styles.facts}>
          <p>
            Reading {state.what}
            {state.total > 0 && `, ${count(state.done)} of ${count(state.total)}`}
          </p>
          <progress
            aria-label={`Reading ${fileName}`}
            {...(state.total > 0 ? { value: state.done, max: state.total } : {})}
          />
        </div>
      )}
      {state.status === "refused" && <Refusal error={state.error} />}
      {made !== undefined && (
        <p className={styles.facts}>
          made here of Brain-Score’s files ·{" "}
          <button type="button" data-look="word" onClick={() => download(fileName, "application/zip", made)}>
            Save as package
          </button>
        </p>
      )}
      {state.status === "ready" && <Contents opened={state.package} />}
    </li>
  );
}

function Verdict({ state }: { readonly state: PackageEntry["state"] }) {
  switch (state.status) {
    case "reading":
      return "reading · ";
    case "ready":
      return "ready · ";
    case "refused":
      return (
        <>
          <span className={styles.refused}>
            {state.error.faults.length === 0 ? "refused" : `refused, ${plural(state.error.faults.length, "fault")}`}
          </span>
          {" · "}
        </>
      );
    default:
      return state satisfies never;
  }
}

function Contents({ opened }: { readonly opened: BenchmarkPackage }) {
  return (
    <>
      {opened.benchmarks.map((benchmark) => (
        <BenchmarkFacts key={benchmark.digest} benchmark={benchmark} />
      ))}
      {opened.notices.length > 0 && (
        <details className={styles.facts}>
          <summary>{plural(opened.notices.length, "notice")}</summary>
          <Faults faults={opened.notices} />
        </details>
      )}
    </>
  );
}

function BenchmarkFacts({ benchmark }: { readonly benchmark: Benchmark }) {
  const ceiling = useBench((state) => state.ceilings[benchmark.digest]);
  const asked = useMemo(() => askedTexts(benchmark), [benchmark]);
  const { title, description, authors, licence, excluded } = benchmark;
  const rows = "responses" in excluded ? excluded.responses : excluded.presentations;
  return (
    <div className={styles.benchmark}>
      <p className={styles.title}>
        <Identifier>{benchmark.identifier}</Identifier>
      </p>
      <div className={styles.facts}>
        <p>
          {plural(benchmark.stimulusSet.stimuli.length, "stimulus", "stimuli")} · {asked[0]}
        </p>
        {asked.slice(1).map((text) => (
          <p key={text}>{text}</p>
        ))}
        <p>
          {metricText(benchmark)}
          {ceiling !== undefined && ` · ceiling ${ceilingText(ceiling)}`}
        </p>
        {excluded.stimuli + rows > 0 && (
          <p>
            left out: {plural(excluded.stimuli, "stimulus", "stimuli")},{" "}
            {plural(rows, benchmark.track === "neural" ? "presentation" : "response")}
          </p>
        )}
        <TakeIt benchmark={benchmark} />
        <TeachIt benchmark={benchmark} />
        {(title ?? description) !== undefined && (
          <details>
            <summary>{title ?? "About"}</summary>
            {description !== undefined && <p>{description}</p>}
            {authors.length > 0 && <p>{authors.join(", ")}</p>}
            {licence !== undefined && <p>Licence: {licence}</p>}
          </details>
        )}
      </div>
    </div>
  );
}

/** Who was asked or recorded from, and what. */
function askedTexts(benchmark: Benchmark): string[] {
  if (benchmark.track === "neural") {
    const { region, timeBins } = benchmark.recording;
    return [`${region}, ${timeBinsText(timeBins)}`, ...recordedTexts(benchmark)];
  }
  const { n, name } = observersOf(benchmark);
  return [`${n === 1 ? `answers of ${name}` : `${count(n)} people`} · ${taskText(benchmark.task)}`];
}

function TakeIt({ benchmark }: { readonly benchmark: Benchmark }) {
  const workbench = useWorkbench();
  if (benchmark.track === "neural") return null; // nobody expects to be recorded from
  const why = whyNotTaken(benchmark.task);
  if (why !== undefined) return <p>not for a person here: {why}</p>;
  return (
    <p>
      <button
        type="button"
        data-look="word"
        data-take={benchmark.digest}
        aria-label={`Take ${benchmark.identifier} yourself`}
        onClick={() => workbench.take(benchmark.digest)}
      >
        Take it yourself…
      </button>
    </p>
  );
}
