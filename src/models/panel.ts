/**
 * The panel: the eleven models of the 2024 Brain-Score competition, each as a card with where its weights come from.
 *
 * Facts only: identifiers, checkpoints, preprocessing, layers and what Brain-Score does around each network
 * (brainscore_vision/models/<name>, region_layer_map/*.json of 2024-11 to 2025-03). The networks themselves are drawn in
 * architectures/. Only a subject that the panel provides counts for a panel mean; a network of one's own that carries
 * one of these names does not.
 *
 * The competition chose layers by search in July and August 2024; the layers committed here are those of the
 * region_layer_map files, which are later and may differ.
 */
import type { CheckpointCard } from "./card.ts";

export interface CheckpointSource {
  /** Names under which the file is published; others are recognised by their tensors. */
  readonly fileNames: readonly string[];
  /** Bytes, where known. */
  readonly bytes?: number;
  readonly sha256?: string;
  readonly sha1?: string;
  readonly licence: string;
  /** Where a person gets it. `direct`: the host lets a page fetch it, so that the page can do it when asked. */
  readonly from: readonly { readonly url: string; readonly direct: boolean; readonly note?: string }[];
}

export interface PanelModel {
  readonly card: CheckpointCard;
  /** Its name in today's Brain-Score, where it still is. */
  readonly today?: string;
  /** Absent for pixels, which has no weights. */
  readonly checkpoint?: CheckpointSource;
  /** Brain-Score's candidate layers, in its order. */
  readonly candidates: readonly string[];
  /** Milliseconds of each area's steps: first start, step, count. A static model has none. */
  readonly timeSteps?: Readonly<Record<string, readonly [number, number, number]>>;
  /** Why it has no logits, where it has none: what *not applicable* says. */
  readonly noLogits?: string;
  /** Which competition model it stands in for, and why that one is not to be had. */
  readonly standsInFor?: { readonly identifier: string; readonly reason: string };
}

const IMAGENET = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };
/** Brain-Score's default preprocessing (pytorch.py): resize whole, ImageNet mean and std. */
const input = (size: number, { mean, std } = IMAGENET): CheckpointCard["input"] => ({
  size: [size, size],
  mean: [...mean],
  std: [...std],
  layout: "NCHW",
  range: [0, 1],
  resize: "bilinear",
});
const brainScore = (path: string) => ({
  url: `https://brainscore-storage.s3.amazonaws.com/brainscore-vision/models/${path}`,
  direct: false,
});
const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

const alexnet: PanelModel = {
  card: {
    identifier: "alexnet",
    title: "AlexNet (Krizhevsky 2014), torchvision's weights",
    architecture: "alexnet",
    checkpoint: "alexnet-owt-7be5be79.pth",
    prefix: "",
    input: input(224),
    logits: { output: "classifier.6", labels: "imagenet1000" },
    readout: { output: "classifier.5" },
    regions: { V1: "features.2", V2: "features.7", V4: "features.7", IT: "features.12" },
    visual_degrees: 8,
  },
  today: "alexnet",
  checkpoint: {
    fileNames: ["alexnet-owt-7be5be79.pth"],
    sha256: "7be5be791159472b1fbf3c69796f7cb30dca7ad8466c2df70058c37116cdee02",
    licence: "BSD-3-Clause",
    from: [
      { url: "https://download.pytorch.org/models/alexnet-owt-7be5be79.pth", direct: false },
      {
        url: "https://huggingface.co/blanchon/image-gs-models-utils/resolve/main/torch/checkpoints/alexnet-owt-7be5be79.pth",
        direct: true,
        note: "somebody's copy; its hash is checked",
      },
    ],
  },
  candidates: ["features.2", "features.5", "features.7", "features.9", "features.12", "classifier.2", "classifier.5"],
};

const hmax: PanelModel = {
  card: {
    identifier: "hmax",
    title: "HMAX (Riesenhuber & Poggio 1999; Serre et al. 2007)",
    architecture: "hmax",
    checkpoint: "universal_patch_set.mat",
    prefix: "",
    input: input(224),
    readout: { output: "c2_7" },
    regions: { V1: "c2_7", V2: "c2_3", V4: "c2_0", IT: "c2_2" },
    visual_degrees: 8,
  },
  today: "hmax",
  checkpoint: {
    fileNames: ["universal_patch_set.mat"],
    sha1: "acc7316fcb0d1797486bb62753b71e158216a92a",
    licence: "none stated (Riesenhuber lab's HMAX package)",
    from: [
      brainScore("hmax/universal_patch_set.mat"),
      { url: "https://github.com/wmvanvliet/pytorch_hmax/raw/master/universal_patch_set.mat", direct: false },
    ],
  },
  candidates: range(8).map((k) => `c2_${k}`),
  noLogits: "its last layer has 400 values; Brain-Score's label task needs 1,000 logits",
};

