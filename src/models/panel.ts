/**
 * The panel: the eleven models of the 2024 Brain-Score competition, by the names it uses.
 *
 * Only a subject that the panel itself provides counts for a panel mean; a network of one's own that happens to carry
 * one of these names does not. Checkpoints, layers and architectures join this file with the panel's networks.
 */
export const PANEL = [
  "hmax",
  "alexnet",
  "CORnet-S",
  "resnet-50-robust",
  "voneresnet-50-non_stochastic",
  "resnet18-local_aggregation",
  "grcnn_robust_v1",
  "custom_model_cv_18_dagger_408",
  "ViT_L_32_imagenet1k",
  "mobilenet_v2_1.4_224",
  "pixels",
] as const;

export type PanelIdentifier = (typeof PANEL)[number];
