/**
 * Files of Brain-Score's storage on their way to becoming a benchmark: which have been given, what they are, and what came of
 * opening them. The actions of the workbench that have to do with them; files may come in any order, alone or together.
 */
import type { StoreApi } from "zustand/vanilla";
import type { BenchmarkPackage } from "../../benchmark/benchmark.ts";
import { type Fault, GapscopeError, type GapscopeErrorRecord } from "../../faults/faults.ts";
import type { ArchiveApi, NeuralNames } from "../../lab/archive-api.ts";
import type { BrainioFound, DescribedSet } from "../../lab/brainio.ts";
import type { WorkerClient } from "../../lab/rpc.ts";
import type { WorkbenchState } from "../state.ts";
import { completed, type Filled } from "./complete.ts";

export interface BrainioState {
  /** Those that belong to no benchmark yet. */
  readonly files: readonly File[];
  /** What they are; while they are looked at again, what was found before. */
  readonly found: (BrainioFound & NeuralNames) | undefined;
  readonly looking: boolean;
  /** By assembly, what came of opening a set. */
  readonly attempts: Readonly<Record<string, Attempt>>;
}

export type Attempt =
  | { readonly status: "packing" }
  | { readonly status: "reading"; readonly done: number; readonly total: number; readonly what: string }
  | { readonly status: "refused"; readonly error: GapscopeErrorRecord };

export const NO_FILES: BrainioState = { files: [], found: undefined, looking: false, attempts: {} };

interface Parts {
  readonly store: StoreApi<WorkbenchState>;
  readonly archive: () => WorkerClient<ArchiveApi>;
  /** Puts a package among those that are open. */
  readonly add: (made: File, read: BenchmarkPackage) => void;
}

export function brainioDesk({ store, archive, add }: Parts) {
  const get = (): BrainioState => store.getState().brainio;
  const patch = (changes: Partial<BrainioState>): void =>
    store.setState(({ brainio }) => ({ brainio: { ...brainio, ...changes } }));
  const attempt = (assembly: string, state: Attempt): void =>
    patch({ attempts: { ...get().attempts, [assembly]: state } });

  /** Looks at all files again: one that is added may complete a set. The last look counts. */
  async function look(files: readonly File[]): Promise<void> {
    if (files.length === 0) return patch(NO_FILES);
    patch({ files, looking: true, attempts: {} });
    const client = archive();
    const found = await client
      .call("findBrainio", [files])
      .catch((error: unknown) => {
        const { faults, message } = GapscopeError.from(error);
        return { sets: [], faults: [...faults, { code: "brainio-unreadable", message }], metrics: [], ceilings: [] };
      })
      .finally(() => client.terminate());
    if (get().files === files) patch({ found, looking: false });
  }

  return {
    /** Adds files; one of the same name replaces the earlier. */
    async take(added: readonly File[]): Promise<void> {
      if (added.length === 0) return;
      const names = new Set(added.map(({ name }) => name));
      await look([...get().files.filter(({ name }) => !names.has(name)), ...added]);
    },

    /** Puts all of them away. */
    clear: (): Promise<void> => look([]),

    /** Makes a package of a set and opens it. What is wrong, with the form or with the files, stands at the attempt. */
    async open(described: DescribedSet, filled: Filled): Promise<void> {
      const { set } = described;
      const { files } = get();
      const whole = completed(described, filled);
      if ("faults" in whole) {
        const error = new GapscopeError("package-refused", "The form is not complete.", { faults: whole.faults });
        return attempt(set.assembly, { status: "refused", error: error.toRecord() });
      }
      attempt(set.assembly, { status: "packing" });
      const client = archive();
      try {
        const packed = await client.call("packBrainio", [{ set, files }, whole.manifests]);
        const made = new File([packed], `${filled.name.trim().replaceAll(/[^\w.-]+/g, "_")}.zip`);
        const onProgress = (done: number, total: number, what: string) =>
          attempt(set.assembly, { status: "reading", done, total, what });
        const read = await client.call("read", [made, made.name, onProgress]);
        add(made, read);
        // Its stimulus set stays while another assembly may need it.
        const left = get().files.filter(({ name }) => name !== set.assembly);
        await look(left.some(({ name }) => /\.nc$/i.test(name)) ? left : []);
      } catch (error) {
        const { faults, ...record } = GapscopeError.from(error).toRecord();
        attempt(set.assembly, { status: "refused", error: { ...record, faults: faults.map(namedBack(set)) } });
      } finally {
        client.terminate();
      }
    },
  };
}

/** Faults speak of the package; the person has files of other names. */
function namedBack({ table, assembly }: DescribedSet["set"]): (fault: Fault) => Fault {
  const names: Readonly<Record<string, string>> = { "stimuli.csv": table, "assembly.nc": assembly };
  return (fault) => {
    const name = fault.file === undefined ? undefined : names[fault.file];
    return name === undefined ? fault : { ...fault, file: name };
  };
}
