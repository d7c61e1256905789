/** Golden values: reference/local_aggregation.py. */
import { testTaps } from "../../testing/taps.ts";
import { resnet18LocalAggregation } from "./resnet18-la.ts";

testTaps("resnet18-la", resnet18LocalAggregation, { hwio: true });
