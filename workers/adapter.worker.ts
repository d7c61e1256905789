/** The adapter worker: which GPU a worker of this browser gets. No logic here. */
import { adapterApi } from "../src/lab/adapter-api.ts";
import { serve } from "../src/lab/rpc.ts";

serve(adapterApi);
