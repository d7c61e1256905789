/**
 * What the archive worker does with files from Brain-Score's storage: it says what they hold, proposes manifests and packs.
 *
 * Which files belong together and what a manifest says is benchmark/neural/brainio.ts's business; whether the result is a
 * sound benchmark, the reader's. Here files are opened for them, and what a person needs to see of them is summed up.
 */
import { distinct, groupBy, type Scalar } from "../assembly/table.ts";
import { openArchive } from "../benchmark/archive.ts";
import { csvTooLarge, parseCsv } from "../benchmark/csv.ts";
import { listed } from "../benchmark/findings.ts";
import {
  type BrainioSet,
  type ManifestInput,
  type Proposal,
  packBrainio,
  proposeManifests,
  recogniseBrainio,
  stimulusTableOf,
} from "../benchmark/neural/brainio.ts";
import type { AssemblyFacts } from "../benchmark/neural/packaged-assembly.ts";
import { type Fault, GapscopeError } from "../faults/faults.ts";

/** Reads what an assembly is; lab/netcdf-api.ts has one that does it in a worker. */
export interface AssemblyDescriber {
  /** The bytes are the describer's from then on. Throws `package-refused` with every fault. */
  describe(bytes: Uint8Array<ArrayBuffer>, file: string): Promise<AssemblyFacts>;
}

/** What is in an assembly, for people. */
export interface AssemblySummary {
  readonly presentations: number;
  readonly sites: number;
  /** Sites by region, as the file names regions; empty where it has none. */
  readonly regions: readonly (readonly [Scalar, number])[];
  /** Starts and ends in milliseconds as the file has them; empty where it has none. */
  readonly timeBins: readonly (readonly [Scalar, Scalar])[];
  /** How often the least and the most often shown stimulus was shown. */
  readonly shown: readonly [number, number];
  /** Coordinates by which parts could be left out. */
  readonly selectable: readonly { readonly name: string; readonly values: readonly Scalar[] }[];
}

/** A set with all of its three files. */
export interface DescribedSet {
  readonly set: BrainioSet;
  readonly stimuli: number;
  readonly pictures: number;
  readonly assembly: AssemblySummary;
  readonly proposals: readonly Proposal[];
}

export interface BrainioFound {
  readonly sets: readonly DescribedSet[];
  /** What is missing or cannot be read. */
  readonly faults: readonly Fault[];
}

/** A coordinate of more values is no list to choose from. */
const MOST_VALUES = 24;

/** What these files are together. Never rejects for a file's sake: that is a fault. */
export async function findBrainio(files: readonly File[], describer: AssemblyDescriber): Promise<BrainioFound> {
  const faults: Fault[] = [];
  const noted = async <Result>(file: string, read: () => Promise<Result>): Promise<Result | undefined> => {
    try {
      return await read();
    } catch (error) {
      const { faults: own, message } = GapscopeError.from(error);
      faults.push(...(own.length > 0 ? listed(own) : [{ code: "brainio-unreadable", file, message }]));
      return undefined;
    }
  };
  const byName = new Map(files.map((file) => [file.name, file]));
  const assemblies = new Map<string, AssemblyFacts>();
  for (const file of files.filter(({ name }) => /\.nc$/i.test(name))) {
    const facts = await noted(file.name, async () => describer.describe(await bytesOf(file), file.name));
    if (facts !== undefined) assemblies.set(file.name, facts);
  }
  const recognised = recogniseBrainio([...byName.keys()], (name) => assemblies.get(name)?.stimulusSet);
  faults.push(...recognised.faults, ...recognised.rest.map(incomplete(recognised.rest)));
  const sets: DescribedSet[] = [];
  for (const set of recognised.sets) {
    const facts = assemblies.get(set.assembly);
    const [table, images] = [byName.get(set.table), byName.get(set.images)];
    if (facts === undefined || table === undefined || images === undefined) continue; // it cannot be read, as was said
    const described = await noted(set.images, async () => {
      const large = csvTooLarge(table.size, set.table);
      if (large !== undefined) throw noTable(set.table, [large]);
      const { bytes, columns } = stimulusTableOf(await bytesOf(table));
      const parsed = parseCsv(bytes, set.table);
      if (!("table" in parsed)) throw noTable(set.table, parsed);
      const { names } = await openArchive(images, set.images);
      const proposals = proposeManifests(set, facts, columns);
      return { set, stimuli: parsed.table.length, pictures: names.length, assembly: summaryOf(facts), proposals };
    });
    if (described !== undefined) sets.push(described);
  }
  return { sets, faults };
}

