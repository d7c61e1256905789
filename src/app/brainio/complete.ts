/**
 * From what a person filled in to manifests, for files of Brain-Score's storage that came without one.
 *
 * Pure. What cannot be written into a manifest at all is said here, everything at once; whether the manifest fits its files
 * is the reader's to say.
 */
import type { Scalar } from "../../assembly/table.ts";
import type { Region } from "../../benchmark/benchmark.ts";
import type { ManifestInput } from "../../benchmark/neural/brainio.ts";
import type { Fault } from "../../faults/faults.ts";
import type { DescribedSet } from "../../lab/brainio.ts";

export const REGIONS: readonly Region[] = ["V1", "V2", "V4", "IT"];

/** The fields of the form, as text where a person types. */
export interface Filled {
  /** What identifiers begin with. */
  readonly name: string;
  /** Which of the proposed regions become benchmarks; where the files name none, the one that they are compared with. */
  readonly regions: readonly Region[];
  /** Of the images, in degrees; `fills` instead where they fill the field of view. Neither where the table says it. */
  readonly degrees: string;
  readonly fills: boolean;
  /** By place: whether a time bin of the files is kept. */
  readonly bins: readonly boolean[];
  /** Where the files have no time bins. */
  readonly start: string;
  readonly end: string;
  readonly metric: string;
  /** JSON objects of keyword arguments; nothing for none. */
  readonly metricOptions: string;
  readonly ceiling: string;
  readonly ceilingOptions: string;
  /** By coordinate, the values that are left out. */
  readonly leftOut: Readonly<Record<string, readonly Scalar[]>>;
}

/** What the form begins with: what was proposed, and nothing where only a person can know. */
export function filledFrom({ assembly, proposals }: DescribedSet): Filled {
  const [proposal] = proposals;
  const { metric, ceiling, identifier = "" } = proposal?.manifest ?? {};
  // Regressions read one time bin, and most of Brain-Score's benchmarks this one.
  const usual = assembly.timeBins.findIndex(([start, end]) => Number(start) === 70 && Number(end) === 170);
  return {
    name: identifier.replace(/(?:\.(?:V1|V2|V4|IT))?-[^-]*$/, ""),
    regions: proposals.flatMap(({ manifest }) => manifest.recording.region ?? []),
    degrees: "",
    fills: false,
    bins: assembly.timeBins.map((_, i) => i === Math.max(0, usual)),
    start: "70",
    end: "170",
    metric: metric?.name ?? "",
    metricOptions: textOf(metric?.options),
    ceiling: ceiling?.name ?? "",
    ceilingOptions: textOf(ceiling?.options),
    leftOut: {},
  };
}

function textOf(options: unknown): string {
  return options === undefined ? "" : JSON.stringify(options);
}

/** Another metric takes other options: its own defaults, or those that were proposed with it. */
export function withMetric(described: DescribedSet, filled: Filled, metric: string): Filled {
  const proposed = filledFrom(described);
  return { ...filled, metric, metricOptions: metric === proposed.metric ? proposed.metricOptions : "" };
}

/** The same of a ceiling; a constant one begins as 1, which leaves scores as they are. */
export function withCeiling(described: DescribedSet, filled: Filled, ceiling: string): Filled {
  const proposed = filledFrom(described);
  const usual = ceiling === "constant" ? '{"value":1}' : "";
  return { ...filled, ceiling, ceilingOptions: ceiling === proposed.ceiling ? proposed.ceilingOptions : usual };
}

/** Whether the form asks for a field, by the manifest's name for it. */
export function asks({ proposals }: DescribedSet, field: string): boolean {
  return proposals.some(({ open }) => open.some((each) => each.field === field));
}

/** The manifests, or every fault. */
export function completed(
  described: DescribedSet,
  filled: Filled,
):
  | { readonly manifests: readonly { readonly file: string; readonly manifest: ManifestInput }[] }
  | { readonly faults: readonly Fault[] } {
  const faults: Fault[] = [];
  const fault = (field: string, message: string, value: string, expected: string): void => {
    faults.push({ code: "brainio-form", field, message, ...(value === "" ? {} : { value }), expected });
  };
  const options = (field: string, text: string): Record<string, unknown> => {
    const parsed = objectOf(text);
    if (parsed === undefined) fault(field, "The options are no JSON object.", text, '{"stratification_coord": null}');
    return parsed ?? {};
  };
  const number = (field: string, text: string): number => {
    const value = text.trim() === "" ? Number.NaN : Number(text);
    if (!Number.isFinite(value)) fault(field, "This is no number.", text, "a number, with a point for decimals");
    return value;
  };

  const asked = asks(described, "stimulus_set.visual_degrees");
  const degrees = !asked ? undefined : filled.fills ? null : number("Degrees of visual angle", filled.degrees);
  const { timeBins } = described.assembly;
  const untimed = asks(described, "recording.time_bins");
  const bins = untimed
    ? [[number("Start", filled.start), number("End", filled.end)] as [number, number]]
    : timeBins.flatMap(([start, end], i): [number, number][] =>
        filled.bins[i] === true ? [[Number(start), Number(end)]] : [],
      );
  if (bins.length === 0) fault("Time bins", "No time bin is kept.", "", "at least one");
  if (filled.name.trim() === "") fault("Name", "The benchmark has no name.", "", "e.g. MajajHong2015public");
  const unnamed = asks(described, "recording.region");
  if (filled.regions.length === 0) fault("Region", "No region is chosen.", "", REGIONS.join(", "));
  const metric = { name: filled.metric, options: options("Options of the metric", filled.metricOptions) };
  const ceiling = { name: filled.ceiling, options: options("Options of the ceiling", filled.ceilingOptions) };
  const select = Object.fromEntries([
    ...(untimed || bins.length === timeBins.length
      ? []
      : [
          ["time_bin_start", bins.map(([start]) => start)],
          ["time_bin_end", bins.map(([, end]) => end)],
        ]),
    ...described.assembly.selectable.flatMap(({ name, values }) => {
      const out = filled.leftOut[name] ?? [];
      if (out.length === 0) return [];
      const kept = values.filter((value) => !out.includes(value));
      if (kept.length === 0) fault(name, "Nothing of it is kept.", "", "at least one value");
      return [[name, kept]];
    }),
  ]);
  if (faults.length > 0) return { faults };

  const manifests = described.proposals.flatMap(({ file, manifest }) => {
    const region = unnamed ? filled.regions[0] : manifest.recording.region;
    if (region === undefined || !filled.regions.includes(region)) return [];
    const { data } = manifest;
    if (data === undefined || !("assembly" in data)) return [];
    const chosen = { ...data.select, ...select };
    const whole: ManifestInput = {
      ...manifest,
      identifier: `${filled.name.trim()}.${region}-${filled.metric}`,
      stimulus_set: { ...manifest.stimulus_set, ...(degrees === undefined ? {} : { visual_degrees: degrees }) },
      recording: { region, time_bins: bins },
      data: { assembly: data.assembly, ...(Object.keys(chosen).length === 0 ? {} : { select: chosen }) },
      metric,
      ceiling,
    };
    return [{ file, manifest: whole }];
  });
  return { manifests };
}

function objectOf(text: string): Record<string, unknown> | undefined {
  if (text.trim() === "") return {};
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
