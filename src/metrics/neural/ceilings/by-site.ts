/** Which ceilings have a value of each site; the others have one number for all. Apart, so that whoever asks loads no ceiling. */
export const CEILINGS_BY_SITE: ReadonlySet<string> = new Set(["internal_consistency", "predictor_consistency"]);
