/**
 * An assembly as Brain-Score packages it (netCDF-4), as a labelled array.
 *
 * Its conventions are brainscore_core's packaging and loading (brainio/packaging.py, write_netcdf; brainio/assemblies.py,
 * AssemblyLoader): one data variable, whatever its name; coordinates as variables along one dimension each; `image_id` for
 * `stimulus_id` in old files; a dimension's only coordinate without its name. Whether stimuli and time bins are those of a
 * benchmark is said in recordings.ts.
 */
import type { Coordinate } from "../../assembly/assembly.ts";
import type { Scalar } from "../../assembly/table.ts";
import type { Fault } from "../../faults/faults.ts";
import { clip, refused, suggestion } from "../findings.ts";
import { type Netcdf, type Variable, withNetcdf } from "./netcdf.ts";
import { MAX_VALUES } from "./npy.ts";
import { names } from "./selection.ts";

/** Coordinate → the values to keep. */
export type Selection = Readonly<Record<string, readonly Scalar[]>>;

export interface PackagedAssembly {
  /** presentation, neuroid (, time_bin); or subject, presentation, presentation. */
  readonly dims: readonly string[];
  readonly shape: readonly number[];
  readonly values: Float64Array<ArrayBuffer>;
  /** In the file's order. Those of a dimension that the file has as a single number lie along that dimension all the same. */
  readonly coords: Readonly<Record<string, Coordinate>>;
  /** The distinct stimulus ids of the whole file, whatever was selected. */
  readonly presented: readonly Scalar[];
  readonly notices: readonly Fault[];
}

/** What an assembly is, without its values. */
export interface AssemblyFacts {
  readonly dims: readonly string[];
  readonly shape: readonly number[];
  readonly coords: Readonly<Record<string, Coordinate>>;
  /** The identifier of the stimulus set that it belongs to, where the file says. */
  readonly stimulusSet?: string;
}

/** Reads files; lab/ has one that does it in a worker. */
export interface AssemblyReader {
  /** The bytes are the reader's from then on. Throws `package-refused` with every fault. */
  read(bytes: Uint8Array<ArrayBuffer>, file: string, select: Selection): Promise<PackagedAssembly>;
}

/** Reads in this thread. */
export const assemblyReader: AssemblyReader = {
  read: (bytes, file, select) => withNetcdf(bytes, file, (netcdf) => assemblyOf(netcdf, file, select)),
};

/** Throws `package-refused` with every fault. */
export function describeAssembly(bytes: Uint8Array<ArrayBuffer>, file: string): Promise<AssemblyFacts> {
  return withNetcdf(bytes, file, (netcdf) => {
    const { data, dims, coords } = layoutOf(netcdf, file);
    const stimulusSet = [netcdf, data].map(({ attributes }) => attributes.get("stimulus_set_identifier"));
    const identifier = stimulusSet.find((value) => typeof value === "string");
    return {
      dims,
      shape: data.shape,
      coords,
      ...(identifier === undefined ? {} : { stimulusSet: String(identifier) }),
    };
  });
}

interface Layout {
  readonly data: Variable;
  readonly dims: readonly string[];
  readonly coords: Readonly<Record<string, Coordinate>>;
  readonly notices: readonly Fault[];
}

/**
 * Faults `netcdf-no-data`, `netcdf-several-data`, `netcdf-no-dimensions`, `netcdf-not-numbers`, `netcdf-packed`, `netcdf-too-large`,
 * `netcdf-shape`.
 */
function layoutOf(netcdf: Netcdf, file: string): Layout {
  const data = dataVariable(netcdf, file);
  const dims = data.dims.flatMap((dim) => dim ?? []);
  const faults: Fault[] = [];
  if (dims.length < data.dims.length) {
    faults.push({
      code: "netcdf-no-dimensions",
      file,
      field: clip(data.name),
      message: "The file does not name the dimensions of its data.",
      expected: "presentation, neuroid and perhaps time_bin",
      remedy: "Write it with to_netcdf of xarray; plain HDF5 has no dimensions.",
    });
  }
  if (data.kind !== "number") {
    faults.push({
      code: "netcdf-not-numbers",
      file,
      field: clip(data.name),
      message: "The values are no numbers; such an assembly is behaviour.",
      value: data.kind,
      expected: "numbers",
      remedy: "Give behaviour as a table of responses, with a task and no recording.",
    });
  }
  if (data.attributes.has("scale_factor") || data.attributes.has("add_offset")) {
    faults.push({
      code: "netcdf-packed",
      file,
      field: clip(data.name),
      message: "The values are packed with scale_factor and add_offset, which Brain-Score's packaging never does.",
      expected: "plain numbers",
      remedy: "Load the assembly with xarray and write it again without encoding.",
    });
  }
  const total = data.shape.reduce((product, extent) => product * extent, 1);
  if (!(Math.max(total, ...data.shape) <= MAX_VALUES)) {
    faults.push({
      code: "netcdf-too-large",
      file,
      field: clip(data.name),
      message: "The file holds too many values.",
      value: data.shape.join(" × "),
      expected: `at most ${MAX_VALUES}`,
      remedy: "Select or average before writing the assembly.",
    });
  }
  if (faults.length > 0) throw refused(file, faults);
  const { coords, notices } = coordinates(netcdf, data, dims, file);
  return { data, dims, coords, notices };
}

