/** The netCDF worker as a thread of Node, for tests of what happens when it hangs or dies. */
import { parentPort } from "node:worker_threads";
import { netcdfApi } from "../lab/netcdf-api.ts";
import { serve } from "../lab/rpc.ts";
import { eventsOf } from "./thread-worker.ts";

if (parentPort !== null) serve(netcdfApi, eventsOf(parentPort));
