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
import { clip } from "../benchmark/findings.ts";
import { type Fault, GapscopeError } from "../faults/faults.ts";
import { GraphProtoSchema, type ModelProto, ModelProtoSchema, ValueInfoProtoSchema } from "./onnx.generated.ts";
import { checkModel, type ExternalStretch } from "./onnx-checks.ts";

export interface GraphFacts {
  /** The input that is not an initializer, and its shape; a string is a symbolic dimension, null an unknown one. */
  readonly input: { readonly name: string; readonly shape: readonly (number | string | null)[] };
  readonly outputs: readonly string[];
  /** Every tensor that a node computes. */
  readonly tensors: ReadonlySet<string>;
  /** Of those, what a person would call a layer's output, in the graph's order. */
  readonly layers: readonly string[];
  /** What constants are read from files beside the network. */
  readonly external: readonly ExternalStretch[];
}

/** Operators whose outputs stand for layers: what a block ends with, not the convolutions within. */
const LAYER_OPERATORS = new Set([
  ...["Relu", "LeakyRelu", "PRelu", "Clip", "HardSwish", "Gelu", "Add", "Concat", "MaxPool", "AveragePool"],
  ...["GlobalAveragePool", "ReduceMean", "LayerNormalization", "Gemm"],
]);

/** Protobuf's own limit. Larger networks have their weights in files beside. */
const MOST_BYTES = 2 ** 31 - 1;

/**
 * Reads the facts. Throws `subject-refused` where `bytes` are not an ONNX network with one image input, or ask for what
 * there is not (onnx-checks.ts).
 */
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
      value: clip(error instanceof Error ? error.message : String(error)),
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
  const { faults, external } = checkModel(model);
  const [first] = faults;
  if (first !== undefined) {
    throw new GapscopeError("subject-refused", `${file}: ${first.message}`, {
      faults: faults.map((fault) => ({ file, ...fault })),
    });
  }

  const initializers = new Set(graph.initializer.map((tensor) => tensor.name));
  const inputs = graph.input.filter((input) => !initializers.has(input.name));
  const [input] = inputs;
  if (input === undefined || inputs.length !== 1) {
    throw refuse({
      code: "graph-inputs",
      message: `The network has ${inputs.length} inputs.`,
      value: clip(inputs.map((each) => each.name).join(", ")),
      expected: "one input, the image",
      remedy: "Fold the other inputs into the graph as constants.",
    });
  }
  const type = input.type?.value;
  const dims = type?.case === "tensorType" ? (type.value.shape?.dim ?? []) : [];
  const shape = dims.map(({ value }) =>
    value.case === "dimValue" ? Number(value.value) : value.case === "dimParam" ? value.value : null,
  );

  return {
    input: { name: input.name, shape },
    outputs: graph.output.map((output) => output.name),
    layers: graph.node.flatMap(({ opType, output: [first = ""] }) =>
      LAYER_OPERATORS.has(opType) && first !== "" ? [first] : [],
    ),
    tensors: new Set(graph.node.flatMap((node) => node.output).filter((name) => name !== "")),
    external,
  };
}

/** Throws `subject-refused` where a file of so many bytes is none that ONNX can have. */
export function checkSize(bytes: number, file: string): void {
  if (bytes <= MOST_BYTES) return;
  const fault: Fault = {
    code: "network-too-large",
    file,
    message: "The file is larger than an ONNX network can be.",
    value: `${bytes} bytes`,
    expected: `at most ${MOST_BYTES}`,
    remedy: "Export the network with its weights in a file beside it, and name that under external_data.",
  };
  throw new GapscopeError("subject-refused", `${file}: ${fault.message}`, { faults: [fault] });
}

/** The bytes to append to an ONNX file so that `names` become graph outputs too. */
export function outputsSuffix(names: readonly string[]): Uint8Array<ArrayBuffer> {
  const output = names.map((name) => create(ValueInfoProtoSchema, { name }));
  const suffix = toBinary(ModelProtoSchema, create(ModelProtoSchema, { graph: create(GraphProtoSchema, { output }) }));
  return new Uint8Array(suffix);
}
