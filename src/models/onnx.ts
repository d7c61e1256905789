/**
 * What we need to know of an ONNX file, and the one thing we change in it: its list of outputs.
 *
 * Any tensor of the graph can be a tap. ONNX Runtime only returns graph outputs, so the taps that are not outputs yet
 * are appended to the list. Concatenating two encodings of a protobuf message merges them, so a few bytes at the end of
 * the file do it and weights of any size are neither decoded nor copied more than once.
 *
 * Nothing here runs a network; an ONNX file is data from a stranger and is refused where it asks for more than its own
 * bytes and the files that were given with it.
 */
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { type Fault, GapscopeError } from "../faults/faults.ts";
import {
  GraphProtoSchema,
  type ModelProto,
  ModelProtoSchema,
  TensorProto_DataLocation,
  ValueInfoProtoSchema,
} from "./onnx.generated.ts";

export interface GraphFacts {
  /** The input that is not an initializer, and its shape; a string is a symbolic dimension, null an unknown one. */
  readonly input: { readonly name: string; readonly shape: readonly (number | string | null)[] };
  readonly outputs: readonly string[];
  /** Every tensor that a node computes. */
  readonly tensors: ReadonlySet<string>;
  /** Of those, what a person would call a layer's output, in the graph's order. */
  readonly layers: readonly string[];
  /** Names of the external data files that initializers point into. */
  readonly externalFiles: readonly string[];
}

/** Operators whose outputs stand for layers: what a block ends with, not the convolutions within. */
const LAYER_OPERATORS = new Set([
  ...["Relu", "LeakyRelu", "PRelu", "Clip", "HardSwish", "Gelu", "Add", "Concat", "MaxPool", "AveragePool"],
  ...["GlobalAveragePool", "ReduceMean", "LayerNormalization", "Gemm"],
]);

const MAX_NODES = 100_000;
/** Operator sets whose kernels are part of onnxruntime-web; a custom domain has none and would only fail later. */
const DOMAINS = new Set(["", "ai.onnx", "ai.onnx.ml", "com.microsoft", "com.ms.internal.nhwc"]);

/** Reads the facts. Throws `subject-refused` where `bytes` are not an ONNX network with one image input. */
export function readGraph(bytes: Uint8Array, file: string): GraphFacts {
  const refuse = (fault: Omit<Fault, "file">): GapscopeError =>
    new GapscopeError("subject-refused", `${file}: ${fault.message}`, { faults: [{ file, ...fault }] });

  let model: ModelProto;
  try {
    model = fromBinary(ModelProtoSchema, bytes);
  } catch (error) {
    throw refuse({
      code: "not-onnx",
      message: "The file is not a whole ONNX network.",
      value: error instanceof Error ? error.message : String(error),
      remedy: "Export the network again (torch.onnx.export) or copy the file again; it may have been cut short.",
    });
  }
  const graph = model.graph;
  if (graph === undefined || graph.node.length === 0) {
    throw refuse({
      code: "not-onnx",
      message: "The file holds no ONNX graph.",
      remedy: "Choose the .onnx file that the card names.",
    });
  }
  if (graph.node.length > MAX_NODES) {
    throw refuse({
      code: "graph-too-large",
      message: `The graph has ${graph.node.length} nodes.`,
      expected: `at most ${MAX_NODES}`,
    });
  }
  const foreign = model.opsetImport.map((set) => set.domain).filter((domain) => !DOMAINS.has(domain));
  if (foreign.length > 0) {
    throw refuse({
      code: "unknown-operators",
      message: `The graph uses operators that ONNX Runtime Web does not have: domain ${foreign.join(", ")}.`,
      remedy: "Export with standard ONNX operators only.",
    });
  }

  const initializers = new Set(graph.initializer.map((tensor) => tensor.name));
  const inputs = graph.input.filter((input) => !initializers.has(input.name));
  const [input] = inputs;
  if (input === undefined || inputs.length !== 1) {
    throw refuse({
      code: "graph-inputs",
      message: `The network has ${inputs.length} inputs.`,
      value: inputs.map((each) => each.name).join(", "),
      expected: "one input, the image",
      remedy: "Fold the other inputs into the graph as constants.",
    });
  }
  const type = input.type?.value;
  const dims = type?.case === "tensorType" ? (type.value.shape?.dim ?? []) : [];
  const shape = dims.map(({ value }) =>
    value.case === "dimValue" ? Number(value.value) : value.case === "dimParam" ? value.value : null,
  );

  const externalFiles = new Set<string>();
  for (const tensor of graph.initializer) {
    if (tensor.dataLocation !== TensorProto_DataLocation.EXTERNAL) continue;
    const location = tensor.externalData.find((entry) => entry.key === "location")?.value ?? "";
    if (location === "" || /[\\/]|^\.\.?$/.test(location)) {
      throw refuse({
        code: "external-data-path",
        field: tensor.name,
        message: "An initializer points outside the files that were given.",
        value: location,
        expected: "the plain name of a file beside the network",
      });
    }
    externalFiles.add(location);
  }
  return {
    input: { name: input.name, shape },
    outputs: graph.output.map((output) => output.name),
    layers: graph.node.flatMap(({ opType, output: [first = ""] }) =>
      LAYER_OPERATORS.has(opType) && first !== "" ? [first] : [],
    ),
    tensors: new Set(graph.node.flatMap((node) => node.output).filter((name) => name !== "")),
    externalFiles: [...externalFiles],
  };
}

/** The bytes to append to an ONNX file so that `names` become graph outputs too. */
export function outputsSuffix(names: readonly string[]): Uint8Array<ArrayBuffer> {
  const output = names.map((name) => create(ValueInfoProtoSchema, { name }));
  const suffix = toBinary(ModelProtoSchema, create(ModelProtoSchema, { graph: create(GraphProtoSchema, { output }) }));
  return new Uint8Array(suffix);
}
