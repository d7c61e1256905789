/** The service worker: the page without a network, isolated on any host. No logic here. */
import { cacheName, offlineSite, type ServiceWorkerScope, type Site, serveOffline } from "../src/lab/offline-api.ts";

/** Put here by the build (cli/seal.ts). */
declare const SITE: Site;

// A service worker's global scope is not the one that TypeScript's DOM library declares for every file.
const worker = self as unknown as ServiceWorkerScope;
const { scope } = worker.registration;
serveOffline(
  worker,
  offlineSite(SITE, {
    scope,
    fetch: (address, options) => fetch(address, options),
    cache: () => caches.open(cacheName(scope)),
  }),
);
