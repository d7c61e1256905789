/** A network that computes next to nothing and takes 48 MB for each image that it is run on at a time. */
import { create, toBinary } from "@bufbuild/protobuf";
import {
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  OperatorSetIdProtoSchema,
  TensorProto_DataType,
  TensorProtoSchema,
  TensorShapeProto_DimensionSchema,
  TensorShapeProtoSchema,
  TypeProto_TensorSchema,
  TypeProtoSchema,
  ValueInfoProtoSchema,
} from "../src/models/onnx.generated.ts";
import { LABELS } from "./drawings.ts";
import { type GivenFile, given } from "./support.ts";

const SIDE = 64;
/** Times that an image is repeated, along each side. */
const REPEATS = 32;

/** Its card and its file: the means of the three colours, for nine labels. */
export function hungryNetwork(): readonly GivenFile[] {
  const tensor = (name: string, shape: readonly (number | string)[]) =>
    create(ValueInfoProtoSchema, {
      name,
      type: create(TypeProtoSchema, {
        value: {
          case: "tensorType",
          value: create(TypeProto_TensorSchema, {
            elemType: TensorProto_DataType.FLOAT,
            shape: create(TensorShapeProtoSchema, {
              dim: shape.map((value) =>
                create(TensorShapeProto_DimensionSchema, {
                  value:
                    typeof value === "number"
                      ? { case: "dimValue", value: BigInt(value) }
                      : { case: "dimParam", value },
                }),
              ),
            }),
          }),
        },
      }),
    });
  const axis = create(AttributeProtoSchema, { name: "axis", type: AttributeProto_AttributeType.INT, i: 1n });
  const node = (opType: string, input: string[], output: string) =>
    create(NodeProtoSchema, {
      ...{ opType, input, output: [output] },
      attribute: opType === "Concat" || opType === "Flatten" ? [axis] : [],
    });
  const repeats = create(TensorProtoSchema, {
    name: "repeats",
    dims: [4n],
    dataType: TensorProto_DataType.INT64,
    rawData: new Uint8Array(BigInt64Array.of(1n, 1n, BigInt(REPEATS), BigInt(REPEATS)).buffer),
  });
  const model = create(ModelProtoSchema, {
    irVersion: 8n,
    opsetImport: [create(OperatorSetIdProtoSchema, { domain: "", version: 17n })],
    graph: create(GraphProtoSchema, {
      name: "hungry",
      input: [tensor("image", ["N", 3, SIDE, SIDE])],
      output: [tensor("logits", ["N", LABELS.length])],
      initializer: [repeats],
      node: [
        node("Tile", ["image", "repeats"], "repeated"),
        node("GlobalAveragePool", ["repeated"], "means"),
        node("Concat", ["means", "means", "means"], "thrice"),
        node("Flatten", ["thrice"], "logits"),
      ],
    }),
  });
  const card = {
    identifier: "hungry",
    onnx: "hungry.onnx",
    input: { size: [SIDE, SIDE], mean: [0, 0, 0], std: [1, 1, 1], layout: "NCHW", range: [0, 1], resize: "bilinear" },
    logits: { output: "logits", labels: LABELS },
    visual_degrees: 8,
  };
  return [
    given("hungry.json", JSON.stringify(card)),
    given("hungry.onnx", new Uint8Array(toBinary(ModelProtoSchema, model))),
  ];
}
