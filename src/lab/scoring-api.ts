/** What the scoring worker does: the pure functions of scoring/, offered across its border by workers/scoring.worker.ts. */
import { ceilingOf, scoreResponses } from "../scoring/score.ts";

export const scoringApi = { ceiling: ceilingOf, score: scoreResponses };

export type ScoringApi = typeof scoringApi;
