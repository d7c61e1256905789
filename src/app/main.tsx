/** The page's entry: the workbench, the command line's door to it, and React. */
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import "./theme.css";
import { browserBar, followAddress } from "./address.ts";
import { App } from "./app.tsx";
import { automate } from "./automation.ts";
import { Boundary } from "./boundary.tsx";
import { WorkbenchProvider } from "./context.ts";
import { createOffline } from "./offline.ts";
import { OfflineProvider } from "./offline-notice.tsx";
import type { WorkbenchState } from "./state.ts";
import { applyTheme, keptTheme } from "./theme.ts";
import { createWorkbench } from "./workbench.ts";

/** States of a subject that a reload would break off. */
const ACTIVE: ReadonlySet<string> = new Set(["downloading", "checking", "opening"]);

applyTheme(keptTheme());
const workbench = createWorkbench();
followAddress(workbench.store, browserBar);
window.gapscope = automate(workbench);
const offline = createOffline({
  untouched: () => untouched(workbench.store.getState()),
  gpu: () => workbench.store.getState().environment.adapter !== null && "Suspending" in WebAssembly,
});
void workbench.inspectEnvironment().then(offline.start);
void workbench.restore();
void workbench.findUnfinished();

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root");
createRoot(root).render(
  <StrictMode>
    <Boundary part="the page">
      <WorkbenchProvider value={workbench}>
        <OfflineProvider value={offline}>
          <App />
        </OfflineProvider>
      </WorkbenchProvider>
    </Boundary>
  </StrictMode>,
);

/** Whether nothing has been opened or begun that a reload would take from the person. */
function untouched({ packages, subjects, running, taking }: WorkbenchState): boolean {
  const idle = subjects.every(({ panel, state }) => panel !== undefined && !ACTIVE.has(state.status));
  return packages.length === 0 && idle && running === undefined && taking === undefined;
}
