/** What the archive worker does: reads and checks a package (benchmark/read.ts). */
import type { BenchmarkPackage } from "../benchmark/benchmark.ts";
import { readPackage } from "../benchmark/read.ts";

export const archiveApi = {
  read: (
    file: Blob,
    fileName: string,
    onProgress: (done: number, total: number, what: string) => void,
  ): Promise<BenchmarkPackage> => readPackage(file, { fileName, onProgress }),
};

export type ArchiveApi = typeof archiveApi;
