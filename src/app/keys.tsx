/** The button in the head that shows the page's keys; while it is there, they act. */
import { lazy, Suspense, useCallback, useState } from "react";
import { useShortcuts } from "./shortcuts.ts";

const Help = lazy(() => import("./help.tsx"));

export function Keys({ className }: { readonly className: string | undefined }) {
  const [open, setOpen] = useState(false);
  useShortcuts(useCallback(() => setOpen(true), []));
  return (
    <>
      <button type="button" data-look="word" className={className} onClick={() => setOpen(true)}>
        Keys
      </button>
      {open && (
        <Suspense fallback={null}>
          <Help onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
