/**
 * What the scoring worker does: the pure functions of scoring/ and the readouts of subject/, offered across its border by
 * workers/scoring.worker.ts.
 */
import { ceilingOf, scoreResponses } from "../scoring/score.ts";
import { decideLabels } from "../subject/label.ts";

export const scoringApi = { ceiling: ceilingOf, score: scoreResponses, decideLabels };

export type ScoringApi = typeof scoringApi;
