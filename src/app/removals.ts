/**
 * What was removed last, kept for a while so that it can be put back as it was. Scores need no keeping: they are kept by the
 * digest of the benchmark and the identity of the subject, and are there again with them.
 */
import type { StoreApi } from "zustand/vanilla";
import type { ClaimEntry } from "./compare/claims.ts";
import { newId, type PackageEntry, type SubjectEntry, type WorkbenchState } from "./state.ts";

export type Removed = { readonly id: string; readonly name: string } & (
  | { readonly list: "packages"; readonly at: number; readonly entry: PackageEntry }
  | { readonly list: "subjects"; readonly at: number; readonly entry: SubjectEntry }
  | { readonly list: "claims"; readonly at: number; readonly entry: ClaimEntry }
  | { readonly list: "brainio"; readonly files: readonly File[] }
);

interface Surroundings {
  readonly store: StoreApi<WorkbenchState>;
  readonly brainio: {
    readonly take: (files: readonly File[]) => Promise<void>;
    readonly clear: () => Promise<void>;
  };
}

export function removals({ store, brainio }: Surroundings) {
  const { getState: get, setState: set } = store;
  return {
    package(id: string): void {
      const { packages } = get();
      const at = packages.findIndex((entry) => entry.id === id);
      const entry = packages[at];
      if (entry === undefined) return;
      const removed: Removed = { id: newId(), name: entry.fileName, list: "packages", at, entry };
      set({ packages: packages.toSpliced(at, 1), removed });
    },

    /** A subject of the person's own. The panel's models stay. */
    subject(id: string): void {
      const { subjects } = get();
      const at = subjects.findIndex((entry) => entry.id === id && entry.panel === undefined);
      const entry = subjects[at];
      if (entry === undefined) return;
      const removed: Removed = { id: newId(), name: entry.identifier, list: "subjects", at, entry };
      set({ subjects: subjects.toSpliced(at, 1), removed });
    },

    claim(id: string): void {
      const { claims } = get();
      const at = claims.findIndex((entry) => entry.id === id);
      const entry = claims[at];
      if (entry === undefined) return;
      set({
        claims: claims.toSpliced(at, 1),
        removed: { id: newId(), name: entry.fileName, list: "claims", at, entry },
      });
    },

    /** Files of Brain-Score's storage that are no benchmark yet. */
    async brainio(): Promise<void> {
      const { files } = get().brainio;
      if (files.length === 0) return;
      set({ removed: { id: newId(), name: "Brain-Score’s files", list: "brainio", files } });
      await brainio.clear();
    },

    /** Puts back what was removed last, where it was. */
    async undo(): Promise<void> {
      const { removed } = get();
      if (removed === undefined) return;
      set({ removed: undefined });
      switch (removed.list) {
        case "packages":
          return set(({ packages }) => ({ packages: packages.toSpliced(removed.at, 0, removed.entry) }));
        case "subjects":
          return set(({ subjects }) => ({ subjects: subjects.toSpliced(removed.at, 0, removed.entry) }));
        case "claims":
          return set(({ claims }) => ({ claims: claims.toSpliced(removed.at, 0, removed.entry) }));
        case "brainio":
          return brainio.take(removed.files);
        default:
          return removed satisfies never;
      }
    },

    /** It stays removed. */
    forget(id: string): void {
      if (get().removed?.id === id) set({ removed: undefined });
    },
  };
}
