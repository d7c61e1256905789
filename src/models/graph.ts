/**
 * A small builder of ONNX graphs, so that an architecture reads from top to bottom like its paper's figure.
 *
 * Operators add nodes and give back values; `tap` names a value as the reference implementation names its layer. `build`
 * keeps only what the wanted taps need, points to the weights that are left where they lie in their file (those that must
 * be computed go beside them) and encodes the graph. It computes nothing and knows no architecture; shapes are the architecture's to get right,
 * weights are checked against the shapes it asks for (weights.ts).
 */
import { create, toBinary } from "@bufbuild/protobuf";
import {
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  OperatorSetIdProtoSchema,
  StringStringEntryProtoSchema,
  TensorProto_DataLocation,
  TensorProto_DataType,
  TensorProtoSchema,
  TensorShapeProto_DimensionSchema,
  TensorShapeProtoSchema,
  TypeProto_TensorSchema,
  TypeProtoSchema,
  ValueInfoProtoSchema,
} from "./onnx.generated.ts";

/** A constant tensor: float32 from a checkpoint or computed, read when the graph is built. */
export interface Weight {
  readonly shape: readonly number[];
  read(): Promise<Float32Array>;
  /** The numbers where they lie in a file, if they lie there as ONNX wants them: little-endian float32 in C order. */
  slice?(): Promise<Blob | undefined>;
}

/** A tensor that a node computes. Its name is given when it is tapped, or when the graph is built. */
export class Value {
  name = "";
}

type Attribute = number | readonly number[] | string | { readonly float: number };

interface Node {
  readonly type: string;
  readonly inputs: readonly (Value | Weight | Shape)[];
  readonly output: Value;
  readonly attributes: Readonly<Record<string, Attribute>>;
}

/** A constant list of integers (for Reshape, Slice). */
class Shape {
  constructor(readonly values: readonly number[]) {}
}

export interface ConvOptions {
  readonly bias?: Weight;
  readonly stride?: number;
  /** One number for all sides, or top, left, bottom, right. Always explicit: automatic padding has been wrong on WebGPU. */
  readonly pads?: number | readonly [number, number, number, number];
  readonly groups?: number;
}

export interface PoolOptions {
  readonly stride: number;
  readonly pads?: ConvOptions["pads"];
}

export interface BuiltGraph {
  readonly model: Uint8Array<ArrayBuffer>;
  /** External data of the model, under the name `EXTERNAL_DATA`: slices of the checkpoint, strung together. */
  readonly weights: Blob;
}

export const EXTERNAL_DATA = "weights.bin";
const OPSET = 17n;
/** ONNX Runtime maps external data best at cache-line boundaries. */
const ALIGNMENT = 64;

export class Graph {
  readonly #nodes: Node[] = [];
  readonly #inputs: { readonly value: Value; readonly shape: readonly (number | string)[] }[] = [];
  readonly #taps = new Map<string, Value>();

  /** The image: N × the given shape. */
  input(name: string, ...shape: number[]): Value {
    const value = new Value();
    value.name = name;
    this.#inputs.push({ value, shape: ["N", ...shape] });
    return value;
  }

  /** Names `x` as the reference names the layer that gives it. A value may have several names. */
  tap(name: string, x: Value): Value {
    this.#taps.set(name, x);
    return x;
  }

