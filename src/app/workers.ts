/** The page's workers, each started anew by whoever asks and ended by them, and how many threads they may use. */
import type { AdapterApi } from "../lab/adapter-api.ts";
import type { ArchiveApi } from "../lab/archive-api.ts";
import type { DownloadApi } from "../lab/download.ts";
import { WorkerClient } from "../lab/rpc.ts";
import type { LabWorkers } from "../lab/run.ts";
import type { ScoringApi } from "../lab/scoring-api.ts";
import type { SubjectApi } from "../lab/subject-api.ts";

export const workers: LabWorkers = {
  subject: () =>
    new WorkerClient<SubjectApi>(
      new Worker(new URL("../../workers/subject.worker.ts", import.meta.url), { type: "module", name: "subject" }),
      "subject",
    ),
  scoring: () =>
    new WorkerClient<ScoringApi>(
      new Worker(new URL("../../workers/scoring.worker.ts", import.meta.url), { type: "module", name: "scoring" }),
      "scoring",
    ),
};

export function archiveWorker(): WorkerClient<ArchiveApi> {
  return new WorkerClient<ArchiveApi>(
    new Worker(new URL("../../workers/archive.worker.ts", import.meta.url), { type: "module", name: "archive" }),
    "archive",
  );
}

export function adapterWorker(): WorkerClient<AdapterApi> {
  return new WorkerClient<AdapterApi>(
    new Worker(new URL("../../workers/adapter.worker.ts", import.meta.url), { type: "module", name: "adapter" }),
    "adapter",
  );
}

export function downloadWorker(): WorkerClient<DownloadApi> {
  return new WorkerClient<DownloadApi>(
    new Worker(new URL("../../workers/download.worker.ts", import.meta.url), { type: "module", name: "download" }),
    "download",
  );
}

/** All cores of a small machine, all but one of a larger one; one where threads cannot share memory. */
export function threadsOf(cores: number, isolated: boolean): number {
  if (!isolated) return 1;
  return cores <= 2 ? cores : Math.min(8, cores - 1);
}
