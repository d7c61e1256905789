/** Golden values: reference/vision_transformers.py. */
import { testTaps } from "../../testing/taps.ts";
import { CROSSVIT_18, crossvit } from "./crossvit.ts";

testTaps("crossvit", crossvit([28, 56]));
testTaps("crossvit-full", crossvit(CROSSVIT_18), { fullSize: true, seconds: 600 });
