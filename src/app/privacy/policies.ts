/** The policies that are in force, as they came with the page and as its workers' scripts are answered now. */
import downloadWorker from "../../../workers/download.worker.ts?worker&url";
import subjectWorker from "../../../workers/subject.worker.ts?worker&url";

export interface Policies {
  /** Undefined for none. */
  readonly page: string | undefined;
  readonly workers: string | undefined;
  readonly download: string | undefined;
}

/** Asks for the workers' scripts: a worker's policy is the one that its script is answered with. */
export async function policiesInForce(): Promise<Policies> {
  const [workers, download] = await Promise.all([policyOf(subjectWorker), policyOf(downloadWorker)]);
  const meta = document.querySelector<HTMLMetaElement>('meta[http-equiv="Content-Security-Policy"]');
  return { page: meta?.content, workers, download };
}

async function policyOf(script: string): Promise<string | undefined> {
  const answer = await fetch(new URL(script, import.meta.url)).catch(() => undefined);
  await answer?.body?.cancel();
  return answer?.headers.get("content-security-policy") ?? undefined;
}
