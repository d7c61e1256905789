/** Ceilings of sites joined with their values, and how the groups of sites are told apart. Pure; ceilings.tsx draws it. */
import type { ByRow } from "../../../../metrics/metric.ts";
import type { SiteValue } from "../site-values.ts";

export interface CeiledSite {
  readonly site: SiteValue;
  readonly ceiling: number;
  readonly raw: number;
}

/** The sites that have both, in order of their ceilings. */
export function ceiledSites(values: readonly SiteValue[], ceilings: readonly ByRow[]): CeiledSite[] {
  const ofSite = new Map(ceilings.map(({ neuroid_id, raw }) => [String(neuroid_id), raw]));
  return values
    .flatMap((site): CeiledSite[] => {
      const ceiling = ofSite.get(site.name) ?? null;
      return site.value === null || ceiling === null ? [] : [{ site, ceiling, raw: site.value }];
    })
    .sort((a, b) => a.ceiling - b.ceiling);
}

/** A score of 1 by the score's own formula, as the raw value that a ceiling asks for; undefined where that is the ceiling itself. */
export function wholeScore(formula: string): ((ceiling: number) => number) | undefined {
  return formula.startsWith("raw² / ceiling") ? (ceiling) => Math.sqrt(Math.max(0, ceiling)) : undefined;
}
