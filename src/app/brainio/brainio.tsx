/** Files of Brain-Score's storage that are no benchmark yet: what they hold, what is missing, and the form that asks for it. */
import { type ReactNode, useState } from "react";
import type { Scalar } from "../../assembly/table.ts";
import type { NeuralNames } from "../../lab/archive-api.ts";
import type { AssemblySummary, DescribedSet } from "../../lab/brainio.ts";
import { useBench, useWorkbench } from "../context.ts";
import { count, plural } from "../format.ts";
import { Faults, Refusal } from "../refusal.tsx";
import styles from "./brainio.module.css";
import { asks, type Filled, filledFrom, REGIONS, withCeiling, withMetric } from "./complete.ts";

export function Brainio() {
  const workbench = useWorkbench();
  const { files, found, looking } = useBench((state) => state.brainio);
  if (files.length === 0) return null;
  return (
    <section className={styles.brainio} aria-labelledby="brainio">
      <div className={styles.head}>
        <h3 id="brainio">Brain-Score’s files</h3>
        <button
          type="button"
          data-look="word"
          aria-label="Remove Brain-Score’s files"
          data-remove="brainio"
          onClick={() => void workbench.clearBrainio()}
        >
          Remove
        </button>
      </div>
      <p className={styles.files}>{files.map(({ name }) => name).join(", ")}</p>
      <div role="status">
        {looking && <p className={styles.facts}>Reading what they hold</p>}
        {!looking && found !== undefined && <Faults faults={found.faults} />}
      </div>
      {found?.sets.map((described) => (
        <SetForm key={described.set.assembly} described={described} names={found} />
      ))}
    </section>
  );
}

function SetForm({ described, names }: { readonly described: DescribedSet; readonly names: NeuralNames }) {
  const workbench = useWorkbench();
  const { set: own, assembly, proposals } = described;
  const attempt = useBench((state) => state.brainio.attempts[own.assembly]);
  const [filled, setFilled] = useState(() => filledFrom(described));
  const set = (patch: Partial<Filled>): void => setFilled((before) => ({ ...before, ...patch }));
  const busy = attempt?.status === "packing" || attempt?.status === "reading";
  const why = (field: string): string | undefined =>
    proposals.flatMap(({ open }) => open).find((each) => each.field === field)?.why;
  return (
    <form
      className={styles.form}
      aria-label={own.assembly}
      onSubmit={(event) => {
        event.preventDefault();
        void workbench.openBrainio(described, filled);
      }}
    >
      <p className={styles.facts}>
        {own.assembly}: {foundText(described)}
      </p>
      <Regions described={described} filled={filled} set={set} why={why("recording.region")} />
      {asks(described, "stimulus_set.visual_degrees") && (
        <Degrees filled={filled} set={set} why={why("stimulus_set.visual_degrees")} />
      )}
      <TimeBins assembly={assembly} filled={filled} set={set} why={why("recording.time_bins")} />
      <Field label="Metric">
        <Choice
          value={filled.metric}
          options={names.metrics}
          onChange={(metric) => setFilled((before) => withMetric(described, before, metric))}
        />
      </Field>
      <Field label="Ceiling" why={why("ceiling")}>
        <Choice
          value={filled.ceiling}
          options={["internal_consistency", "metric", "constant", ...names.ceilings]}
          onChange={(ceiling) => setFilled((before) => withCeiling(described, before, ceiling))}
        />
      </Field>
      <details className={styles.more}>
        <summary>Name, options, what is left out</summary>
        <div className={styles.form}>
          <Field label="Name, before the region and the metric">
            <Text value={filled.name} onChange={(name) => set({ name })} />
          </Field>
          <Field label="Options of the metric, as JSON">
            <Text value={filled.metricOptions} onChange={(metricOptions) => set({ metricOptions })} />
          </Field>
          <Field label="Options of the ceiling, as JSON">
            <Text value={filled.ceilingOptions} onChange={(ceilingOptions) => set({ ceilingOptions })} />
          </Field>
          {assembly.selectable.map(({ name, values }) => (
            <Values
              key={name}
              name={name}
              values={values}
              out={filled.leftOut[name] ?? []}
              onChange={(out) => set({ leftOut: { ...filled.leftOut, [name]: out } })}
            />
          ))}
        </div>
      </details>
      <div className={styles.actions}>
        <button type="submit" data-look="primary" disabled={busy}>
          Open benchmark
        </button>
        <span className={styles.facts} role="status">
          {attempt?.status === "packing" && "Packing its files"}
          {attempt?.status === "reading" &&
            `Checking ${attempt.what}${attempt.total > 0 ? `, ${count(attempt.done)} of ${count(attempt.total)}` : ""}`}
        </span>
      </div>
      {attempt?.status === "refused" && (
        <div role="alert">
          <Refusal error={attempt.error} />
        </div>
      )}
    </form>
  );
}

/** What was found, in a line. */
function foundText({ stimuli, pictures, assembly }: DescribedSet): string {
  const { sites, timeBins, shown, regions, presentations } = assembly;
  const [least, most] = shown;
  const times = least === most ? count(most) : `${count(least)} to ${count(most)}`;
  return [
    plural(stimuli, "stimulus", "stimuli"),
    ...(pictures === stimuli ? [] : [plural(pictures, "picture")]),
    plural(presentations, "presentation"),
    plural(sites, "site"),
    timeBins.length === 0 ? "no time bins" : plural(timeBins.length, "time bin"),
    `each stimulus shown ${times}${least === 1 && most === 1 ? " time" : " times"}`,
    regions.length === 0
      ? "no regions"
      : `regions ${regions.map(([region, n]) => `${region ?? "unnamed"} (${plural(n, "site")})`).join(", ")}`,
  ].join(" · ");
}