const cornetS: PanelModel = {
  card: {
    identifier: "CORnet-S",
    title: "CORnet-S (Kubilius et al. 2019)",
    architecture: "cornet-s",
    checkpoint: "cornet_s-1d3f7974.pth",
    prefix: "state_dict.module.",
    input: input(224),
    logits: { output: "decoder.output", labels: "imagenet1000" },
    readout: { output: "decoder.avgpool-t0" },
    regions: { V1: "V1.output-t0", V2: "V2.output-t0", V4: "V4.output-t0", IT: "IT.output-t0" },
    visual_degrees: 8,
    notes: ["Of each area's time steps the competition's benchmarks use the first alone."],
  },
  today: "CORnet-S",
  checkpoint: {
    fileNames: ["cornet_s-1d3f7974.pth", "cornet_s_epoch43.pth.tar"],
    licence: "GPL-3.0 (repository)",
    from: [
      { url: "https://s3.amazonaws.com/cornet-models/cornet_s-1d3f7974.pth", direct: false },
      brainScore("cornet_s/cornet_s_epoch43.pth.tar"),
    ],
  },
  candidates: [
    "V1.output-t0",
    ...range(2).map((t) => `V2.output-t${t}`),
    ...range(4).map((t) => `V4.output-t${t}`),
    ...range(2).map((t) => `IT.output-t${t}`),
    "decoder.avgpool-t0",
  ],
  timeSteps: { V1: [50, 100, 1], V2: [70, 100, 2], V4: [90, 50, 4], IT: [100, 100, 2] },
};

const resnet50Robust: PanelModel = {
  card: {
    identifier: "resnet-50-robust",
    title: "ResNet-50 trained against L2 perturbations of size 3 (Engstrom et al. 2019)",
    architecture: "resnet-50",
    checkpoint: "ImageNet.pt",
    prefix: "model.module.model.",
    input: input(224),
    logits: { output: "fc", labels: "imagenet1000" },
    readout: { output: "avgpool" },
    regions: {
      V1: "layer3.0.downsample.0",
      V2: "layer4.0.downsample.0",
      V4: "layer3.0.downsample.0",
      IT: "layer4.0.downsample.0",
    },
    visual_degrees: 8,
  },
  today: "resnet-50-robust",
  checkpoint: {
    fileNames: ["ImageNet.pt", "imagenet_l2_3_0.pt"],
    sha1: "cc6e4441abc8ad6d2f4da5db84836e544bfb53fd",
    licence: "MIT",
    from: [
      brainScore("resnet-50-robust/ImageNet.pt"),
      { url: "https://www.dropbox.com/s/knf4uimlqsi1yz8/imagenet_l2_3_0.pt?dl=0", direct: false },
    ],
  },
  candidates: [
    "conv1",
    ...range(3).map((i) => `layer1.${i}.conv3`),
    "layer2.0.downsample.0",
    ...range(3).map((i) => `layer2.${i + 1}.conv3`),
    "layer3.0.downsample.0",
    ...range(5).map((i) => `layer3.${i + 1}.conv3`),
    "layer4.0.downsample.0",
    ...range(2).map((i) => `layer4.${i + 1}.conv3`),
    "avgpool",
  ],
};

const voneresnet50: PanelModel = {
  card: {
    identifier: "voneresnet-50-non_stochastic",
    title: "VOneResNet-50 without noise (Dapello, Marques et al. 2020)",
    architecture: "voneresnet-50",
    checkpoint: "voneresnet50_ns_e70.pth.tar",
    prefix: "state_dict.module.",
    input: input(224, { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] }),
    logits: { output: "model.fc", labels: "imagenet1000" },
    readout: { output: "model.avgpool" },
    regions: { V1: "vone_block", V2: "model.layer3.1", V4: "model.layer2.1", IT: "model.layer4.0" },
    visual_degrees: 8,
  },
  today: "voneresnet-50-non_stochastic",
  checkpoint: {
    fileNames: ["voneresnet50_ns_e70.pth.tar"],
    sha1: "c270528818d6d7fc67a6aec86919d47311ad6221",
    licence: "GPL-3.0 (repository)",
    from: [
      { url: "https://vonenet-models.s3.us-east-2.amazonaws.com/voneresnet50_ns_e70.pth.tar", direct: false },
      brainScore("voneresnet-50-non_stochastic/voneresnet50_ns_e70.pth.tar"),
    ],
  },
  candidates: [
    "vone_block",
    ...[3, 4, 6, 3].flatMap((blocks, stage) => range(blocks).map((i) => `model.layer${stage + 1}.${i}`)),
    "model.avgpool",
  ],
};

