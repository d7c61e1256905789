/**
 * netCDF-4, read by HDF5's C library in a thread that is stopped where it hangs or dies, as the page does in a worker
 * (src/lab/netcdf-api.ts). The page has a worker for every file; here one is kept while it lives, for it takes a second.
 */
import fc from "fast-check";
import type { AssemblyFacts, PackagedAssembly } from "../../src/benchmark/neural/packaged-assembly.ts";
import { golden } from "../../src/benchmark/neural/recorded.fixture.ts";
import type { NetcdfApi } from "../../src/lab/netcdf-api.ts";
import { type CallOptions, WorkerClient } from "../../src/lab/rpc.ts";
import { ThreadWorker } from "../../src/testing/thread-worker.ts";
import { changedBytes } from "../bytes.ts";
import { type Format, hold, product } from "../format.ts";

const SOUND = ["assy_made_Up2026.nc", "legacy.nc", "indexed.nc", "similarities.nc", "group.nc", "lone-coordinates.nc"];
/** Refused as they are. */
const OTHERS = ["huge.nc", "huge-chunk.nc", "huge-unwritten.nc", "integers.nc", "answers.nc", "other-order.nc"];
/** Milliseconds. */
const PATIENCE = 4000;
/** The library's memory only grows. */
const FILES_PER_THREAD = 2000;

export function netcdf(): Format {
  let client: WorkerClient<NetcdfApi> | undefined;
  let files = 0;
  const call = <Method extends keyof NetcdfApi & string>(method: Method, args: Parameters<NetcdfApi[Method]>) => {
    if (files >= FILES_PER_THREAD) client?.terminate();
    if (client?.alive !== true) {
      const thread = new ThreadWorker(new URL("../../src/testing/netcdf-thread.ts", import.meta.url));
      // The parts of a Worker that a client uses; Node has no such class.
      client = new WorkerClient<NetcdfApi>(thread as unknown as Worker, "netCDF");
      files = 0;
    }
    files += 1;
    const options: CallOptions = { patience: files === 1 ? 10 * PATIENCE : PATIENCE };
    return client.call(method, args, options);
  };
  const sound = SOUND.map(golden);
  const words = [
    "OHDR",
    "OCHK",
    "FRHP",
    "FHDB",
    "BTHD",
    "BTLF",
    "TREE",
    "HEAP",
    "SNOD",
    "GCOL",
    "\x89HDF\r\n\x1a\n",
    "CDF\x01",
  ];
  return {
    sound,
    inputs: fc.oneof(
      { weight: 5, arbitrary: changedBytes(sound, { words }) },
      { weight: 1, arbitrary: changedBytes(OTHERS.map(golden), { words }) },
    ),
    refusal: "package-refused",
    memory: 2 ** 30, // limits of netcdf.ts: 2²⁷ numbers
    async read(bytes) {
      try {
        const facts = await call("describe", [bytes.slice(), "a.nc"]);
        checkCoords(facts);
        checkValues(await call("read", [bytes, "a.nc", {}]));
      } catch (error) {
        // A library that stopped at an earlier file says so at the next; the page's worker has had no earlier one.
        if (error instanceof Error && "code" in error && String(error.code).startsWith("worker-")) client?.terminate();
        throw error;
      }
    },
    close: () => client?.terminate(),
  };
}

function checkCoords({ dims, shape, coords }: Pick<AssemblyFacts, "dims" | "shape" | "coords">): void {
  hold(dims.length === shape.length, "an extent without a dimension");
  for (const { dim, values } of Object.values(coords)) {
    const axis = dims.indexOf(dim);
    hold(axis < 0 || values.length === shape[axis], "a coordinate that is not as long as its dimension");
  }
}

function checkValues(assembly: PackagedAssembly): void {
  checkCoords(assembly);
  hold(assembly.values.length === product(assembly.shape), "an assembly of another size than it says");
}
