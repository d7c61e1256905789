/** The workbench for components: the whole for its actions, slices of it for its state. */
import { createContext, useContext } from "react";
import { useStore } from "zustand";
import type { WorkbenchState } from "./state.ts";
import type { Workbench } from "./workbench.ts";

const Context = createContext<Workbench | undefined>(undefined);

export const WorkbenchProvider = Context.Provider;

export function useWorkbench(): Workbench {
  const workbench = useContext(Context);
  if (workbench === undefined) throw new Error("a component stands outside its WorkbenchProvider");
  return workbench;
}

/** A slice of the state. A selector that makes a new array or object needs zustand's `useShallow`. */
export function useBench<Slice>(selector: (state: WorkbenchState) => Slice): Slice {
  return useStore(useWorkbench().store, selector);
}
