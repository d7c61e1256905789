/** Golden values: reference/convnets.py. */
import { testTaps } from "../../testing/taps.ts";
import { cornetS } from "./cornet-s.ts";

testTaps("cornet-s", cornetS, { everyLayer: true });
