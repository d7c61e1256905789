/** Golden values: reference/convnets.py. */
import { testTaps } from "../../testing/taps.ts";
import { alexnet } from "./alexnet.ts";

testTaps("alexnet", alexnet, { everyLayer: true });
