/** The one polite live region of the page; announce.ts decides what is worth saying. */
import { useEffect, useState } from "react";
import { announcement } from "./announce.ts";
import { useWorkbench } from "./context.ts";

export function Announcer() {
  const { store } = useWorkbench();
  const [said, setSaid] = useState("");
  useEffect(
    () =>
      store.subscribe((state, before) => {
        const sentences = announcement(state, before);
        if (sentences !== undefined) setSaid(sentences);
      }),
    [store],
  );
  return (
    <div className="visually-hidden" role="status">
      {said}
    </div>
  );
}