  /** The taps that can be asked for, in the order of the architecture. */
  get taps(): readonly string[] {
    return [...this.#taps.keys()];
  }

  /** Any operator of the ONNX set. The methods below are the common ones. */
  op(
    type: string,
    inputs: readonly (Value | Weight | readonly number[])[],
    attributes: Readonly<Record<string, Attribute>> = {},
  ): Value {
    const output = new Value();
    const list = inputs.map((input) => (isIntegers(input) ? new Shape(input) : input));
    this.#nodes.push({ type, inputs: list, output, attributes });
    return output;
  }

  /** Convolution; weight out × in/groups × kH × kW. */
  conv(x: Value, weight: Weight, { bias, stride = 1, pads = 0, groups = 1 }: ConvOptions = {}): Value {
    const kernel_shape = weight.shape.slice(2);
    const attributes = { kernel_shape, strides: [stride, stride], pads: padsOf(pads), group: groups };
    return this.op("Conv", bias === undefined ? [x, weight] : [x, weight, bias], attributes);
  }

  /** Batch normalisation with running statistics; each of scale, shift, mean, variance has one value a channel. */
  batchNorm(
    x: Value,
    [scale, shift, mean, variance]: readonly [Weight, Weight, Weight, Weight],
    epsilon: number,
  ): Value {
    return this.op("BatchNormalization", [x, scale, shift, mean, variance], { epsilon: { float: epsilon } });
  }

  /** Layer normalisation over the last axis. */
  layerNorm(x: Value, scale: Weight, shift: Weight, epsilon: number): Value {
    return this.op("LayerNormalization", [x, scale, shift], { axis: -1, epsilon: { float: epsilon } });
  }

  relu(x: Value): Value {
    return this.op("Relu", [x]);
  }

  sigmoid(x: Value): Value {
    return this.op("Sigmoid", [x]);
  }

  /** The exact GELU, x/2 · (1 + erf(x/√2)). */
  gelu(x: Value): Value {
    const erf = this.op("Erf", [this.mul(x, scalar(Math.SQRT1_2))]);
    return this.mul(this.mul(x, this.add(erf, scalar(1))), scalar(0.5));
  }

  /** min(max(x, low), high). */
  clip(x: Value, low: number, high: number): Value {
    return this.op("Clip", [x, scalar(low), scalar(high)]);
  }

  add(a: Value, b: Value | Weight): Value {
    return this.op("Add", [a, b]);
  }

  sub(a: Value, b: Value | Weight): Value {
    return this.op("Sub", [a, b]);
  }

  mul(a: Value, b: Value | Weight): Value {
    return this.op("Mul", [a, b]);
  }

  div(a: Value, b: Value | Weight): Value {
    return this.op("Div", [a, b]);
  }

  maxPool(x: Value, kernel: number, { stride, pads = 0 }: PoolOptions): Value {
    return this.op("MaxPool", [x], { kernel_shape: [kernel, kernel], strides: [stride, stride], pads: padsOf(pads) });
  }

  averagePool(x: Value, kernel: number, { stride, pads = 0 }: PoolOptions): Value {
    return this.op("AveragePool", [x], {
      kernel_shape: [kernel, kernel],
      strides: [stride, stride],
      pads: padsOf(pads),
    });
  }

  /** Mean over height and width, kept as 1 × 1. */
  globalAveragePool(x: Value): Value {
    return this.op("GlobalAveragePool", [x]);
  }

  /** N × (everything else). */
  flatten(x: Value): Value {
    return this.op("Flatten", [x], { axis: 1 });
  }

  /**
   * x·Wᵀ + b with PyTorch's weight, out × in; `x` is N × in, or N × `tokens` × in. A Gemm, which takes the weight as it
   * lies; a MatMul would want it transposed.
   */
  linear(x: Value, weight: Weight, bias: Weight, tokens?: number): Value {
    const [into = 0, from = 0] = weight.shape;
    const rows = tokens === undefined ? x : this.reshape(x, -1, from);
    const product = this.op("Gemm", [rows, weight, bias], { transB: 1 });
    return tokens === undefined ? product : this.reshape(product, -1, tokens, into);
  }

  matmul(a: Value | Weight, b: Value | Weight): Value {
    return this.op("MatMul", [a, b]);
  }

  softmax(x: Value): Value {
    return this.op("Softmax", [x], { axis: -1 });
  }

  /** 0 keeps a dimension, -1 is inferred. */
  reshape(x: Value, ...shape: number[]): Value {
    return this.op("Reshape", [x, shape]);
  }

  transpose(x: Value, ...perm: number[]): Value {
    return this.op("Transpose", [x], { perm });
  }

  concat(axis: number, ...values: (Value | Weight)[]): Value {
    return this.op("Concat", values, { axis });
  }

  /** Elements start … end (exclusive, negative from the end) along an axis. */
  slice(x: Value, axis: number, start: number, end: number): Value {
    return this.op("Slice", [x, [start], [end], [axis]]);
  }

  /**
   * The graph of `taps`, ending at the deepest, and its weights. Throws RangeError for a tap that the architecture does
   * not have, and whatever reading a weight throws.
   */
  async build(taps: readonly string[]): Promise<BuiltGraph> {
    const outputs = taps.map((name) => {
      const value = this.#taps.get(name);
      if (value === undefined)
        throw new RangeError(`the architecture has no layer “${name}”; it has ${this.taps.join(", ")}`);
      return { name, value };
    });
    const nodes = this.#needed(outputs.map(({ value }) => value));
    nameAll(nodes);
    const aliases = nameOutputs(outputs, new Set(this.#inputs.map(({ value }) => value)));
    const weights = new Map<Weight, string>();
    const shapes = new Map<Shape, string>();
    for (const input of nodes.flatMap((node) => node.inputs)) {
      if (input instanceof Shape) shapes.set(input, `shape_${shapes.size}`);
      else if (!(input instanceof Value) && !weights.has(input)) weights.set(input, `weight_${weights.size}`);
    }
    const nameOf = (input: Value | Weight | Shape): string =>
      input instanceof Value
        ? input.name
        : input instanceof Shape
          ? (shapes.get(input) ?? "")
          : (weights.get(input) ?? "");
    const { data, initializers } = await gather(weights);
    const graph = create(GraphProtoSchema, {
      name: "gapscope",
      node: [
        ...nodes.map(({ type, inputs, output, attributes }, i) =>
          create(NodeProtoSchema, {
            opType: type,
            name: `${type}_${i}`,
            input: inputs.map(nameOf),
            output: [output.name],
            attribute: Object.entries(attributes).map(attribute),
          }),
        ),
        ...aliases.map(({ from, to }) =>
          create(NodeProtoSchema, { opType: "Identity", name: `alias ${to}`, input: [from], output: [to] }),
        ),
      ],
      input: this.#inputs.map(({ value, shape }) => tensorInfo(value.name, shape)),
      output: outputs.map(({ name }) => create(ValueInfoProtoSchema, { name, type: floatType() })),
      initializer: [...initializers, ...[...shapes].map(([{ values }, name]) => integers(name, values))],
    });
    const opsetImport = [create(OperatorSetIdProtoSchema, { domain: "", version: OPSET })];
    const model = toBinary(
      ModelProtoSchema,
      create(ModelProtoSchema, { irVersion: 8n, producerName: "gapscope", opsetImport, graph }),
    );
    return { model: new Uint8Array(model), weights: data };
  }

  /** The nodes that the values need, in order. */
  #needed(values: readonly Value[]): Node[] {
    const wanted = new Set<unknown>(values);
    const kept: Node[] = [];
    for (const node of this.#nodes.toReversed()) {
      if (!wanted.has(node.output)) continue;
      kept.push(node);
      for (const input of node.inputs) wanted.add(input);
    }
    return kept.toReversed();
  }
}

/** A weight computed here. */
export function constant(shape: readonly number[], values: ArrayLike<number> | (() => ArrayLike<number>)): Weight {
  return { shape, read: () => Promise.resolve(Float32Array.from(typeof values === "function" ? values() : values)) };
}

const scalars = new Map<number, Weight>();

/** One number, shared by all who use it. */
export function scalar(value: number): Weight {
  const known = scalars.get(value);
  if (known !== undefined) return known;
  const made = constant([], [value]);
  scalars.set(value, made);
  return made;
}

const transposes = new WeakMap<Weight, Weight>();

/** A matrix, rows and columns exchanged when it is read. */
export function transposed(weight: Weight): Weight {
  const known = transposes.get(weight);
  if (known !== undefined) return known;
  const [rows = 0, columns = 0] = weight.shape;
  const made: Weight = {
    shape: [columns, rows],
    async read() {
      const values = await weight.read();
      const turned = new Float32Array(values.length);
      // In tiles, so that both sides stay in cache: a matrix of 1024 × 4096 takes a third of the time.
      const TILE = 32;
      for (let top = 0; top < rows; top += TILE) {
        for (let left = 0; left < columns; left += TILE) {
          for (let r = top; r < Math.min(rows, top + TILE); r++) {
            for (let c = left; c < Math.min(columns, left + TILE); c++)
              turned[c * rows + r] = values[r * columns + c] ?? 0;
          }
        }
      }
      return turned;
    },
  };
  transposes.set(weight, made);
  return made;
}

/** The same values in another shape. */
export function reshaped(weight: Weight, ...shape: number[]): Weight {
  return { shape, read: () => weight.read(), slice: async () => weight.slice?.() };
}

/** Some of the rows (of the first axis) of a weight. */
export function rowsOf(weight: Weight, start: number, count: number): Weight {
  const rest = weight.shape.slice(1);
  const row = rest.reduce((product, size) => product * size, 1);
  return {
    shape: [count, ...rest],
    read: async () => (await weight.read()).subarray(row * start, row * (start + count)),
    slice: async () => (await weight.slice?.())?.slice(4 * row * start, 4 * row * (start + count)),
  };
}

function isIntegers(input: Value | Weight | readonly number[]): input is readonly number[] {
  return Array.isArray(input);
}

function padsOf(pads: NonNullable<ConvOptions["pads"]>): readonly number[] {
  return typeof pads === "number" ? [pads, pads, pads, pads] : pads;
}

function nameAll(nodes: readonly Node[]): void {
  nodes.forEach((node, i) => {
    node.output.name = `value_${i}`;
  });
}

/** Gives each output its tap's name; a value with several names, or an input, is given the others by an Identity. */
function nameOutputs(
  outputs: readonly { name: string; value: Value }[],
  inputs: ReadonlySet<Value>,
): { from: string; to: string }[] {
  const named = new Set<Value>(inputs);
  const aliases: { from: Value; to: string }[] = [];
  for (const { name, value } of outputs) {
    if (named.has(value)) aliases.push({ from: value, to: name });
    else {
      value.name = name;
      named.add(value);
    }
  }
  return aliases.map(({ from, to }) => ({ from: from.name, to }));
}

/**
 * Strings the weights together and describes where each lies. Single numbers stand in the graph itself: ONNX Runtime
 * Web's optimiser looks them up there and fails on external ones (MatMulScaleFusion).
 */
async function gather(weights: ReadonlyMap<Weight, string>) {
  const places: { weight: Weight; name: string; offset: number; bytes: number }[] = [];
  const numbers: { weight: Weight; name: string }[] = [];
  const parts: (Blob | Uint8Array<ArrayBuffer>)[] = [];
  let end = 0;
  for (const [weight, name] of weights) {
    const bytes = 4 * weight.shape.reduce((product, size) => product * size, 1);
    if (bytes === 4) {
      numbers.push({ weight, name });
      continue;
    }
    places.push({ weight, name, offset: end, bytes });
    const padding = -bytes & (ALIGNMENT - 1);
    parts.push(await partOf(weight, name, bytes), new Uint8Array(padding));
    end += bytes + padding;
  }
  const initializers = places.map(({ weight, name, offset, bytes }) =>
    create(TensorProtoSchema, {
      name,
      dims: weight.shape.map(BigInt),
      dataType: TensorProto_DataType.FLOAT,
      dataLocation: TensorProto_DataLocation.EXTERNAL,
      externalData: Object.entries({ location: EXTERNAL_DATA, offset, length: bytes }).map(([key, value]) =>
        create(StringStringEntryProtoSchema, { key, value: String(value) }),
      ),
    }),
  );
  for (const { weight, name } of numbers) {
    const floatData = [...(await readWhole(weight, name, 4))];
    const dims = weight.shape.map(BigInt);
    initializers.push(create(TensorProtoSchema, { name, dims, dataType: TensorProto_DataType.FLOAT, floatData }));
  }
  return { data: new Blob(parts), initializers };
}

/** Where the weight lies in its file; else, computed, in a Blob of its own, which a browser may keep on disk. */
async function partOf(weight: Weight, name: string, bytes: number): Promise<Blob> {
  const slice = await weight.slice?.();
  if (slice?.size === bytes) return slice;
  const values = await readWhole(weight, name, bytes);
  // A copy where the memory is shared, which a Blob does not take.
  const { buffer, byteOffset, byteLength } = values;
  return new Blob([buffer instanceof ArrayBuffer ? new Uint8Array(buffer, byteOffset, byteLength) : values.slice()]);
}

async function readWhole(weight: Weight, name: string, bytes: number): Promise<Float32Array> {
  const values = await weight.read();
  if (values.byteLength !== bytes)
    throw new RangeError(`${name} has ${values.length} values, its shape [${weight.shape.join(", ")}] another number`);
  return values;
}

function attribute([name, value]: [string, Attribute]) {
  if (typeof value === "string")
    return create(AttributeProtoSchema, {
      name,
      type: AttributeProto_AttributeType.STRING,
      s: new TextEncoder().encode(value),
    });
  if (typeof value === "number")
    return create(AttributeProtoSchema, { name, type: AttributeProto_AttributeType.INT, i: BigInt(value) });
  if ("float" in value)
    return create(AttributeProtoSchema, { name, type: AttributeProto_AttributeType.FLOAT, f: value.float });
  return create(AttributeProtoSchema, { name, type: AttributeProto_AttributeType.INTS, ints: value.map(BigInt) });
}

function floatType(shape?: readonly (number | string)[]) {
  const dim = shape?.map((size) =>
    create(TensorShapeProto_DimensionSchema, {
      value: typeof size === "number" ? { case: "dimValue", value: BigInt(size) } : { case: "dimParam", value: size },
    }),
  );
  const tensor = create(TypeProto_TensorSchema, {
    elemType: TensorProto_DataType.FLOAT,
    ...(dim === undefined ? {} : { shape: create(TensorShapeProtoSchema, { dim }) }),
  });
  return create(TypeProtoSchema, { value: { case: "tensorType", value: tensor } });
}

function tensorInfo(name: string, shape: readonly (number | string)[]) {
  return create(ValueInfoProtoSchema, { name, type: floatType(shape) });
}

function integers(name: string, values: readonly number[]) {
  return create(TensorProtoSchema, {
    name,
    dims: [BigInt(values.length)],
    dataType: TensorProto_DataType.INT64,
    int64Data: values.map(BigInt),
  });
}
