/**
 * What the netCDF worker does: reads one packaged assembly, and is stopped.
 *
 * HDF5's C library cannot be trusted with strangers' files: some damaged ones keep it busy for ever, others bring it down,
 * and its memory only grows. So each file has a worker of its own, within the archive worker.
 */
import {
  type AssemblyReader,
  assemblyReader,
  type PackagedAssembly,
  type Selection,
} from "../benchmark/neural/packaged-assembly.ts";
import { handOver, type WorkerClient } from "./rpc.ts";

export const netcdfApi = {
  read: async (bytes: Uint8Array<ArrayBuffer>, file: string, select: Selection): Promise<PackagedAssembly> => {
    const assembly = await assemblyReader.read(bytes, file, select);
    return handOver(assembly, [assembly.values.buffer]);
  },
};

export type NetcdfApi = typeof netcdfApi;

/** Milliseconds; and for each byte, at some 2 MB a second: a slow machine unpacks ten times as much. */
const PATIENCE = { base: 30_000, perByte: 1 / 2000 };

/** A reader whose every file is read by a worker that `spawn` makes. A worker that dies or hangs is that file's fault. */
export function isolatedReader(spawn: () => WorkerClient<NetcdfApi>, patience = PATIENCE): AssemblyReader {
  return {
    async read(bytes, file, select) {
      const client = spawn();
      try {
        return await client.call("read", [bytes, file, select], {
          transfer: [bytes.buffer],
          patience: patience.base + patience.perByte * bytes.length,
        });
      } finally {
        client.terminate();
      }
    },
  };
}
