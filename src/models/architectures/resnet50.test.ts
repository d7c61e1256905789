/** Golden values: reference/convnets.py. */
import { testTaps } from "../../testing/taps.ts";
import { resnet50 } from "./resnet50.ts";

testTaps("resnet50", resnet50, { everyLayer: true });
