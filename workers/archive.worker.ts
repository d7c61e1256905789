/** The archive worker: zip → BenchmarkPackage. No logic here. */
import { archiveApi } from "../src/lab/archive-api.ts";
import { serve } from "../src/lab/rpc.ts";
import { browserCodecs } from "../src/stimuli/codecs.browser.ts";
import { provideCodecs } from "../src/stimuli/codecs.ts";

provideCodecs(browserCodecs);
serve(archiveApi);
