/** What the archive worker does: reads and checks a package (benchmark/read.ts), or makes one of Brain-Score's own files. */
import { hashFile } from "../assembly/file-hashes.ts";
import type { BenchmarkPackage } from "../benchmark/benchmark.ts";
import { KNOWN, type KnownNames } from "../benchmark/known.ts";
import type { AssemblyReader } from "../benchmark/neural/packaged-assembly.ts";
import { readPackage } from "../benchmark/read.ts";
import { IRREPRODUCIBLE } from "../metrics/neural/irreproducible.ts";
import { neuralCeilings, neuralMetrics } from "../metrics/neural/registry.ts";
import { averageRepetitions } from "../metrics/neural/repetitions.ts";
import { behavioralMetrics } from "../metrics/registry.ts";
import { type AssemblyDescriber, type BrainioFound, findBrainio, packFiles } from "./brainio.ts";

/** The reader stands below the metrics in the house and has to be told of them. */
export const REGISTERED: KnownNames = {
  ...KNOWN,
  metrics: [...behavioralMetrics.values()],
  neural: {
    metrics: [...neuralMetrics.values()],
    ceilings: [...neuralCeilings.values()],
    irreproducible: IRREPRODUCIBLE,
    average: (assembly) => averageRepetitions(assembly),
  },
};

/** Names that a neural manifest may have. */
export interface NeuralNames {
  readonly metrics: readonly string[];
  /** Without a metric's own and `constant`. */
  readonly ceilings: readonly string[];
}

export type ArchiveApi = ReturnType<typeof archiveApi>;

/** `assemblies` reads netCDF files, which no thread that must not stop should do itself. */
export function archiveApi(assemblies: AssemblyReader & AssemblyDescriber) {
  return {
    async read(
      file: Blob,
      fileName: string,
      onProgress: (done: number, total: number, what: string) => void,
    ): Promise<BenchmarkPackage> {
      const read = await readPackage(file, { fileName, onProgress, known: REGISTERED, assemblies });
      return { ...read, sha256: (await hashFile(file)).sha256 };
    },

    /** What files from Brain-Score's storage are together, and what their benchmark may be scored with. */
    findBrainio: async (files: readonly File[]): Promise<BrainioFound & NeuralNames> => ({
      ...(await findBrainio(files, assemblies)),
      metrics: [...neuralMetrics.keys()],
      ceilings: [...neuralCeilings.keys()],
    }),

    packBrainio: packFiles,
  };
}
