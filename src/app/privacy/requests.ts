/** Requests to other sites, counted by the browser itself: what the head of the page and the privacy panel show. */
import { useEffect, useState } from "react";

/** How many resources this page has requested from origins other than its own, by host. Workers' are not among them. */
export function useRequestsElsewhere(): ReadonlyMap<string, number> {
  const [requests, setRequests] = useState<ReadonlyMap<string, number>>(new Map());
  useEffect(() => {
    const observer = new PerformanceObserver((list) => {
      const hosts = list.getEntries().flatMap(({ name }) => hostElsewhere(name) ?? []);
      if (hosts.length === 0) return;
      setRequests((known) => {
        const counts = new Map(known);
        for (const host of hosts) counts.set(host, (counts.get(host) ?? 0) + 1);
        return counts;
      });
    });
    observer.observe({ type: "resource", buffered: true });
    return () => {
      observer.disconnect();
      setRequests(new Map());
    };
  }, []);
  return requests;
}

/** The host of an address elsewhere. Blob URLs carry the origin that made them; data URLs are requested from nobody. */
function hostElsewhere(address: string): string | undefined {
  if (address.startsWith("data:")) return undefined;
  const { origin, host } = new URL(address, location.href);
  return origin === location.origin ? undefined : host;
}
