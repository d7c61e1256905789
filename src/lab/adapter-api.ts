/** What the adapter worker does: it says what a worker gets of the GPU, and is small enough to be asked when the page opens. */
import { type AdapterFacts, adapterFacts } from "../models/adapter.ts";

export type AdapterApi = typeof adapterApi;

export const adapterApi = {
  /** The GPU adapter that a worker of this browser gets, or null. WebGPU is run through JSPI, so both are needed. */
  adapter(): Promise<AdapterFacts | null> {
    return "Suspending" in WebAssembly ? adapterFacts() : Promise.resolve(null);
  },
};