interface Part {
  readonly filled: Filled;
  readonly set: (patch: Partial<Filled>) => void;
  /** Why it is asked. */
  readonly why: string | undefined;
}

function Regions({ described, filled, set, why }: Part & { readonly described: DescribedSet }) {
  const proposed = described.proposals.flatMap(({ manifest }) => manifest.recording.region ?? []);
  if (asks(described, "recording.region")) {
    return (
      <Field label="Region of the models to compare with" why={why}>
        <select
          value={filled.regions[0] ?? ""}
          onChange={({ currentTarget }) => set({ regions: REGIONS.filter((each) => each === currentTarget.value) })}
        >
          <option value="">choose</option>
          {REGIONS.map((region) => (
            <option key={region}>{region}</option>
          ))}
        </select>
      </Field>
    );
  }
  return (
    <Checks label="A benchmark for each region">
      {proposed.map((region) => (
        <Check
          key={region}
          checked={filled.regions.includes(region)}
          onChange={(on) =>
            set({ regions: proposed.filter((each) => (each === region ? on : filled.regions.includes(each))) })
          }
        >
          {region}
        </Check>
      ))}
    </Checks>
  );
}

function Degrees({ filled, set, why }: Part) {
  return (
    <div className={styles.fields}>
      <Field label="Size of the images, in degrees of visual angle" why={why}>
        <input
          type="text"
          inputMode="decimal"
          value={filled.degrees}
          disabled={filled.fills}
          onChange={({ currentTarget }) => set({ degrees: currentTarget.value })}
        />
      </Field>
      <Check checked={filled.fills} onChange={(fills) => set({ fills })}>
        they fill the field of view
      </Check>
    </div>
  );
}

function TimeBins({ assembly: { timeBins }, filled, set, why }: Part & { readonly assembly: AssemblySummary }) {
  if (why !== undefined) {
    return (
      <div className={styles.fields}>
        <div className={styles.pair}>
          <Field label="Recorded from, ms">
            <Text value={filled.start} onChange={(start) => set({ start })} />
          </Field>
          <Field label="to, ms">
            <Text value={filled.end} onChange={(end) => set({ end })} />
          </Field>
        </div>
        <p className={styles.why}>{why} 70 to 170 ms is what most of Brain-Score’s benchmarks record.</p>
      </div>
    );
  }
  if (timeBins.length < 2) return null;
  return (
    <Checks label="Time bins, ms">
      {timeBins.map(([start, end], i) => (
        <Check
          key={`${start}–${end}`}
          checked={filled.bins[i] === true}
          onChange={(on) => set({ bins: filled.bins.map((each, j) => (i === j ? on : each)) })}
        >
          {String(start)}–{String(end)}
        </Check>
      ))}
    </Checks>
  );
}

function Values({
  name,
  values,
  out,
  onChange,
}: {
  readonly name: string;
  readonly values: readonly Scalar[];
  readonly out: readonly Scalar[];
  readonly onChange: (out: readonly Scalar[]) => void;
}) {
  return (
    <Checks label={name}>
      {values.map((value) => (
        <Check
          key={String(value)}
          checked={!out.includes(value)}
          onChange={(on) => onChange(on ? out.filter((each) => each !== value) : [...out, value])}
        >
          {value === null ? "missing" : String(value)}
        </Check>
      ))}
    </Checks>
  );
}

function Field({
  label,
  why,
  children,
}: {
  readonly label: string;
  readonly why?: string | undefined;
  readonly children: ReactNode;
}) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is the child
    <label className={styles.field}>
      <span>{label}</span>
      {children}
      {why !== undefined && <span>{why}</span>}
    </label>
  );
}

function Text({ value, onChange }: { readonly value: string; readonly onChange: (value: string) => void }) {
  return (
    <input
      type="text"
      value={value}
      autoComplete="off"
      spellCheck={false}
      onChange={({ currentTarget }) => onChange(currentTarget.value)}
    />
  );
}

function Choice({
  value,
  options,
  onChange,
}: {
  readonly value: string;
  readonly options: readonly string[];
  readonly onChange: (value: string) => void;
}) {
  return (
    <select value={value} onChange={({ currentTarget }) => onChange(currentTarget.value)}>
      {[...new Set(options)].map((option) => (
        <option key={option}>{option}</option>
      ))}
    </select>
  );
}

function Checks({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <fieldset className={styles.fields}>
      <legend>{label}</legend>
      <div className={styles.checks}>{children}</div>
    </fieldset>
  );
}

function Check({
  checked,
  onChange,
  children,
}: {
  readonly checked: boolean;
  readonly onChange: (on: boolean) => void;
  readonly children: ReactNode;
}) {
  return (
    <label className={styles.check}>
      <input type="checkbox" checked={checked} onChange={({ currentTarget }) => onChange(currentTarget.checked)} />
      <span>{children}</span>
    </label>
  );
}
