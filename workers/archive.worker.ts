/** The archive worker: zip → BenchmarkPackage. No logic here. */
import { archiveApi } from "../src/lab/archive-api.ts";
import { serve } from "../src/lab/rpc.ts";

serve(archiveApi);
