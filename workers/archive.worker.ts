/** The archive worker: zip → BenchmarkPackage. No logic here. */
import { archiveApi } from "../src/lab/archive-api.ts";
import { isolatedReader, type NetcdfApi } from "../src/lab/netcdf-api.ts";
import { serve, WorkerClient } from "../src/lab/rpc.ts";
import { browserCodecs } from "../src/stimuli/codecs.browser.ts";
import { provideCodecs } from "../src/stimuli/codecs.ts";

provideCodecs(browserCodecs);
const netcdf = () => new Worker(new URL("./netcdf.worker.ts", import.meta.url), { type: "module", name: "netcdf" });
serve(archiveApi(isolatedReader(() => new WorkerClient<NetcdfApi>(netcdf(), "netCDF"))));