/** Packs a set with completed manifests. Throws `package-refused` where the zip of pictures has faults. */
export async function packFiles(
  { set, files }: { readonly set: BrainioSet; readonly files: readonly File[] },
  manifests: readonly { readonly file: string; readonly manifest: ManifestInput }[],
): Promise<Blob> {
  const file = (name: string): File => {
    const found = files.find((each) => each.name === name);
    if (found === undefined) throw new GapscopeError("internal", `a set without ${name}`);
    return found;
  };
  const table = stimulusTableOf(await bytesOf(file(set.table))).bytes;
  const images = await openArchive(file(set.images), set.images);
  return packBrainio(manifests, table, images, await bytesOf(file(set.assembly)));
}

function noTable(file: string, faults: readonly Fault[]): GapscopeError {
  return new GapscopeError("package-refused", `${file} is no table.`, { faults });
}

async function bytesOf(file: Blob): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await file.arrayBuffer());
}

/** Faults of files that belong to no set: what of the three is not there yet. */
function incomplete(names: readonly string[]): (name: string) => Fault {
  const tables = names.filter((name) => /\.csv$/i.test(name));
  return (name) => {
    if (/\.nc$/i.test(name)) {
      return {
        code: "brainio-name",
        file: name,
        message: "An assembly is told by its name, as Brain-Score's packaging gives it.",
        expected: "assy_<identifier>.nc",
        remedy: `Rename it, e.g. to assy_${name}, and drop it with its stimulus set.`,
      };
    }
    const own = name.replace(/\.[^.]*$/, "");
    const isTable = /\.csv$/i.test(name);
    const other = `${own}.${isTable ? "zip" : "csv"}`;
    const there = isTable ? names.includes(other) : tables.includes(other);
    const missing = [...(there ? [] : [other]), "assy_….nc"];
    return {
      code: "brainio-incomplete",
      file: name,
      message: `The ${isTable ? "table of stimuli" : "zip of pictures"} has come without ${missing.join(" and ")}.`,
      expected: missing.join(" and "),
      remedy: `Drop ${missing.join(" and ")} too; the order does not matter.`,
    };
  };
}

/** Of similarities a site is a subject's region, and a stimulus is shown once. */
export function summaryOf({ dims, shape, coords }: AssemblyFacts): AssemblySummary {
  const along = (dim: string): number => shape[dims.indexOf(dim)] ?? 0;
  const ids = coords.stimulus_id?.values ?? [];
  const shown = [...groupBy(ids, (id) => id).values()].map((rows) => rows.length);
  const { region, time_bin_start: starts, time_bin_end: ends } = coords;
  const sites = dims.find((dim) => !["presentation", "time_bin"].includes(dim)) ?? "neuroid";
  const known = ["stimulus_id", "image_id", "repetition", "neuroid_id", "region", "time_bin_start", "time_bin_end"];
  return {
    presentations: along("presentation"),
    sites: along(sites),
    regions: [...groupBy(region?.values ?? [], (value) => value)].map(([value, rows]) => [value, rows.length]),
    timeBins: (starts?.values ?? []).map((start, i) => [start, ends?.values[i] ?? null]),
    shown: shown.reduce<[number, number]>(
      ([least, most], times) => [Math.min(least, times), Math.max(most, times)],
      [shown[0] ?? 0, 0],
    ),
    selectable: Object.entries(coords).flatMap(([name, { values }]) => {
      const all = known.includes(name) ? [] : distinct(values);
      return all.length > 1 && all.length <= MOST_VALUES ? [{ name, values: all }] : [];
    }),
  };
}
