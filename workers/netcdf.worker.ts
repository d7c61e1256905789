/** The netCDF worker: one packaged assembly → labelled values. No logic here. */
import { netcdfApi } from "../src/lab/netcdf-api.ts";
import { serve } from "../src/lab/rpc.ts";

serve(netcdfApi);
