/** The desk where results are made fit to publish: figures for print with their tables, a methods text, a bibliography. */
import { csvFormat } from "d3-dsv";
import { type ReactNode, useCallback, useEffect, useId, useMemo, useState } from "react";
import { useShallow } from "zustand/react/shallow";
import { inert } from "../../assembly/spreadsheet.ts";
import type { Benchmark } from "../../benchmark/benchmark.ts";
import { subjectDigest } from "../../lab/source.ts";
import { scorecardCsv } from "../../scorecard/csv.ts";
import type { Scorecard } from "../../scorecard/scorecard.ts";
import { useBench, useWorkbench } from "../context.ts";
import { Desk } from "../desk.tsx";
import { download } from "../download.ts";
import { count, decimal } from "../format.ts";
import { benchmarksOf, boardSubjects, readySubjects } from "../state.ts";
import { citesOfNetwork } from "./bibliography.ts";
import { drawFigure, svgText, WIDTHS, type Width } from "./draw.ts";
import type { FigureData, TableRow } from "./figure-data.ts";
import { figuresOf } from "./gather.ts";
import { methodsOf, type SubjectFacts } from "./methods.ts";
import { pngOf } from "./png.ts";
import styles from "./publish.module.css";

export default function Publish() {
  const benchmarks = useBench(useShallow(benchmarksOf));
  const subjects = useBench(useShallow(readySubjects));
  const card = useCard();
  const [width, setWidth] = useState<Width>(89);
  return (
    <Desk title="Publish" desk="publish">
      {card === undefined ? (
        <p>Gathering…</p>
      ) : (
        <>
          <Texts card={card} benchmarks={benchmarks} subjects={subjects} />
          <section className={styles.part} aria-labelledby="figures">
            <div className={styles.head}>
              <h3 id="figures">Figures for print</h3>
              <fieldset className={styles.widths}>
                <legend>Width</legend>
                {WIDTHS.map((each) => (
                  <label key={each}>
                    <input type="radio" name="width" checked={width === each} onChange={() => setWidth(each)} />
                    {each} mm
                  </label>
                ))}
              </fieldset>
            </div>
            <Figures card={card} benchmarks={benchmarks} width={width} />
          </section>
        </>
      )}
    </Desk>
  );
}

/** The scorecard of what has settled; undefined until it is made. */
function useCard(): Scorecard | undefined {
  const workbench = useWorkbench();
  const settled = useBench(
    useShallow((state) =>
      Object.values(state.cells).filter(({ status }) => status !== "waiting" && status !== "running"),
    ),
  );
  const [card, setCard] = useState<Scorecard>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: what has settled is what the scorecard is made of
  useEffect(() => {
    let stale = false;
    void workbench.scorecard().then((made) => {
      if (!stale) setCard(made);
    });
    return () => {
      stale = true;
    };
  }, [workbench, settled]);
  return card;
}

interface TextsProps {
  readonly card: Scorecard;
  readonly benchmarks: readonly Benchmark[];
  readonly subjects: ReturnType<typeof readySubjects>;
}

function Texts({ card, benchmarks, subjects }: TextsProps) {
  const { paragraphs, bibtex } = useMemo(
    () => methodsOf(card, benchmarks, new Map(subjects.map(factsOf))),
    [card, benchmarks, subjects],
  );
  return (
    <>
      <TextPart title="Methods" fileName="gapscope-methods.txt" type="text/plain" text={`${paragraphs.join("\n\n")}\n`}>
        {paragraphs.map((paragraph) => (
          <p key={paragraph}>{paragraph}</p>
        ))}
      </TextPart>
      <TextPart title="Bibliography" fileName="gapscope.bib" type="application/x-bibtex" text={bibtex}>
        <details>
          <summary>BibTeX of what is cited</summary>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region without controls */}
          <pre className={styles.bibtex} tabIndex={0}>
            {bibtex}
          </pre>
        </details>
      </TextPart>
      <section className={styles.part} aria-labelledby="table">
        <div className={styles.head}>
          <h3 id="table">Table of scores</h3>
          <button
            type="button"
            aria-label="Save the table of scores as CSV"
            onClick={() => download("gapscope-scores.csv", "text/csv", scorecardCsv(card))}
          >
            CSV
          </button>
        </div>
      </section>
    </>
  );
}

function factsOf({ identifier, kind, state }: TextsProps["subjects"][number]): readonly [digest: string, SubjectFacts] {
  const { source } = state;
  const digest = subjectDigest(source);
  if (source.kind === "recorded") return [digest, { kind, cites: [] }];
  const { card } = source.network;
  return [
    digest,
    {
      kind,
      ...(card.title === undefined ? {} : { title: card.title }),
      cites: "architecture" in card ? citesOfNetwork(card.architecture, identifier, source.panel) : [],
    },
  ];
}

interface TextPartProps {
  readonly title: string;
  readonly fileName: string;
  readonly type: string;
  readonly text: string;
  readonly children: ReactNode;
}