const localAggregation: PanelModel = {
  card: {
    identifier: "resnet18-local_aggregation",
    title: "ResNet-18 trained by local aggregation (Zhuang et al. 2019)",
    architecture: "resnet-18-la",
    checkpoint: "checkpoint-2502500.tar",
    prefix: "",
    input: { ...input(224), resize: "tf1-bilinear" },
    readout: { output: "encode_9" },
    regions: {},
    visual_degrees: 8,
    notes: ["Brain-Score never committed its layers: it has no region until one is chosen."],
  },
  checkpoint: {
    fileNames: ["checkpoint-2502500.tar", "checkpoint-1901710.tar"],
    licence: "none stated",
    from: [
      {
        url: "https://visualmaster-models.s3.amazonaws.com/la/seed1/checkpoint-2502500.tar",
        direct: false,
        note: "may be gone",
      },
    ],
  },
  candidates: ["encode_1.conv", ...range(9).map((i) => `encode_${i + 1}`)],
  noLogits: "it was trained without labels and has no classifier; Brain-Score's label task needs 1,000 logits",
};

const grcnn: PanelModel = {
  card: {
    identifier: "grcnn",
    title: "GRCNN-55 (Wang & Hu 2017)",
    architecture: "grcnn-55",
    checkpoint: "checkpoint_params_grcnn55.pt",
    prefix: "",
    input: input(224),
    logits: { output: "classifier", labels: "imagenet1000" },
    readout: { output: "classifier" },
    regions: { V1: "layer1", V2: "layer3.conv_f", V4: "layer1", IT: "layer3.conv_f" },
    visual_degrees: 8,
  },
  today: "grcnn",
  checkpoint: {
    fileNames: ["checkpoint_params_grcnn55.pt"],
    sha1: "20fb844e72f21aeb257c053adb2b645bc954839e",
    licence: "MIT",
    from: [brainScore("grcnn/checkpoint_params_grcnn55.pt")],
  },
  standsInFor: {
    identifier: "grcnn_robust_v1",
    reason:
      "its weights were deleted by their owner and are not public; this is the same architecture with its authors' ImageNet weights",
  },
  candidates: [
    "conv1",
    "conv2",
    "layer1",
    ...[
      "conv_g_f",
      "iter_1.8",
      "iter_g_1.1",
      "iter_2.8",
      "iter_g_2.1",
      "iter_3.3",
      "iter_3.8",
      "iter_g_3.1",
      "d_conv_1",
      "d_conv_3",
    ].map((name) => `layer1.${name}`),
    ...["conv_g_r", ...range(3).map((i) => `iter_${i + 1}.8`), ...range(3).map((i) => `iter_g_${i + 1}.1`)].map(
      (name) => `layer2.${name}`,
    ),
    ...[
      "conv_f",
      "conv_g_r",
      ...range(4).map((i) => `iter_${i + 1}.8`),
      ...range(4).map((i) => `iter_g_${i + 1}.1`),
      "d_conv_1e",
    ].map((name) => `layer3.${name}`),
    ...["conv_g_r", ...range(3).map((i) => `iter_${i + 1}.8`), ...range(3).map((i) => `iter_g_${i + 1}.1`)].map(
      (name) => `layer4.${name}`,
    ),
    "lastact.1",
    "classifier",
  ],
};

const CROSSVIT_LAYER = "blocks.1.blocks.1.4.norm2";
const crossvit: PanelModel = {
  card: {
    identifier: "custom_model_cv_18_dagger_408",
    title: "CrossViT-18† 408, adversarially fine-tuned (Chen et al. 2021; Brain-Score submission of 2022)",
    architecture: "crossvit-18-dagger-408",
    checkpoint: "crossvit_18_dagger_408_adv_finetuned_epoch5.pt",
    prefix: "state_dict.",
    input: { ...input(224), crop: { short_side: 256 } },
    logits: { output: "head.1", labels: "imagenet1000" },
    readout: { output: CROSSVIT_LAYER },
    regions: { V1: CROSSVIT_LAYER, V2: CROSSVIT_LAYER, V4: CROSSVIT_LAYER, IT: CROSSVIT_LAYER },
    visual_degrees: 8,
    notes: ["Brain-Score's logits are those of the second head alone, not the mean of both that the model returns."],
  },
  today: "custom_model_cv_18_dagger_408",
  checkpoint: {
    fileNames: ["crossvit_18_dagger_408_adv_finetuned_epoch5.pt"],
    sha1: "c769518485e352d5a2e6f3e588d6208cbad71b69",
    licence: "none stated (base model Apache-2.0)",
    from: [brainScore("custom_model_cv_18_dagger_408/crossvit_18_dagger_408_adv_finetuned_epoch5.pt")],
  },
  candidates: [CROSSVIT_LAYER],
};

