/** The architectures that a card may name; registry.ts has the drawings. */
export const ARCHITECTURE_NAMES = [
  "alexnet",
  "cornet-s",
  "crossvit-18-dagger-408",
  "grcnn-55",
  "hmax",
  "mobilenet-v2-1.4",
  "pixels",
  "resnet-18-la",
  "resnet-50",
  "vit-l-32",
  "voneresnet-50",
] as const;

export type ArchitectureName = (typeof ARCHITECTURE_NAMES)[number];
