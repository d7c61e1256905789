/**
 * The vision transformer (Dosovitskiy et al. 2021, arXiv 2010.11929), its classes read from the class token.
 *
 * Layers and tensors are named as in lukemelas/PyTorch-Pretrained-ViT, whose file Brain-Score loads. The same weights are
 * also given away under transformers' and timm's names; two small maps at the end read those.
 */
import { rowsOf, type Value, type Weight } from "../graph.ts";
import type { Weights } from "../weights.ts";
import type { Architecture } from "./architecture.ts";
import { attention } from "./attention.ts";
import { classTokenFirst } from "./class-token.ts";

export interface VitSizes {
  /** Side of the square image and of a patch, in pixels. */
  readonly image: number;
  readonly patch: number;
  readonly width: number;
  readonly depth: number;
  readonly heads: number;
  /** Width of the feed-forward's hidden layer. */
  readonly hidden: number;
  readonly classes: number;
}

/** Transformers' configuration says 1e-12; Google's networks were trained with 1e-6, and timm and lukemelas use it. */
const EPSILON = 1e-6;

export function vit({ image, patch, width, depth, heads, hidden, classes }: VitSizes): Architecture {
  return (g, w) => {
    const sequence = 1 + (image / patch) ** 2; // the class token, then the patches
    const linear = (x: Value, name: string, into: number, from: number) =>
      g.linear(x, w(`${name}.weight`, into, from), w(`${name}.bias`, into), sequence);
    const norm = (x: Value, name: string) =>
      g.layerNorm(x, w(`${name}.weight`, width), w(`${name}.bias`, width), EPSILON);

    let x = g.conv(g.input("image", 3, image, image), w("patch_embedding.weight", width, 3, patch, patch), {
      bias: w("patch_embedding.bias", width),
      stride: patch,
    });
    x = g.transpose(g.reshape(x, 0, width, -1), 0, 2, 1); // tokens × width
    x = classTokenFirst(
      g,
      x,
      w("class_token", 1, 1, width),
      w("positional_embedding.pos_embedding", 1, sequence, width),
    );
    for (let i = 0; i < depth; i++) {
      const block = `transformer.blocks.${i}`;
      const from = norm(x, `${block}.norm1`);
      const q = linear(from, `${block}.attn.proj_q`, width, width);
      const k = linear(from, `${block}.attn.proj_k`, width, width);
      const v = linear(from, `${block}.attn.proj_v`, width, width);
      x = g.add(x, linear(attention(g, [q, k, v], heads, width), `${block}.proj`, width, width));
      const inner = g.gelu(linear(norm(x, `${block}.norm2`), `${block}.pwff.fc1`, hidden, width));
      x = g.add(x, g.tap(`${block}.pwff.fc2`, linear(inner, `${block}.pwff.fc2`, width, hidden)));
    }
    const first = g.reshape(g.slice(x, 1, 0, 1), 0, width);
    g.tap("fc", g.linear(norm(first, "norm"), w("fc.weight", classes, width), w("fc.bias", classes)));
  };
}

/** ViT-L/32 at 384 × 384, fine-tuned on ImageNet's 1000 classes. */
export const VIT_L_32: VitSizes = {
  image: 384,
  patch: 32,
  width: 1024,
  depth: 24,
  heads: 16,
  hidden: 4096,
  classes: 1000,
};

/** The same network from a checkpoint of transformers' ViTForImageClassification. */
export function namedByTransformers(architecture: Architecture): Architecture {
  return (g, w) => architecture(g, (name, ...shape) => w(renamed(name, TRANSFORMERS), ...shape));
}

/** The same network from a checkpoint of timm's VisionTransformer, which keeps queries, keys and values in one matrix. */
export function namedByTimm(architecture: Architecture): Architecture {
  return (g, w) =>
    architecture(g, (name, ...shape) => {
      const part = /^(.*\.attn)\.proj_([qkv])\.(weight|bias)$/.exec(name);
      if (part === null) return w(renamed(name, TIMM), ...shape);
      const [, layer = "", letter = "", kind] = part;
      return third(w, `${renamed(layer, TIMM)}.qkv.${kind}`, "qkv".indexOf(letter), shape);
    });
}

type Renaming = readonly (readonly [RegExp, string])[];

const TRANSFORMERS: Renaming = [
  [/^class_token$/, "vit.embeddings.cls_token"],
  [/^positional_embedding\.pos_embedding$/, "vit.embeddings.position_embeddings"],
  [/^patch_embedding/, "vit.embeddings.patch_embeddings.projection"],
  [/^norm/, "vit.layernorm"],
  [/^fc/, "classifier"],
  [/^transformer\.blocks/, "vit.encoder.layer"],
  [/\.attn\.proj_q/, ".attention.attention.query"],
  [/\.attn\.proj_k/, ".attention.attention.key"],
  [/\.attn\.proj_v/, ".attention.attention.value"],
  [/\.proj\./, ".attention.output.dense."],
  [/\.pwff\.fc1/, ".intermediate.dense"],
  [/\.pwff\.fc2/, ".output.dense"],
  [/\.norm1/, ".layernorm_before"],
  [/\.norm2/, ".layernorm_after"],
];

const TIMM: Renaming = [
  [/^class_token$/, "cls_token"],
  [/^positional_embedding\.pos_embedding$/, "pos_embed"],
  [/^patch_embedding/, "patch_embed.proj"],
  [/^fc/, "head"],
  [/^transformer\.blocks/, "blocks"],
  [/^(blocks\.\d+)\.proj/, "$1.attn.proj"],
  [/\.pwff/, ".mlp"],
];

function renamed(name: string, renaming: Renaming): string {
  return renaming.reduce((result, [pattern, replacement]) => result.replace(pattern, replacement), name);
}

/** The first, second or last third of the rows of a tensor. */
function third(w: Weights, name: string, part: number, [rows = 0, ...rest]: readonly number[]): Weight {
  return rowsOf(w(name, 3 * rows, ...rest), part * rows, rows);
}
