/** The page's entry: the workbench, the command line's door to it, and React. */
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import "./theme.css";
import { App } from "./app.tsx";
import { automate } from "./automation.ts";
import { Boundary } from "./boundary.tsx";
import { WorkbenchProvider } from "./context.ts";
import { applyTheme, keptTheme } from "./theme.ts";
import { createWorkbench } from "./workbench.ts";

applyTheme(keptTheme());
const workbench = createWorkbench();
window.gapscope = automate(workbench);
void workbench.inspectEnvironment();
void workbench.restore();

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root");
createRoot(root).render(
  <StrictMode>
    <Boundary part="the page">
      <WorkbenchProvider value={workbench}>
        <App />
      </WorkbenchProvider>
    </Boundary>
  </StrictMode>,
);