/** The variable that is nobody's coordinate and has all dimensions. */
function dataVariable({ variables, attributes }: Netcdf, file: string): Variable {
  const listed = new Set(
    [attributes, ...variables.map((variable) => variable.attributes)].flatMap((attribute) =>
      String(attribute.get("coordinates") ?? "").split(" "),
    ),
  );
  const candidates = variables.filter(
    ({ name, dims }) => !listed.has(name) && !(dims.length === 1 && dims[0] === name),
  );
  const most = Math.max(...candidates.map(({ dims }) => dims.length));
  const full = candidates.filter(({ dims }) => dims.length === most);
  const [data] = full;
  if (data !== undefined && full.length === 1 && most > 0) return data;
  throw refused(file, [
    {
      code: data === undefined || most === 0 ? "netcdf-no-data" : "netcdf-several-data",
      file,
      message:
        data === undefined || most === 0
          ? "No variable of the file holds the data."
          : "Several variables of the file could be the data.",
      value: clip((full.length > 0 ? full : variables).map(({ name }) => name).join(", ")),
      expected: "one variable that is no coordinate, as to_netcdf writes a DataArray",
      remedy: "Write the assembly alone, with Brain-Score's packaging or to_netcdf.",
    },
  ]);
}

/** What a dimension's only coordinate is called, whose name the packaging loses. */
const LONE: Readonly<Record<string, string>> = { presentation: "stimulus_id", neuroid: "neuroid_id" };

function coordinates(netcdf: Netcdf, data: Variable, dims: readonly string[], file: string) {
  const found: [string, Coordinate][] = [];
  const notices: Fault[] = [];
  const known = new Set(netcdf.variables.map(({ name }) => name));
  for (const variable of netcdf.variables) {
    if (variable === data) continue;
    const { name, shape, kind, attributes } = variable;
    const scalar = shape.length === 0 && /^time_bin_(?:start|end)$/.test(name) && !dims.includes("time_bin");
    const dim = scalar ? "time_bin" : variable.dims[0];
    const date = /\bsince\b/.test(String(attributes.get("units") ?? ""));
    const odd = kind === "other" || date || attributes.has("scale_factor") || attributes.has("add_offset");
    if (dim === undefined || shape.length > 1 || odd || !(scalar || dims.includes(dim))) {
      notices.push({
        code: "coordinate-left-out",
        file,
        field: clip(name),
        message: `The coordinate “${clip(name)}” is left out: it is ${date ? "a date" : odd ? "neither numbers nor text" : "not along one dimension of the data"}.`,
      });
      continue;
    }
    if (!scalar && shape[0] !== data.shape[dims.indexOf(dim)]) {
      throw refused(file, [
        {
          code: "netcdf-shape",
          file,
          field: clip(name),
          message: `The coordinate is not as long as the dimension ${clip(dim)} of the data.`,
          value: String(shape[0]),
          expected: String(data.shape[dims.indexOf(dim)]),
          remedy: "Write the assembly again.",
        },
      ]);
    }
    const lone = name === dim || name === `${dim}_`;
    const usual = Object.hasOwn(LONE, dim) ? (LONE[dim] ?? dim) : dim;
    const own = lone && !known.has(usual) ? usual : name;
    found.push([own, { dim, values: netcdf.scalars(variable) }]);
  }
  const [, ids] = found.find(([name]) => name === "image_id") ?? [];
  const legacy = ids?.dim === "presentation" && !found.some(([name]) => name === "stimulus_id");
  return { coords: Object.fromEntries(legacy ? [...found, ["stimulus_id", ids]] : found), notices };
}

