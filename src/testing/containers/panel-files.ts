/**
 * The panel's checkpoint files with generated numbers: each in its authors' container, with their names, prefixes and
 * whatever else their file holds, under the name it is published with. These are files of no trained network.
 *
 * The numbers are src/testing/generator.ts's under the architecture's own names, with the options of that architecture's
 * test, so the golden taps hold for the files too. What else a file holds follows the authors' training scripts as far as
 * they are public.
 */
import { ARCHITECTURES } from "../../models/architectures/registry.ts";
import type { Checkpoint } from "../../models/checkpoints/checkpoint.ts";
import type { PanelModel } from "../../models/panel.ts";
import { askedTensors, type GeneratorOptions, generate } from "../generator.ts";
import { mat } from "./mat.ts";
import { Call, Global, type Python, stateDict } from "./pickle.ts";
import { type NamedTensors, numel, type Tensor } from "./tensor.ts";
import { tfBundle } from "./tf-bundle.ts";
import { torchLegacy, torchZip } from "./torch.ts";

export interface PanelFile {
  /** As published. */
  readonly name: string;
  readonly container: Checkpoint["container"];
  /** What the architecture asks of the file, by the file's own names. */
  readonly tensors: NamedTensors;
  /** The file, made as it is read: at most one tensor is in memory. */
  chunks(): Iterable<Uint8Array>;
}

interface Recipe {
  readonly container: Checkpoint["container"];
  /** Of the architecture's test. */
  readonly generator?: GeneratorOptions;
  /** From tensors under the architecture's names. `stem` is the file's name without its ending. */
  chunks(tensors: NamedTensors, stem: string): Iterable<Uint8Array>;
}

/** Undefined for pixels, which has no weights. Throws Error for a model that has weights and no recipe. */
export function panelFile({ card, checkpoint }: PanelModel): PanelFile | undefined {
  const name = checkpoint?.fileNames[0];
  if (name === undefined) return undefined;
  const recipe = RECIPES[card.identifier];
  if (recipe === undefined) throw new Error(`${card.identifier} has no recipe`);
  const { container, generator } = recipe;
  const shapes = askedTensors(ARCHITECTURES[card.architecture][0]);
  const tensors = new Map([...shapes].map(([key, shape]) => [key, generated(key, shape, generator)]));
  return {
    name,
    container,
    tensors: renamed(tensors, (key) => card.prefix + key),
    chunks: () => recipe.chunks(tensors, name.replace(/\.[^.]+$/, "")),
  };
}