function TextPart({ title, fileName, type, text, children }: TextPartProps) {
  const id = useId();
  const [copied, setCopied] = useState(false);
  return (
    <section className={styles.part} aria-labelledby={id}>
      <div className={styles.head}>
        <h3 id={id}>{title}</h3>
        <span className={styles.buttons}>
          <button
            type="button"
            aria-label={`Copy ${title.toLowerCase()}`}
            onClick={() => void navigator.clipboard.writeText(text).then(() => setCopied(true))}
          >
            {copied ? "Copied" : "Copy"}
          </button>
          <button
            type="button"
            aria-label={`Save ${title.toLowerCase()}`}
            onClick={() => download(fileName, type, text)}
          >
            Save
          </button>
        </span>
      </div>
      {children}
    </section>
  );
}

interface FiguresProps {
  readonly card: Scorecard;
  readonly benchmarks: readonly Benchmark[];
  readonly width: Width;
}

function Figures({ card, benchmarks, width }: FiguresProps) {
  const subjects = useBench(useShallow(boardSubjects));
  const cells = useBench((state) => state.cells);
  const curves = useBench((state) => state.curves);
  const missing = useBench((state) => state.missing);
  const countStandIns = useBench((state) => state.countStandIns);
  const figures = useMemo(
    () => figuresOf(card, benchmarks, subjects, { cells, curves, missing, countStandIns }),
    [card, benchmarks, subjects, cells, curves, missing, countStandIns],
  );
  if (figures.length === 0) return <p className={styles.aside}>No subject has a score, so there is nothing to draw.</p>;
  return figures.map((figure, i) => (
    // Two versions of one benchmark have figures of one name.
    // biome-ignore lint/suspicious/noArrayIndexKey: what is drawn comes from the figure alone
    <Figure key={`${figure.name} ${i}`} figure={figure} width={width} />
  ));
}

function Figure({ figure, width }: { readonly figure: FigureData; readonly width: Width }) {
  const { title, caption, rows } = figure;
  const drawn = useMemo(() => {
    const svg = drawFigure(figure, width);
    const height = Number.parseFloat(svg.getAttribute("height") ?? "");
    return { text: svgText(svg), size: { width, height } };
  }, [figure, width]);
  const stem = `${figure.name.replace(/[^\p{L}\p{N}._-]+/gu, "_")}-${width}mm`;
  const png = async (): Promise<void> => download(`${stem}.png`, "image/png", await pngOf(drawn.text, drawn.size));
  return (
    <figure className={styles.figure}>
      <div className={styles.head}>
        <h4>{title}</h4>
        <span className={styles.buttons}>
          <button
            type="button"
            aria-label={`Save ${title} as SVG`}
            onClick={() => download(`${stem}.svg`, "image/svg+xml", drawn.text)}
          >
            SVG
          </button>
          <button type="button" aria-label={`Save ${title} as PNG`} onClick={() => void png()}>
            PNG
          </button>
          <button
            type="button"
            aria-label={`Save ${title} as CSV`}
            onClick={() => download(`${stem}.csv`, "text/csv", csvOf(rows))}
          >
            CSV
          </button>
        </span>
      </div>
      <Preview text={drawn.text} alt={caption} width={width} />
      <figcaption>{caption}</figcaption>
      <details>
        <summary>Its numbers</summary>
        <Numbers title={title} rows={rows} />
      </details>
    </figure>
  );
}

/** The file itself as a picture: on paper's white in either theme. */
function Preview({ text, alt, width }: { readonly text: string; readonly alt: string; readonly width: Width }) {
  const show = useCallback(
    (image: HTMLImageElement | null) => {
      if (image === null) return undefined;
      const address = URL.createObjectURL(new Blob([text], { type: "image/svg+xml" }));
      image.src = address;
      return () => URL.revokeObjectURL(address);
    },
    [text],
  );
  return <img ref={show} alt={alt} className={styles.preview} data-width={width} />;
}

function Numbers({ title, rows }: { readonly title: string; readonly rows: readonly TableRow[] }) {
  const columns = Object.keys(rows[0] ?? {});
  return (
    // Scrolls sideways where it is narrow, so the keyboard must reach it.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region without controls
    <section className={styles.scroll} aria-label={`Numbers of ${title}`} tabIndex={0}>
      <table className={styles.table}>
        <thead>
          <tr>
            {columns.map((name) => (
              <th key={name} scope="col">
                {name.replaceAll("_", " ")}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={JSON.stringify(row)}>
              {columns.map((name) => (
                <td key={name}>{cellOf(row[name])}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function cellOf(value: string | number | undefined): string {
  if (typeof value !== "number") return value ?? "";
  return Number.isInteger(value) ? count(value) : decimal(value);
}

function csvOf(rows: readonly TableRow[]): string {
  const safe = rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => [name, typeof value === "string" ? inert(value) : value]),
    ),
  );
  return `${csvFormat(safe)}\n`;
}
