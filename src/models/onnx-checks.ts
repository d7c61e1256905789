/**
 * What an ONNX file asks of the runtime, held against what there is: operators, constants whose numbers are all there, and
 * weights in files that were given.
 *
 * ONNX Runtime would find most of it too, later and in its own words, or load gigabytes first. Graphs within graphs (the
 * branches of an If) and functions are looked at as the graph itself is. Nothing is computed, and no number is looked at.
 */
import { clip } from "../benchmark/findings.ts";
import type { Fault } from "../faults/faults.ts";
import {
  type AttributeProto,
  type GraphProto,
  type ModelProto,
  type NodeProto,
  type TensorProto,
  TensorProto_DataLocation,
  TensorProto_DataType,
} from "./onnx.generated.ts";
import known from "./operators.json" with { type: "json" };

const MAX_NODES = 100_000;
/** More faults than these say nothing more. */
const MOST_FAULTS = 20;

/** By domain; what is defined by ONNX Runtime (reference/onnx_operators.py). */
const OPERATORS: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries(known.operators).map(([domain, names]) => [domain, new Set(names.split(" "))]),
);
/** The runtime's own, in networks that it saved after optimising them. */
const OWN_DOMAIN = "com.ms.internal.nhwc";

/** Bytes of a number. Types that are packed closer than a byte, and texts, are left to the runtime. */
const BYTES: Readonly<Record<number, number>> = {
  [TensorProto_DataType.FLOAT]: 4,
  [TensorProto_DataType.DOUBLE]: 8,
  [TensorProto_DataType.FLOAT16]: 2,
  [TensorProto_DataType.BFLOAT16]: 2,
  [TensorProto_DataType.BOOL]: 1,
  [TensorProto_DataType.INT8]: 1,
  [TensorProto_DataType.UINT8]: 1,
  [TensorProto_DataType.INT16]: 2,
  [TensorProto_DataType.UINT16]: 2,
  [TensorProto_DataType.INT32]: 4,
  [TensorProto_DataType.UINT32]: 4,
  [TensorProto_DataType.INT64]: 8,
  [TensorProto_DataType.UINT64]: 8,
};

/** A stretch of a file of weights that a constant is read from. */
export interface ExternalStretch {
  readonly tensor: string;
  readonly file: string;
  readonly offset: number;
  readonly bytes: number;
}

export interface Checked {
  /** Without the names of files: the caller knows them. */
  readonly faults: readonly Fault[];
  readonly external: readonly ExternalStretch[];
}

/** Fault codes: `graph-too-large`, `unknown-operators`, `tensor-shape`, `external-data-path`. */
export function checkModel(model: ModelProto): Checked {
  const { nodes, tensors } = contentsOf(model);
  if (nodes.length > MAX_NODES) {
    const message = `The graph has more than ${MAX_NODES} nodes.`;
    return { faults: [{ code: "graph-too-large", message, expected: `at most ${MAX_NODES}` }], external: [] };
  }
  const faults: Fault[] = [...operatorFaults(model, nodes)];
  const external: ExternalStretch[] = [];
  for (const tensor of tensors) {
    if (faults.length >= MOST_FAULTS) break;
    const found = tensor.dataLocation === TensorProto_DataLocation.EXTERNAL ? stretchOf(tensor) : shapeFault(tensor);
    if (found === undefined) continue;
    if ("code" in found) faults.push(found);
    else external.push(found);
  }
  return { faults, external };
}

/** The fault `external-data-size` of a stretch that its file, of `size` bytes, does not have. */
export function stretchFault({ tensor, file, offset, bytes }: ExternalStretch, size: number): Fault | undefined {
  if (offset + bytes <= size) return undefined;
  return {
    code: "external-data-size",
    file,
    field: clip(tensor),
    message: "The file of weights ends before this tensor's numbers do.",
    value: `${size} bytes`,
    expected: `at least ${offset + bytes} bytes`,
    remedy: "Give the file that was exported together with the network, or copy it again; it may have been cut short.",
  };
}

/** Every node and every constant, however deep: at most one node more than are allowed. */
function contentsOf({ graph, functions }: ModelProto): {
  readonly nodes: NodeProto[];
  readonly tensors: TensorProto[];
} {
  const nodes: NodeProto[] = [];
  const tensors: TensorProto[] = [];
  const graphs: GraphProto[] = graph === undefined ? [] : [graph];
  const waiting: (readonly NodeProto[])[] = functions.map(({ node }) => node);
  const takeAttribute = ({
    t,
    tensors: several,
    g,
    graphs: inner,
    sparseTensor,
    sparseTensors,
  }: AttributeProto): void => {
    for (const tensor of [t, ...several]) if (tensor !== undefined) tensors.push(tensor);
    for (const sparse of [sparseTensor, ...sparseTensors]) {
      for (const tensor of [sparse?.values, sparse?.indices]) if (tensor !== undefined) tensors.push(tensor);
    }
    for (const each of [g, ...inner]) if (each !== undefined) graphs.push(each);
  };
  while (nodes.length <= MAX_NODES) {
    const next = graphs.pop();
    if (next !== undefined) {
      for (const tensor of next.initializer) tensors.push(tensor);
      waiting.push(next.node);
      for (const { values, indices } of next.sparseInitializer) {
        for (const tensor of [values, indices]) if (tensor !== undefined) tensors.push(tensor);
      }
    }
    const own = waiting.pop();
    if (own === undefined) break;
    for (const node of own) {
      nodes.push(node);
      for (const attribute of node.attribute) takeAttribute(attribute);
    }
  }
  return { nodes, tensors };
}

