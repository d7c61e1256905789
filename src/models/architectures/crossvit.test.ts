/** Golden values: reference/vision_transformers.py. */
import { testTaps } from "../../testing/taps.ts";
import { crossvit } from "./crossvit.ts";

testTaps("crossvit", crossvit([28, 56]));
