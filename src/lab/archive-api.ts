/** What the archive worker does: reads and checks a package (benchmark/read.ts). */
import type { BenchmarkPackage } from "../benchmark/benchmark.ts";
import { KNOWN, type KnownNames } from "../benchmark/known.ts";
import type { AssemblyReader } from "../benchmark/neural/packaged-assembly.ts";
import { readPackage } from "../benchmark/read.ts";
import { neuralCeilings, neuralMetrics } from "../metrics/neural/registry.ts";
import { averageRepetitions } from "../metrics/neural/repetitions.ts";
import { behavioralMetrics } from "../metrics/registry.ts";

/** The reader stands below the metrics in the house and has to be told of them. */
export const REGISTERED: KnownNames = {
  ...KNOWN,
  metrics: [...behavioralMetrics.values()],
  neural: {
    metrics: [...neuralMetrics.values()],
    ceilings: [...neuralCeilings.values()],
    average: (assembly) => averageRepetitions(assembly),
  },
};

export type ArchiveApi = ReturnType<typeof archiveApi>;

/** `assemblies` reads netCDF files, which no thread that must not stop should do itself. */
export function archiveApi(assemblies: AssemblyReader) {
  return {
    read: (
      file: Blob,
      fileName: string,
      onProgress: (done: number, total: number, what: string) => void,
    ): Promise<BenchmarkPackage> => readPackage(file, { fileName, onProgress, known: REGISTERED, assemblies }),
  };
}