/** The values that `select` keeps, in the order that metrics read. */
function assemblyOf(netcdf: Netcdf, file: string, select: Selection): PackagedAssembly {
  const { data, dims, coords, notices } = layoutOf(netcdf, file);
  const faults: Fault[] = [];
  const order = orderOf(dims, file, faults);
  const kept = new Map(dims.map((dim, axis) => [dim, [...Array(data.shape[axis] ?? 0).keys()]]));
  for (const [name, values] of Object.entries(select)) {
    const coordinate = Object.hasOwn(coords, name) ? coords[name] : undefined;
    if (coordinate === undefined) continue; // perhaps a column of the stimuli; recordings.ts says so otherwise
    faults.push(...absent(name, coordinate, values, file));
    const before = kept.get(coordinate.dim) ?? [];
    const matches = (place: number) => values.some((wanted) => names(wanted, coordinate.values[place] ?? null));
    kept.set(coordinate.dim, before.filter(matches));
  }
  for (const [dim, places] of kept) {
    if (places.length > 0 || faults.length > 0) continue;
    faults.push({
      code: "select-nothing",
      file,
      field: clip(dim),
      message: `Nothing is left of the dimension ${clip(dim)}.`,
      value: clip(select),
      remedy: "Select fewer or other values.",
    });
  }
  if (order === undefined || faults.length > 0) throw refused(file, faults);
  const shape = order.map((axis) => kept.get(dims[axis] ?? "")?.length ?? 0);
  const places = dims.map((dim, axis) => positions(kept.get(dim) ?? [], data.shape[axis] ?? 0));
  const strides = dims.map((_, axis) =>
    shape.slice(order.indexOf(axis) + 1).reduce((product, extent) => product * extent, 1),
  );
  let values = new Float64Array(0);
  netcdf.scan(data, (slab, first) => {
    if (first === 0) values = new Float64Array(shape.reduce((product, extent) => product * extent, 1)); // limits are kept
    scatter(slab, first, data.shape, places, strides, values);
  });
  const ordered = order.map((axis) => dims[axis] ?? "");
  return {
    dims: ordered[0] === "presentation" ? ordered : ["subject", "presentation", "presentation"],
    shape,
    values,
    coords: Object.fromEntries(
      Object.entries(coords).map(([name, { dim, values: all }]) => [
        name,
        {
          dim: ordered[0] !== "presentation" && dim === ordered[0] ? "subject" : dim,
          values: kept.get(dim)?.map((place) => all[place] ?? null) ?? all,
        },
      ]),
    ),
    presented: [...new Set(coords.stimulus_id?.values)],
    notices,
  };
}

/** Which axis of the file comes first, second, third. Fault `netcdf-dimensions`. */
function orderOf(dims: readonly string[], file: string, faults: Fault[]): number[] | undefined {
  const axes = (dim: string) => [...dims.keys()].filter((axis) => dims[axis] === dim);
  const presentations = axes("presentation");
  const others = [...dims.keys()].filter((axis) => dims[axis] !== "presentation");
  if (presentations.length === 2 && others.length === 1) return [...others, ...presentations];
  const neuroids = axes("neuroid");
  const bins = axes("time_bin");
  if (presentations.length === 1 && neuroids.length === 1 && bins.length === dims.length - 2 && bins.length < 2) {
    return [...presentations, ...neuroids, ...bins];
  }
  faults.push({
    code: "netcdf-dimensions",
    file,
    message: "The data do not have the dimensions of recordings.",
    value: clip(dims.join(" × ")),
    expected: "presentation × neuroid, with time_bin where there are several; or presentation × presentation × subject",
    remedy: "Rename, select or average the other dimensions before writing the assembly.",
  });
  return undefined;
}

/** A fault `no-such-value` for each value that the coordinate never has. */
function absent(name: string, { values }: Coordinate, wanted: readonly Scalar[], file: string): Fault[] {
  return wanted
    .filter((one) => !values.some((value) => names(one, value)))
    .map((one) => ({
      code: "no-such-value",
      file,
      field: clip(name),
      message: `The coordinate “${clip(name)}” never has the value that is to be selected.`,
      value: clip(one),
      remedy: suggestion(
        String(one),
        [...new Set(values)].slice(0, 50).map((value) => clip(value)),
      ),
    }));
}

/** Where each place of an axis goes, −1 where it is left out. */
function positions(kept: readonly number[], extent: number): Int32Array {
  const to = new Int32Array(extent).fill(-1);
  for (const [i, place] of kept.entries()) to[place] = i;
  return to;
}

/** Puts a slab (C order, all of the axes but the first) where its values belong. */
function scatter(
  slab: Float64Array,
  first: number,
  shape: readonly number[],
  places: readonly Int32Array[],
  strides: readonly number[],
  out: Float64Array,
): void {
  const offsets = places.map((to, axis) =>
    Float64Array.from(to, (place) => (place < 0 ? Number.NaN : place * (strides[axis] ?? 0))),
  );
  const [rows, columns, layers] = offsets;
  const width = shape[1] ?? 1;
  const depth = shape[2] ?? 1;
  for (let i = 0; i * width * depth < slab.length; i++) {
    const row = rows?.[first + i] ?? 0;
    if (Number.isNaN(row)) continue;
    for (let j = 0; j < width; j++) {
      const column = row + (columns?.[j] ?? 0);
      if (Number.isNaN(column)) continue;
      for (let k = 0; k < depth; k++) {
        const to = column + (layers?.[k] ?? 0);
        if (!Number.isNaN(to)) out[to] = slab[(i * width + j) * depth + k] ?? Number.NaN;
      }
    }
  }
}