const vit: PanelModel = {
  card: {
    identifier: "ViT_L_32_imagenet1k",
    title: "ViT-L/32 at 384 (Dosovitskiy et al. 2021), ImageNet-21k → 1k",
    architecture: "vit-l-32",
    checkpoint: "L_32_imagenet1k.pth",
    prefix: "",
    input: input(384),
    logits: { output: "fc", labels: "imagenet1000" },
    readout: { output: "transformer.blocks.23.pwff.fc2" },
    regions: {
      V1: "transformer.blocks.2.pwff.fc2",
      V2: "transformer.blocks.16.pwff.fc2",
      V4: "transformer.blocks.0.pwff.fc2",
      IT: "transformer.blocks.6.pwff.fc2",
    },
    visual_degrees: 8,
    notes: ["It was trained with mean and std of 0.5; Brain-Score shows it ImageNet's, and so do we."],
  },
  today: "ViT_L_32_imagenet1k",
  checkpoint: {
    fileNames: ["L_32_imagenet1k.pth"],
    licence: "Apache-2.0",
    from: [
      {
        url: "https://github.com/lukemelas/PyTorch-Pretrained-ViT/releases/download/0.0.2/L_32_imagenet1k.pth",
        direct: false,
      },
      {
        url: "https://huggingface.co/google/vit-large-patch32-384/resolve/refs%2Fpr%2F1/model.safetensors",
        direct: true,
        note: "the same weights in another container",
      },
    ],
  },
  candidates: range(24).map((i) => `transformer.blocks.${i}.pwff.fc2`),
};

const mobilenet: PanelModel = {
  card: {
    identifier: "mobilenet_v2_1.4_224",
    title: "MobileNet V2 1.4 (Sandler et al. 2018)",
    architecture: "mobilenet-v2-1.4",
    checkpoint: "pytorch_model.bin",
    prefix: "",
    input: input(224),
    logits: { output: "classifier", labels: "imagenet1000" },
    readout: { output: "classifier" },
    regions: {
      V1: "mobilenet_v2.layer.3",
      V2: "mobilenet_v2.layer.6",
      V4: "mobilenet_v2.layer.6",
      IT: "mobilenet_v2.layer.12",
    },
    visual_degrees: 8,
    notes: ["Its first class is a background class, which Brain-Score drops."],
  },
  today: "mobilenet_v2_1_4_224",
  checkpoint: {
    fileNames: ["pytorch_model.bin", "model.safetensors"],
    licence: "Apache-2.0 (TensorFlow's original)",
    from: [
      { url: "https://huggingface.co/google/mobilenet_v2_1.4_224/resolve/main/pytorch_model.bin", direct: true },
      {
        url: "https://huggingface.co/google/mobilenet_v2_1.4_224/resolve/refs%2Fpr%2F3/model.safetensors",
        direct: true,
      },
    ],
  },
  candidates: [
    "mobilenet_v2.conv_stem",
    ...range(16).map((i) => `mobilenet_v2.layer.${i}`),
    "mobilenet_v2.pooler",
    "classifier",
  ],
};

const pixels: PanelModel = {
  card: {
    identifier: "pixels",
    title: "the picture itself, 256 × 256",
    architecture: "pixels",
    prefix: "",
    input: {
      size: [256, 256],
      mean: [0, 0, 0],
      std: [1, 1, 1],
      layout: "NHWC",
      range: [0, 255],
      resize: "bicubic",
    },
    readout: { output: "pixels" },
    regions: { V1: "pixels", V2: "pixels", V4: "pixels", IT: "pixels" },
    visual_degrees: 8,
  },
  today: "pixels",
  candidates: ["pixels"],
  noLogits: "it has one layer, the picture; Brain-Score's label task needs 1,000 logits",
};

/** In the competition's order. */
export const PANEL: readonly PanelModel[] = [
  hmax,
  alexnet,
  cornetS,
  resnet50Robust,
  voneresnet50,
  localAggregation,
  grcnn,
  crossvit,
  vit,
  mobilenet,
  pixels,
];

/**
 * Whether a file with these hashes is what was published: undefined where no hash is known to compare with.
 */
export function isPublished(
  source: CheckpointSource,
  hashes: { readonly sha256: string; readonly sha1: string },
): boolean | undefined {
  if (source.sha256 !== undefined) return source.sha256 === hashes.sha256;
  if (source.sha1 !== undefined) return source.sha1 === hashes.sha1;
  return undefined;
}