function operatorFaults({ functions, opsetImport }: ModelProto, nodes: readonly NodeProto[]): Fault[] {
  const own = new Set(functions.map(({ domain, name }) => `${domain}.${name}`));
  const ownDomains = new Set(functions.map(({ domain }) => domain));
  const foreign = opsetImport
    .map(({ domain }) => domain)
    .filter((domain) => !(OPERATORS.has(canonical(domain)) || domain === OWN_DOMAIN || ownDomains.has(domain)));
  const unknown = nodes
    .filter(
      ({ domain, opType }) => !(own.has(`${domain}.${opType}`) || domain === OWN_DOMAIN || isKnown(domain, opType)),
    )
    .map(({ domain, opType }) => (domain === "" ? opType : `${domain}.${opType}`));
  if (foreign.length === 0 && unknown.length === 0) return [];
  const names = [...new Set(unknown)].slice(0, 5).map(clip).join(", ");
  const domains = [...new Set(foreign)].slice(0, 5).map(clip).join(", ");
  return [
    {
      code: "unknown-operators",
      message: "The graph uses operators that ONNX Runtime Web does not have.",
      value: names === "" ? `domain ${domains}` : names,
      expected: "operators of ONNX",
      remedy: "Export with standard ONNX operators only.",
    },
  ];
}

/** ONNX's own domain has two names. */
const canonical = (domain: string): string => (domain === "ai.onnx" ? "" : domain);

function isKnown(domain: string, operator: string): boolean {
  return OPERATORS.get(canonical(domain))?.has(operator) === true;
}

/** How many numbers the tensor has by its shape, NaN where that is no number. */
function countOf({ dims }: TensorProto): number {
  const sizes = dims.map(Number);
  const count = sizes.reduce((product, size) => product * size, 1);
  return sizes.every((size) => Number.isSafeInteger(size) && size >= 0) && Number.isSafeInteger(count)
    ? count
    : Number.NaN;
}

/** Where the numbers lie, or what is wrong with that. */
function stretchOf(tensor: TensorProto): ExternalStretch | Fault {
  const entry = (key: string): string | undefined => tensor.externalData.find((each) => each.key === key)?.value;
  const location = entry("location") ?? "";
  if (location === "" || location.includes("\0") || /[\\/]|^\.\.?$/.test(location)) {
    return {
      code: "external-data-path",
      field: clip(tensor.name),
      message: "An initializer points outside the files that were given.",
      value: clip(location),
      expected: "the plain name of a file beside the network",
    };
  }
  const size = BYTES[tensor.dataType];
  const bytes = countOf(tensor) * (size ?? 0);
  const [offset, length] = [Number(entry("offset") ?? 0), Number(entry("length") ?? bytes)];
  const sound = [offset, length].every((value) => Number.isSafeInteger(value) && value >= 0);
  if (!sound || Number.isNaN(bytes) || (size !== undefined && length !== bytes)) {
    return unfilled(tensor, `offset ${entry("offset") ?? 0}, length ${entry("length") ?? "left out"}`, bytes);
  }
  return { tensor: tensor.name, file: location, offset, bytes: length };
}

function shapeFault(tensor: TensorProto): Fault | undefined {
  const size = BYTES[tensor.dataType];
  const count = countOf(tensor);
  if (Number.isNaN(count)) return unfilled(tensor, "a shape that is none", Number.NaN);
  if (size === undefined) return undefined;
  const { rawData, floatData, int32Data, int64Data, doubleData, uint64Data } = tensor;
  const listed = Math.max(...[floatData, int32Data, int64Data, doubleData, uint64Data].map(({ length }) => length));
  if (rawData.length === size * count || (rawData.length === 0 && listed === count)) return undefined;
  return unfilled(tensor, rawData.length > 0 ? `${rawData.length} bytes` : `${listed} numbers`, size * count);
}

function unfilled({ name, dims }: TensorProto, value: string, bytes: number): Fault {
  return {
    code: "tensor-shape",
    field: clip(name),
    message: "A constant of the graph does not have the numbers that its shape asks for.",
    value: clip(value),
    expected: `${clip(`[${dims.join(", ")}]`)}${Number.isNaN(bytes) ? ", which is no shape" : `, ${bytes} bytes`}`,
    remedy: "Export the network again, or copy the file again; it may be damaged.",
  };
}