const RECIPES: Readonly<Record<string, Recipe>> = {
  hmax: {
    container: "mat",
    chunks(tensors) {
      const patches = [...tensors.values()];
      // A column for each patch size: height, width, orientations, number of patches.
      const sides = patches.map((_, k) => 2 * k + 2);
      const rows = [sides, sides, sides.map(() => 4), sides.map(() => 400)];
      const patchSizes: Tensor = {
        dtype: "float64",
        shape: [rows.length, sides.length],
        values: () => Float64Array.from(rows.flat()),
      };
      return mat(
        new Map<string, Tensor | Tensor[]>([
          ["patches", patches],
          ["patchSizes", patchSizes],
        ]),
      );
    },
  },
  alexnet: { container: "torch-zip", chunks: (tensors) => torchZip(stateDict(tensors)) },
  "CORnet-S": {
    container: "torch-legacy",
    chunks: (tensors) =>
      torchLegacy({
        flags: { model: "S", times: 5, ngpus: 1, batch_size: 256, lr: 0.1, momentum: 0.9, weight_decay: 0.0001 },
        epoch: 43,
        state_dict: stateDict(renamed(withCounters(tensors), (key) => `module.${key}`)),
        optimizer: momentumOf(tensors),
      }),
  },
  "resnet-50-robust": {
    container: "torch-legacy",
    chunks(tensors) {
      const network = withCounters(tensors);
      const normalizer = new Map(
        ["new_mean", "new_std"].map((key) => [key, generated(`normalizer.${key}`, [3, 1, 1])] as const),
      );
      // The attacker of a robust training holds the network and its normalisation too: names of the same storages.
      const model = new Map([
        ...renamed(normalizer, (key) => `module.normalizer.${key}`),
        ...renamed(network, (key) => `module.model.${key}`),
        ...renamed(normalizer, (key) => `module.attacker.normalize.${key}`),
        ...renamed(network, (key) => `module.attacker.model.${key}`),
      ]);
      return torchLegacy({
        model: stateDict(model),
        optimizer: momentumOf(tensors),
        // What dill writes for a function's type, and numpy for a number.
        schedule: { last_epoch: 89, lr_lambdas: [new Call(new Global("dill._dill", "_load_type"), ["FunctionType"])] },
        epoch: 90,
        adv_prec1: numpyScalar(),
      });
    },
  },
  "voneresnet-50-non_stochastic": {
    container: "torch-legacy",
    chunks: (tensors) =>
      torchLegacy({
        flags: {
          model_arch: "resnet50",
          simple_channels: 256,
          complex_channels: 256,
          stride: 4,
          ksize: 25,
          image_size: 224,
          visual_degrees: 8,
          k_exc: 25,
          noise_mode: null,
          noise_scale: 1,
          noise_level: 1,
        },
        epoch: 70,
        state_dict: stateDict(renamed(withCounters(tensors), (key) => `module.${key}`)),
      }),
  },
  "resnet18-local_aggregation": {
    container: "tf-bundle",
    generator: { hwio: true },
    chunks(tensors, stem) {
      const trained = [...tensors].filter(([key]) => !key.includes("moving_"));
      // The memory bank of the published file has a row for each picture of ImageNet.
      const others: NamedTensors = new Map([
        ...trained.map(([key, { shape }]) => named(`${key}/Momentum`, shape)),
        named("instance/memory_bank", [512, 128]),
        ["instance/cluster_labels", integers([3, 512], (i) => BigInt(i % 10))],
        ["global_step", integers([], () => 2502500n)],
      ]);
      return tfBundle(stem, new Map([...tensors, ...others]));
    },
  },
  grcnn: {
    container: "torch-zip",
    generator: { gain: 1 },
    chunks: (tensors) => torchZip(stateDict(withCounters(tensors))),
  },
  custom_model_cv_18_dagger_408: {
    container: "torch-zip",
    chunks: (tensors) => torchZip({ state_dict: stateDict(tensors), epoch: 5 }),
  },
  ViT_L_32_imagenet1k: { container: "torch-legacy", chunks: (tensors) => torchLegacy(stateDict(tensors)) },
  "mobilenet_v2_1.4_224": {
    container: "torch-zip",
    chunks: (tensors) => torchZip(stateDict(withCounters(tensors))),
  },
};

function generated(name: string, shape: readonly number[], options: GeneratorOptions = {}): Tensor {
  return { dtype: "float32", shape, values: () => generate(name, shape, options) };
}

function named(name: string, shape: readonly number[]): [string, Tensor] {
  return [name, generated(name, shape)];
}

function integers(shape: readonly number[], value: (index: number) => bigint): Tensor {
  const tensor: Tensor = {
    dtype: "int64",
    shape,
    values: () => BigInt64Array.from({ length: numel(tensor) }, (_, i) => value(i)),
  };
  return tensor;
}

function renamed(tensors: NamedTensors, rename: (name: string) => string): NamedTensors {
  return new Map([...tensors].map(([name, tensor]) => [rename(name), tensor]));
}

/** Each batch normalisation with the count of batches that PyTorch keeps. */
function withCounters(tensors: NamedTensors): NamedTensors {
  return new Map(
    [...tensors].flatMap(([name, tensor]): [string, Tensor][] => {
      if (!name.endsWith(".running_var")) return [[name, tensor]];
      const counter = name.replace("running_var", "num_batches_tracked");
      return [
        [name, tensor],
        [counter, integers([], () => 450450n)],
      ];
    }),
  );
}

/** The state dict of torch.optim.SGD with momentum, as PyTorch before 1.5 wrote it: parameters by their address. */
function momentumOf(tensors: NamedTensors): Python {
  const parameters = [...tensors].filter(([name]) => !name.includes(".running_"));
  const address = (i: number): bigint => 140_234_866_358_320n + 72n * BigInt(i);
  const state = parameters.map(([name, { shape }], i): [bigint, Python] => [
    address(i),
    { momentum_buffer: generated(`${name}.momentum`, shape) },
  ]);
  const params = parameters.map((_, i) => address(i));
  const group = { lr: 0.001, momentum: 0.9, dampening: 0, weight_decay: 0.0001, nesterov: false, params };
  return { state: new Map(state), param_groups: [group] };
}

/** numpy.float64(0.5) as numpy pickles it: its dtype and its eight bytes, which protocol 2 writes as text. */
function numpyScalar(): Call {
  const dtype = new Call(new Global("numpy", "dtype"), ["<f8", false, true]);
  const bytes = new Call(new Global("_codecs", "encode"), ["\0\0\0\0\0\0\u00e0?", "latin1"]);
  return new Call(new Global("numpy.core.multiarray", "scalar"), [dtype, bytes]);
}
