/** Golden values: reference/hmax.py. */
import { testTaps } from "../../testing/taps.ts";
import { hmax } from "./hmax.ts";

testTaps("hmax", hmax);
