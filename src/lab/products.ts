/**
 * Products of matrices on ONNX Runtime: one MatMul node a session. There is no BLAS of our own in this project.
 *
 * wasm only: WebGPU has no float64. Float32 products use the runtime's threads, float64 ones a single thread.
 * The last bits of a float32 product that is wider than tall depend on how many threads there are (docs/decisions/0016-self-check.md).
 */
import { create, toBinary } from "@bufbuild/protobuf";
import type { InferenceSession, Tensor } from "onnxruntime-web";
import { GapscopeError } from "../faults/faults.ts";
import {
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  OperatorSetIdProtoSchema,
  TensorProto_DataType,
  TensorShapeProto_DimensionSchema,
  TensorShapeProtoSchema,
  TypeProto_TensorSchema,
  TypeProtoSchema,
  ValueInfoProtoSchema,
} from "../models/onnx.generated.ts";
import type { Runtime } from "../models/session.ts";
import type { Products } from "../numerics/products.ts";

/** Products on a runtime that is loaded when the first one is asked for. */
export function runtimeProducts(load: () => Promise<Runtime>): Products {
  let loading: Promise<Runtime> | undefined;
  const sessions = new Map<Tensor.Type, Promise<InferenceSession>>();
  /** A load or session that failed is not remembered. */
  const runtime = (): Promise<Runtime> => {
    loading ??= load().catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
    return loading;
  };
  const session = (type: "float32" | "float64"): Promise<InferenceSession> => {
    const known = sessions.get(type);
    if (known !== undefined) return known;
    const made = runtime().then((ort) => ort.InferenceSession.create(matMul(type), { executionProviders: ["wasm"] }));
    sessions.set(type, made);
    made.catch(() => sessions.delete(type));
    return made;
  };
  const multiply = async <Values extends Float32Array | Float64Array>(
    type: "float32" | "float64",
    a: Values,
    b: Values,
    rows: number,
    inner: number,
    columns: number,
  ): Promise<Values> => {
    const { Tensor } = await runtime();
    const matMul = await session(type);
    const { product } = await matMul.run({
      a: new Tensor(type, a, [rows, inner]),
      b: new Tensor(type, b, [inner, columns]),
    });
    if (product === undefined || product.type !== type) throw new GapscopeError("internal", `MatMul gave no ${type}`);
    return product.data as Values; // of this type, as was just seen
  };
  return {
    double: (...args) => multiply("float64", ...args),
    single: (...args) => multiply("float32", ...args),
  };
}

/** ModelProto of a single MatMul, every dimension left open. */
function matMul(type: "float32" | "float64"): Uint8Array {
  const elemType = type === "float64" ? TensorProto_DataType.DOUBLE : TensorProto_DataType.FLOAT;
  const value = (name: string, rows: string, columns: string) =>
    create(ValueInfoProtoSchema, {
      name,
      type: create(TypeProtoSchema, {
        value: {
          case: "tensorType",
          value: create(TypeProto_TensorSchema, {
            elemType,
            shape: create(TensorShapeProtoSchema, {
              dim: [rows, columns].map((size) =>
                create(TensorShapeProto_DimensionSchema, { value: { case: "dimParam", value: size } }),
              ),
            }),
          }),
        },
      }),
    });
  const graph = create(GraphProtoSchema, {
    name: "product",
    node: [create(NodeProtoSchema, { opType: "MatMul", input: ["a", "b"], output: ["product"] })],
    input: [value("a", "rows", "inner"), value("b", "inner", "columns")],
    output: [value("product", "rows", "columns")],
  });
  const opsetImport = [create(OperatorSetIdProtoSchema, { domain: "", version: 17n })];
  return toBinary(ModelProtoSchema, create(ModelProtoSchema, { irVersion: 8n, graph, opsetImport }));
}
