/** What the archive worker does: reads and checks a package (benchmark/read.ts). */
import type { BenchmarkPackage } from "../benchmark/benchmark.ts";
import { KNOWN } from "../benchmark/known.ts";
import { readPackage } from "../benchmark/read.ts";
import { behavioralMetrics } from "../metrics/registry.ts";

/** The reader stands below the metrics in the house and has to be told of them. */
const known = { ...KNOWN, metrics: [...behavioralMetrics.values()] };

export const archiveApi = {
  read: (
    file: Blob,
    fileName: string,
    onProgress: (done: number, total: number, what: string) => void,
  ): Promise<BenchmarkPackage> => readPackage(file, { fileName, onProgress, known }),
};

export type ArchiveApi = typeof archiveApi;
