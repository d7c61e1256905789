/** Who takes part in a run: a network with its files, or a recording. */
import type { NetworkFacts } from "../subject/network.ts";
import type { RecordedSubject } from "../subject/recorded.ts";
import type { RecordedActivations } from "../subject/recorded-activations.ts";
import type { Network } from "./network.ts";

export type SubjectSource =
  | {
      readonly kind: "network";
      readonly network: Network;
      /** What every score of this subject must say, e.g. that it stands in for another. */
      readonly notes: readonly string[];
      /** Whether its scores count for the panel's mean. */
      readonly panel: boolean;
      readonly facts?: NetworkFacts;
    }
  | { readonly kind: "recorded"; readonly subject: RecordedSubject | RecordedActivations };

export function subjectIdentifier(source: SubjectSource): string {
  return source.kind === "network" ? source.network.card.identifier : source.subject.identifier;
}

export function subjectDigest(source: SubjectSource): string {
  return source.kind === "network" ? source.network.digest : source.subject.digest;
}
