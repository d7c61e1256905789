/** The architectures that a card may name; registry.ts has the drawings. */
export const ARCHITECTURE_NAMES = ["alexnet", "pixels"] as const;

export type ArchitectureName = (typeof ARCHITECTURE_NAMES)[number];
