/**
 * The drawings by name. A new architecture is one file, a line here and one in names.ts.
 *
 * An architecture may have several drawings: the same network under the tensor names of other libraries. The first whose
 * tensors a checkpoint has is taken.
 */
import type { PlainValue } from "../checkpoints/checkpoint.ts";
import { alexnet } from "./alexnet.ts";
import type { Architecture } from "./architecture.ts";
import { cornetS } from "./cornet-s.ts";
import { CROSSVIT_18, crossvit } from "./crossvit.ts";
import { grcnn } from "./grcnn.ts";
import { hmax } from "./hmax.ts";
import { mobilenetV2 } from "./mobilenet-v2.ts";
import type { ArchitectureName } from "./names.ts";
import { pixels } from "./pixels.ts";
import { resnet18LocalAggregation } from "./resnet18-la.ts";
import { resnet50 } from "./resnet50.ts";
import { namedByTimm, namedByTransformers, VIT_L_32, vit } from "./vit.ts";
import { voneresnet50 } from "./voneresnet50.ts";

const vitL32 = vit(VIT_L_32);

export const ARCHITECTURES: Readonly<Record<ArchitectureName, readonly [Architecture, ...Architecture[]]>> = {
  alexnet: [alexnet],
  "cornet-s": [cornetS],
  "crossvit-18-dagger-408": [crossvit(CROSSVIT_18)],
  "grcnn-55": [grcnn],
  hmax: [hmax],
  "mobilenet-v2-1.4": [mobilenetV2],
  pixels: [pixels],
  "resnet-18-la": [resnet18LocalAggregation],
  "resnet-50": [resnet50],
  "vit-l-32": [vitL32, namedByTransformers(vitL32), namedByTimm(vitL32)],
  "voneresnet-50": [voneresnet50],
};

/**
 * What a checkpoint of the architecture, where it says how the network was made, must say: the drawing has no other.
 * VOneNets of other filters and with noise have tensors of the same names and shapes.
 */
export const FLAGS: Partial<Readonly<Record<ArchitectureName, Readonly<Record<string, PlainValue>>>>> = {
  "voneresnet-50": {
    "flags.simple_channels": 256,
    "flags.complex_channels": 256,
    "flags.stride": 4,
    "flags.k_exc": 25,
    "flags.noise_mode": null,
  },
};
