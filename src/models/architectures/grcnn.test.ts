/** Golden values: reference/convnets.py. */
import { testTaps } from "../../testing/taps.ts";
import { grcnn } from "./grcnn.ts";

testTaps("grcnn", grcnn, { gain: 1, everyLayer: true });
