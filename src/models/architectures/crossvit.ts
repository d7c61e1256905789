/**
 * CrossViT-18† at 408 pixels (Chen et al. 2021, arXiv 2103.14899), as timm's crossvit_18_dagger_408 has it: two branches
 * that look at patches of 12 and of 16 pixels and exchange their class tokens.
 *
 * Takes 224 × 224 pixels, which the network itself scales up. Layers and tensors are named as timm's. timm's answer is the
 * mean of both heads; Brain-Score's “logits” are the last module's, head.1, alone (spec: models, “Logits layer”).
 */
import { type ConvOptions, constant, type Graph, transposed, type Value, type Weight } from "../graph.ts";
import type { Weights } from "../weights.ts";
import type { Architecture } from "./architecture.ts";
import { attention } from "./attention.ts";
import { classTokenFirst } from "./class-token.ts";

/**
 * Branch 0 and branch 1: the side their image is scaled to, stride and padding of the second and third convolution, the
 * tokens these make of it, and the blocks of each stage.
 */
const BRANCHES = [
  { scaled: 408, second: { stride: 3, pads: 0 }, third: { stride: 1, pads: 1 }, tokens: 34 * 34, blocks: 1 },
  { scaled: 384, second: { stride: 2, pads: 1 }, third: { stride: 2, pads: 1 }, tokens: 24 * 24, blocks: 6 },
] as const;
const STAGES = 3;
const HEADS = 7;
const MLP_RATIO = 3;
const EPSILON = 1e-6;

/** The widths of the published network. */
export const CROSSVIT_18 = [224, 448] as const;

/** `widths`: of the tokens of branch 0 and branch 1. */
export function crossvit(widths: readonly [number, number]): Architecture {
  return (g, w) => {
    const layers = layersOf(g, w);
    const image = g.input("image", 3, 224, 224);
    const start = (b: 0 | 1): Value => {
      const { scaled, tokens } = BRANCHES[b];
      const width = widths[b];
      const patches = layers.patches(scaledUp(g, image, 224, scaled), b, width);
      const places = w(`pos_embed_${b}`, 1, 1 + tokens, width);
      return classTokenFirst(g, patches, w(`cls_token_${b}`, 1, 1, width), places);
    };
    let branches: readonly [Value, Value] = [start(0), start(1)];

    for (let stage = 0; stage < STAGES; stage++) {
      const through = (b: 0 | 1): Value => {
        let x = branches[b];
        const { tokens, blocks } = BRANCHES[b];
        for (let i = 0; i < blocks; i++) x = layers.block(x, 1 + tokens, `blocks.${stage}.blocks.${b}.${i}`, widths[b]);
        return x;
      };
      // Both branches fuse with what the other was before fusion.
      const seen: readonly [Value, Value] = [through(0), through(1)];
      const patches = (b: 0 | 1) => g.slice(seen[b], 1, 1, 1 + BRANCHES[b].tokens);
      const fused = (b: 0 | 1): Value => {
        const other = b === 0 ? 1 : 0;
        const name = (module: string) => `blocks.${stage}.${module}.${b}`;
        const token = layers.projection(g.slice(seen[b], 1, 0, 1), name("projs"), widths[other], widths[b]);
        const crossed = layers.fusion(token, patches(other), BRANCHES[other].tokens, name("fusion"), widths[other]);
        const back = layers.projection(crossed, name("revert_projs"), widths[b], widths[other]);
        return g.concat(1, back, patches(b));
      };
      branches = [fused(0), fused(1)];
    }

    for (const b of [0, 1] as const) {
      // A norm is of each token by itself, so the class token alone is taken through it.
      const token = g.reshape(g.slice(branches[b], 1, 0, 1), 0, widths[b]);
      const read = layers.norm(token, `norm.${b}`, widths[b]);
      g.tap(`head.${b}`, g.linear(read, w(`head.${b}.weight`, 1000, widths[b]), w(`head.${b}.bias`, 1000)));
    }
  };
}

