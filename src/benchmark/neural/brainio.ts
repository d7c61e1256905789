/**
 * What comes out of Brain-Score's storage as it is: a table of stimuli, a zip of their pictures and an assembly, which
 * together make a benchmark once somebody has said what the files do not.
 *
 * Names are those of brainscore_core's packaging (brainio/packaging.py): `stimulus_<id>.csv`, `stimulus_<id>.zip`,
 * `assy_<id>.nc`, with "_" for "." in ids. Here the files are told from others, a manifest is proposed for every region, and
 * a completed one is packed with them into an ordinary package, which the reader then checks like any other. What the files
 * say of themselves is kept; what Brain-Score has in its code (how large images are, which metric) is proposed or asked for.
 */
import { csvFormatRows, csvParseRows } from "d3-dsv";
import JSZip from "jszip";
import type * as v from "valibot";
import type { Scalar } from "../../assembly/table.ts";
import type { Fault } from "../../faults/faults.ts";
import type { Archive } from "../archive.ts";
import type { Region } from "../benchmark.ts";
import type { ManifestSchema } from "../schema.ts";
import type { AssemblyFacts } from "./packaged-assembly.ts";

export type ManifestInput = v.InferInput<typeof ManifestSchema>;

/** File names that belong together. */
export interface BrainioSet {
  readonly assembly: string;
  readonly table: string;
  readonly images: string;
}

export interface Recognised {
  readonly sets: readonly BrainioSet[];
  /** Names that are something else. */
  readonly rest: readonly string[];
  /** What a set lacks: `brainio-incomplete`, `brainio-ambiguous`. */
  readonly faults: readonly Fault[];
}

/**
 * Sorts the names of files that were given together. Without an assembly nothing is recognised. `belongsTo` is what an
 * assembly says that its stimulus set is called, which is needed where several sets were given.
 */
export function recogniseBrainio(
  names: readonly string[],
  belongsTo: (assembly: string) => string | undefined = () => undefined,
): Recognised {
  const assemblies = names.filter((name) => /^assy_.+\.nc$/i.test(name));
  if (assemblies.length === 0) return { sets: [], rest: names, faults: [] };
  const tables = names.filter((name) => /^stimulus_.+\.csv$/i.test(name));
  const archives = names.filter((name) => /^stimulus_.+\.zip$/i.test(name));
  const images = new Map(archives.map((name) => [stem(name), name]));
  const faults: Fault[] = [];
  const sets = assemblies.flatMap((assembly): BrainioSet[] => {
    const wanted = belongsTo(assembly)?.replaceAll(".", "_");
    const table = tables.length === 1 ? tables[0] : tables.find((name) => stem(name) === `stimulus_${wanted}`);
    const archive = table === undefined ? undefined : images.get(stem(table));
    if (table !== undefined && archive !== undefined) return [{ assembly, table, images: archive }];
    const name = table === undefined ? `stimulus_${wanted ?? "…"}` : stem(table);
    const ambiguous = tables.length > 1 && table === undefined;
    faults.push({
      code: ambiguous ? "brainio-ambiguous" : "brainio-incomplete",
      file: assembly,
      message: ambiguous
        ? "Which of the stimulus sets the assembly belongs to is not known."
        : "The assembly came without all of its stimulus set.",
      ...(tables.length + archives.length === 0 ? {} : { value: [...tables, ...archives].join(", ") }),
      expected: `${name}.csv and ${name}.zip`,
      remedy: `Choose or drop ${assembly}, ${name}.csv and ${name}.zip together.`,
    });
    return [];
  });
  const known = new Set([...assemblies, ...tables, ...archives]);
  return { sets, rest: names.filter((name) => !known.has(name)), faults };
}

function stem(name: string): string {
  return name.slice(0, name.lastIndexOf("."));
}

/** A manifest that somebody completes. */
export interface Proposal {
  /** Path in the package. */
  readonly file: string;
  readonly manifest: Omit<ManifestInput, "recording"> & {
    readonly recording: { region?: Region; time_bins?: [number, number][] };
  };
  /** What the files do not say, and why it is asked. */
  readonly open: readonly { readonly field: string; readonly why: string }[];
}

const REGIONS: readonly Region[] = ["V1", "V2", "V4", "IT"];

/**
 * A proposal for each region of the assembly. `columns` are the stimulus table's. The metric is pls and the ceiling
 * internal_consistency as in Brain-Score's regression benchmarks; for similarities rdm and rsa_ceiling.
 */
