/** Golden values: reference/vision_transformers.py. */
import { testTaps } from "../../testing/taps.ts";
import { namedByTimm, namedByTransformers, VIT_L_32, vit } from "./vit.ts";

const twoBlocks = vit({ image: 64, patch: 32, width: 32, depth: 2, heads: 4, hidden: 128, classes: 1000 });

testTaps("vit", vit({ ...VIT_L_32, width: 64, hidden: 256 }));
testTaps("vit-timm", namedByTimm(twoBlocks));
testTaps("vit-transformers", namedByTransformers(twoBlocks));
testTaps("vit-full", vit(VIT_L_32), { fullSize: true, seconds: 600 });
