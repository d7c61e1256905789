/**
 * The download worker: files from other sites into storage. No logic here.
 *
 * It is built apart from the other scripts so that its server can give it a policy of its own (vite.config.ts): it may
 * talk to the hosts of weights and to nothing else, and nothing else may talk to them.
 */
import { aloneAmongPages, downloadApi } from "../src/lab/download.ts";
import { partStore } from "../src/lab/parts.ts";
import { serve } from "../src/lab/rpc.ts";

/** Milliseconds within which a violation of the policy is reported. */
const VIOLATION = 100;
let blocked = false;
self.addEventListener("securitypolicyviolation", () => {
  blocked = true;
});

serve(
  downloadApi({
    fetch: (address, options) => fetch(address, options),
    parts: partStore(),
    room: async () => {
      const { quota, usage } = (await navigator.storage?.estimate()) ?? {};
      return quota === undefined || usage === undefined ? undefined : quota - usage;
    },
    blocked: async () => {
      await new Promise((resolve) => setTimeout(resolve, VIOLATION)); // the event comes after the failure
      return blocked;
    },
    alone: aloneAmongPages,
  }),
);
