/** The drawings by name. A new architecture is one file, a line here and one in names.ts. */
import { alexnet } from "./alexnet.ts";
import type { Architecture } from "./architecture.ts";
import type { ArchitectureName } from "./names.ts";
import { pixels } from "./pixels.ts";

export const ARCHITECTURES: Readonly<Record<ArchitectureName, Architecture>> = { alexnet, pixels };
