/** The option `chance` of metrics that count hits: what guessing scores, for the normalisation `chance_corrected`. */
import * as v from "valibot";

/** Left out, it is 1/3 for odd-one-out and 1/number of choices for the other tasks (scoring/score.ts). */
export const chance = v.optional(v.pipe(v.number(), v.minValue(0), v.ltValue(1)));
