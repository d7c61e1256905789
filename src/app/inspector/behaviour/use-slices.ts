/** Work that is longer than the page may stand still, done a slice at a time: a generator is driven until its time is up. */
import { useEffect, useState } from "react";

/** In ms: well below the 50 after which a page is said to hang. */
const SLICE = 12;

/** What `work` last returned, undefined until it did. `work` must stay the same from drawing to drawing, or it is begun anew. */
export function useSlices<Result>(work: () => Generator<undefined, Result>): Result | undefined {
  const [done, settle] = useState<{ readonly result: Result }>();
  useEffect(() => {
    const run = work();
    let timer: ReturnType<typeof setTimeout>;
    const slice = (): void => {
      const until = performance.now() + SLICE;
      do {
        const step = run.next();
        if (step.done) {
          settle({ result: step.value });
          return;
        }
      } while (performance.now() < until);
      timer = setTimeout(slice);
    };
    timer = setTimeout(slice);
    return () => clearTimeout(timer);
  }, [work]);
  return done?.result;
}
