/** The scoring worker: offers scoring/ to the page. No logic here. */
import { serve } from "../src/lab/rpc.ts";
import { scoringApi } from "../src/lab/scoring-api.ts";

serve(scoringApi);
