/** Golden values: reference/convnets.py. */
import { testTaps } from "../../testing/taps.ts";
import { mobilenetV2 } from "./mobilenet-v2.ts";

testTaps("mobilenet-v2", mobilenetV2, { everyLayer: true });