export function proposeManifests(set: BrainioSet, facts: AssemblyFacts, columns: readonly string[]): Proposal[] {
  const similarities = facts.dims.filter((dim) => dim === "presentation").length > 1;
  const found = new Set(facts.coords.region?.values);
  const regions: (Region | undefined)[] = REGIONS.filter((region) => found.has(region));
  if (regions.length === 0) regions.push(undefined);
  const name = stem(set.assembly).replace(/^assy_/i, "");
  const bins = timeBins(facts);
  const repeated = facts.coords.repetition !== undefined;
  const asked = [
    {
      field: "stimulus_set.visual_degrees",
      why: "How many degrees the images spanned stands in Brain-Score's code, not in its files.",
      asked: !columns.includes("degrees"),
    },
    { field: "recording.time_bins", why: "The assembly has no time bins.", asked: bins === undefined },
    {
      field: "ceiling",
      why: "Without repetitions there is no internal consistency; 1 leaves the score unceiled.",
      asked: !similarities && !repeated,
    },
  ];
  return regions.map((region): Proposal => {
    const several = regions.length > 1;
    const up = several ? "../" : "";
    const metric = similarities ? "rdm" : "pls";
    const unstratified = !similarities && !columns.includes("object_name") && facts.coords.object_name === undefined;
    const select = region === undefined || found.size < 2 ? {} : { select: { region: [region] } };
    const where = {
      field: "recording.region",
      why: "The assembly names no region that models have.",
      asked: region === undefined,
    };
    return {
      file: `${several ? `${region}/` : ""}benchmark.json`,
      manifest: {
        format: "gapscope-benchmark",
        format_version: 1,
        identifier: `${name}${region === undefined ? "" : `.${region}`}-${metric}`,
        version: 1,
        stimulus_set: {
          identifier: facts.stimulusSet ?? stem(set.table).replace(/^stimulus_/i, ""),
          table: `${up}stimuli.csv`,
          images: `${up}stimuli/`,
        },
        recording: { ...(region === undefined ? {} : { region }), ...(bins === undefined ? {} : { time_bins: bins }) },
        data: { assembly: `${up}assembly.nc`, ...select },
        metric: { name: metric, ...(unstratified ? { options: { stratification_coord: null } } : {}) },
        ceiling: similarities
          ? { name: "rsa_ceiling" }
          : repeated
            ? { name: "internal_consistency" }
            : { name: "constant", options: { value: 1 } },
      },
      open: [where, ...asked].filter((one) => one.asked).map(({ field, why }) => ({ field, why })),
    };
  });
}

/** Distinct bins in the file's order; undefined where it has none, or one without times. */
function timeBins({ coords }: AssemblyFacts): [number, number][] | undefined {
  const [starts, ends] = [coords.time_bin_start, coords.time_bin_end].map((coordinate) => coordinate?.values);
  const bins = (starts ?? []).map((start: Scalar, i): [number, number] => [
    Number(start ?? Number.NaN),
    Number(ends?.[i] ?? Number.NaN),
  ]);
  return bins.length > 0 && bins.flat().every(Number.isFinite) ? bins : undefined;
}

/** The stimulus table with `stimulus_id`, which old ones call `image_id`; its columns' names. Not UTF-8: as it is. */
export function stimulusTableOf(csv: Uint8Array): { readonly bytes: Uint8Array; readonly columns: readonly string[] } {
  const rows = csvParseRows(new TextDecoder().decode(csv));
  const [header = []] = rows;
  const at = header.indexOf("image_id");
  if (at < 0 || header.includes("stimulus_id")) return { bytes: csv, columns: header };
  const copied = rows.map((row, i) => (i === 0 ? [...row, "stimulus_id"] : [...row, row[at] ?? ""]));
  return { bytes: new TextEncoder().encode(`${csvFormatRows(copied)}\n`), columns: copied[0] ?? [] };
}

/**
 * The set as a package: completed manifests by path, the table, the assembly and every picture, stored uncompressed.
 * `images` is the stimulus zip, opened; its faults are thrown as the archive throws them.
 */
export async function packBrainio(
  manifests: readonly { readonly file: string; readonly manifest: ManifestInput }[],
  table: Uint8Array,
  images: Archive,
  assembly: Blob | Uint8Array,
): Promise<Blob> {
  const archive = new JSZip();
  for (const { file, manifest } of manifests) archive.file(file, `${JSON.stringify(manifest, null, 2)}\n`);
  archive.file("stimuli.csv", table);
  archive.file("assembly.nc", assembly);
  for (const name of images.names)
    archive.file(`stimuli/${images.root}${name}`, await images.read(name), { createFolders: false });
  return archive.generateAsync({ type: "blob", compression: "STORE" });
}
