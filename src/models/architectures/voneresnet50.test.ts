/** Golden values: reference/convnets.py. */
import { testTaps } from "../../testing/taps.ts";
import { voneresnet50 } from "./voneresnet50.ts";

testTaps("voneresnet50", voneresnet50, { everyLayer: true });