function layersOf(g: Graph, w: Weights) {
  const linear = (x: Value, tokens: number, name: string, into: number, from: number) =>
    g.linear(x, w(`${name}.weight`, into, from), w(`${name}.bias`, into), tokens);
  const norm = (x: Value, name: string, width: number) =>
    g.layerNorm(x, w(`${name}.weight`, width), w(`${name}.bias`, width), EPSILON);

  return {
    norm,

    /** Three convolutions instead of one large one (the dagger); N × tokens × width. */
    patches(x: Value, branch: 0 | 1, width: number): Value {
      const { second, third } = BRANCHES[branch];
      const conv = (from: Value, layer: number, [into, of, kernel]: [number, number, number], options: ConvOptions) => {
        const name = `patch_embed.${branch}.proj.${layer}`;
        const weight = w(`${name}.weight`, into, of, kernel, kernel);
        return g.conv(from, weight, { bias: w(`${name}.bias`, into), ...options });
      };
      const edges = g.relu(conv(x, 0, [width / 4, 3, 7], { stride: 4, pads: 3 }));
      const parts = g.relu(conv(edges, 2, [width / 2, width / 4, 3], second));
      const patches = conv(parts, 4, [width, width / 2, 3], third);
      return g.transpose(g.reshape(patches, 0, width, -1), 0, 2, 1);
    },

    /** A transformer's block. */
    block(x: Value, tokens: number, name: string, width: number): Value {
      const qkv = linear(norm(x, `${name}.norm1`, width), tokens, `${name}.attn.qkv`, 3 * width, width);
      const part = (i: number) => g.slice(qkv, 2, i * width, (i + 1) * width);
      const mixed = attention(g, [part(0), part(1), part(2)], HEADS, width);
      const attended = g.add(x, linear(mixed, tokens, `${name}.attn.proj`, width, width));
      const read = g.tap(`${name}.norm2`, norm(attended, `${name}.norm2`, width));
      const inner = g.gelu(linear(read, tokens, `${name}.mlp.fc1`, MLP_RATIO * width, width));
      return g.add(attended, linear(inner, tokens, `${name}.mlp.fc2`, width, MLP_RATIO * width));
    },

    /** A class token in the other branch's width. */
    projection(token: Value, name: string, into: number, from: number): Value {
      return g.tap(`${name}.2`, linear(g.gelu(norm(token, `${name}.0`, from)), 1, `${name}.2`, into, from));
    },

    /** The class token after it has attended to itself and the patches. What is added to is the token before its norm. */
    fusion(token: Value, patches: Value, tokens: number, name: string, width: number): Value {
      const all = norm(g.concat(1, token, patches), `${name}.norm1`, width);
      const project = (x: Value, length: number, letter: string) =>
        linear(x, length, `${name}.attn.w${letter}`, width, width);
      const q = project(g.slice(all, 1, 0, 1), 1, "q");
      const mixed = attention(g, [q, project(all, 1 + tokens, "k"), project(all, 1 + tokens, "v")], HEADS, width);
      return g.add(token, linear(mixed, 1, `${name}.attn.proj`, width, width));
    },
  };
}

/**
 * The image at `to` × `to` pixels by bicubic interpolation, as torch.nn.functional.interpolate computes it. Two matrix
 * products, since ONNX Runtime's Resize differs between backends.
 */
function scaledUp(g: Graph, image: Value, from: number, to: number): Value {
  const matrix = bicubic(from, to);
  return g.matmul(g.matmul(matrix, image), transposed(matrix));
}

/**
 * The `to` × `from` matrix of torch's bicubic interpolation (aten/src/ATen/native/UpSample.h): half-pixel centres,
 * a = -0.75, pixels repeated beyond the border, no widening. Places are float32 as torch's.
 */
function bicubic(from: number, to: number): Weight {
  const A = -0.75;
  const near = (x: number) => ((A + 2) * x - (A + 3)) * x * x + 1;
  const far = (x: number) => ((A * x - 5 * A) * x + 8 * A) * x - 4 * A;
  const scale = Math.fround(from / to);
  return constant([to, from], () => {
    const matrix = new Float32Array(to * from);
    for (let row = 0; row < to; row++) {
      const place = Math.fround(Math.fround(scale * (row + 0.5)) - 0.5);
      const first = Math.floor(place);
      const t = Math.fround(place - first);
      for (const [i, weight] of [far(t + 1), near(t), near(1 - t), far(2 - t)].entries()) {
        const column = Math.min(from - 1, Math.max(0, first - 1 + i));
        matrix[row * from + column] = (matrix[row * from + column] ?? 0) + weight;
      }
    }
    return matrix;
  });
}
