/**
 * What the netCDF worker does: reads one packaged assembly, or says what it is, and is stopped.
 *
 * HDF5's C library cannot be trusted with strangers' files: some damaged ones keep it busy for ever, others bring it down,
 * and its memory only grows. So each file has a worker of its own, within the archive worker.
 */
import {
  type AssemblyFacts,
  type AssemblyReader,
  assemblyReader,
  describeAssembly,
  type PackagedAssembly,
  type Selection,
} from "../benchmark/neural/packaged-assembly.ts";
import type { AssemblyDescriber } from "./brainio.ts";
import { type CallOptions, handOver, type WorkerClient } from "./rpc.ts";

export const netcdfApi = {
  read: async (bytes: Uint8Array<ArrayBuffer>, file: string, select: Selection): Promise<PackagedAssembly> => {
    const assembly = await assemblyReader.read(bytes, file, select);
    return handOver(assembly, [assembly.values.buffer]);
  },
  describe: (bytes: Uint8Array<ArrayBuffer>, file: string): Promise<AssemblyFacts> => describeAssembly(bytes, file),
};

export type NetcdfApi = typeof netcdfApi;

/** Milliseconds; and for each byte, at some 2 MB a second: a slow machine unpacks ten times as much. */
const PATIENCE = { base: 30_000, perByte: 1 / 2000 };

/** A reader whose every file is read by a worker that `spawn` makes. A worker that dies or hangs is that file's fault. */
export function isolatedReader(
  spawn: () => WorkerClient<NetcdfApi>,
  patience = PATIENCE,
): AssemblyReader & AssemblyDescriber {
  const isolated = async <Result>(
    bytes: Uint8Array<ArrayBuffer>,
    ask: (client: WorkerClient<NetcdfApi>, options: CallOptions) => Promise<Result>,
  ): Promise<Result> => {
    const client = spawn();
    try {
      return await ask(client, {
        transfer: [bytes.buffer],
        patience: patience.base + patience.perByte * bytes.length,
      });
    } finally {
      client.terminate();
    }
  };
  return {
    read: (bytes, file, select) =>
      isolated(bytes, (client, options) => client.call("read", [bytes, file, select], options)),
    describe: (bytes, file) => isolated(bytes, (client, options) => client.call("describe", [bytes, file], options)),
  };
}
