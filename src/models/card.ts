/**
 * The model card: how anyone brings a network of their own (spec: the command line, "A model card is …").
 *
 * The schemas are the contract; `parseCard` reads a card's JSON and reports every fault at once. It does not open the
 * files that a card names: assemble.ts does, and checks the card's output names against the graph.
 */
import * as v from "valibot";
import { clip, listed } from "../benchmark/findings.ts";
import { type Fault, GapscopeError } from "../faults/faults.ts";
import { ARCHITECTURE_NAMES } from "./architectures/names.ts";

const name = v.pipe(v.string(), v.nonEmpty());
const channels = v.pipe(v.array(v.number()), v.length(3));
const pixels = (most: number) => v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(most));

const InputFields = v.strictObject({
  /** Height and width of the network's input in pixels. */
  size: v.tuple([pixels(4096), pixels(4096)]),
  mean: channels,
  std: v.pipe(
    channels,
    v.check((std) => std.every((value) => value > 0), "every std must be above 0"),
  ),
  layout: v.picklist(["NCHW", "NHWC"]),
  /** What pixel values 0…255 are mapped to before mean and std. */
  range: v.optional(
    v.pipe(
      v.tuple([v.number(), v.number()]),
      v.check(([low, high]) => low === 0 && (high === 1 || high === 255), "range is [0, 1] or [0, 255]"),
    ),
    [0, 1],
  ),
  /** Pillow's filters, or the bilinear resizing of TensorFlow 1, which is another. */
  resize: v.optional(v.picklist(["bilinear", "bicubic", "tf1-bilinear"]), "bilinear"),
  /** Resize the short side to this many pixels, or the whole picture to this height and width, then cut `size` from the
   * centre; absent, the picture is resized to `size` whole, its aspect ratio not kept, as Brain-Score's ImageNet
   * preprocessing does. */
  crop: v.optional(
    v.union([
      v.strictObject({ short_side: pixels(8192) }),
      v.strictObject({ resized: v.tuple([pixels(8192), pixels(8192)]) }),
    ]),
  ),
});

const InputSchema = v.pipe(
  InputFields,
  v.forward(
    v.check(({ resize, crop }) => resize !== "tf1-bilinear" || crop === undefined, "tf1-bilinear goes without crop"),
    ["crop"],
  ),
);

const common = {
  identifier: v.pipe(v.string(), v.nonEmpty(), v.maxLength(120)),
  title: v.optional(v.string()),
  licence: v.optional(v.string()),
  notes: v.optional(v.array(v.string())),
  input: InputSchema,
  logits: v.optional(
    v.strictObject({
      output: name,
      labels: v.union([v.picklist(["imagenet1000", "imagenet1001"]), v.pipe(v.array(name), v.minLength(2))]),
    }),
  ),
  readout: v.optional(v.strictObject({ output: name })),
  regions: v.optional(
    v.strictObject({ V1: v.optional(name), V2: v.optional(name), V4: v.optional(name), IT: v.optional(name) }),
    {},
  ),
  /** Layers that are scored where every layer is asked for, in the network's order; a choice of ours where left out. */
  layers: v.optional(v.pipe(v.array(name), v.minLength(1), v.maxLength(200))),
  visual_degrees: v.pipe(v.number(), v.gtValue(0), v.maxValue(180)),
};

/** A card whose network is an ONNX file. File names are those of files beside the card. */
const OnnxCardSchema = v.strictObject({ ...common, onnx: name, external_data: v.optional(v.array(name), []) });

/** A card whose network is one of our architectures with somebody's checkpoint. */
const CheckpointCardSchema = v.strictObject({
  ...common,
  architecture: v.picklist(ARCHITECTURE_NAMES),
  /** File name beside the card; absent for an architecture without weights. */
  checkpoint: v.optional(name),
  /** What stands before each of the architecture's tensor names in the checkpoint, e.g. `state_dict.module.` */
  prefix: v.optional(v.string(), ""),
});

type OnnxCard = v.InferOutput<typeof OnnxCardSchema>;
export type CheckpointCard = v.InferOutput<typeof CheckpointCardSchema>;
export type ModelCard = OnnxCard | CheckpointCard;
export type InputSpec = v.InferOutput<typeof InputSchema>;

/** The files that a card names, all beside it. */
export function filesOfCard(card: ModelCard): readonly string[] {
  if ("onnx" in card) return [card.onnx, ...card.external_data];
  return card.checkpoint === undefined ? [] : [card.checkpoint];
}

/** A card with a thousand labels has some thousand bytes; what is larger is something else. */
const MOST_BYTES = 4 << 20;

/** Reads a card's file. Throws as `parseCard`, and where it is too large to be one. */
export async function readCard(file: Blob, fileName: string): Promise<ModelCard> {
  if (file.size <= MOST_BYTES) return parseCard(await file.text(), fileName);
  throw refused(fileName, [
    {
      code: "card-too-large",
      file: fileName,
      message: "The file is larger than any model card.",
      value: `${file.size} bytes`,
      expected: `at most ${MOST_BYTES}`,
      remedy: "Choose the card; a network's own file goes beside it.",
    },
  ]);
}

/** Reads a card. Throws `subject-refused` with one fault per offending field. */
export function parseCard(text: string, file: string): ModelCard {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw refused(file, [
      {
        code: "card-not-json",
        file,
        message: `The model card is not JSON: ${clip(error instanceof Error ? error.message : String(error))}`,
        remedy: "Mend the syntax; a trailing comma or a comment is the usual cause.",
      },
    ]);
  }
  // The kind is told by one field, so that faults are those of one kind and not of both.
  const ofArchitecture = typeof json === "object" && json !== null && "architecture" in json;
  const parsed = v.safeParse(ofArchitecture ? CheckpointCardSchema : OnnxCardSchema, json);
  if (parsed.success) return parsed.output;
  throw refused(
    file,
    parsed.issues.map((issue) => ({
      code: "card-field",
      file,
      field: clip(v.getDotPath(issue) ?? ""),
      message: clip(issue.message),
      ...(issue.received === undefined ? {} : { value: clip(issue.received) }),
      ...(issue.expected === null ? {} : { expected: issue.expected }),
      remedy: "The fields of a model card are listed in docs/guide.md, “A network of your own”.",
    })),
  );
}

function refused(file: string, faults: Fault[]): GapscopeError {
  return new GapscopeError(
    "subject-refused",
    `${file} is not a usable model card (${faults.length} ${faults.length === 1 ? "fault" : "faults"}).`,
    { faults: listed(faults) },
  );
}
