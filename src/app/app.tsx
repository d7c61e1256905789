/** The page: head, rail, board, inspector, foot. Each part fails by itself. */
import { lazy, Suspense } from "react";
import { Announcer } from "./announcer.tsx";
import styles from "./app.module.css";
import { BackendsOff } from "./backends/off.tsx";
import { Benchmarks } from "./benchmarks.tsx";
import { Boundary } from "./boundary.tsx";
import { useBench } from "./context.ts";
import { EmptyBoard } from "./empty-board.tsx";
import { DropAnywhere } from "./files.tsx";
import { Header } from "./header.tsx";
import { Messages } from "./messages.tsx";
import { Offers } from "./offline-notice.tsx";
import rail from "./rail.module.css";
import { RunBar } from "./run-bar.tsx";
import { Subjects } from "./subjects.tsx";
import { Full, Unfinished } from "./unfinished.tsx";
import { YourOwn } from "./your-own.tsx";

const Scoreboard = lazy(() => import("./scoreboard.tsx"));
const Inspector = lazy(() => import("./inspector/inspector.tsx"));
const Compare = lazy(() => import("./compare/compare.tsx"));
const Publish = lazy(() => import("./publish/publish.tsx"));
const Person = lazy(() => import("./person/person.tsx"));
const Teach = lazy(() => import("./teach/teach.tsx"));

export function App() {
  const open = useBench((state) => state.open);
  const desk = useBench((state) => (state.open === undefined ? state.desk : undefined));
  const taking = useBench((state) => state.taking);
  const teaching = useBench((state) => state.teaching);
  const covered = taking !== undefined || teaching !== undefined;
  return (
    <>
      <div
        className={styles.page}
        data-inspecting={open !== undefined || desk !== undefined || undefined}
        inert={covered}
      >
        <Header />
        <div className={styles.notices}>
          <Offers />
          <BackendsOff />
          <Unfinished />
          <Full />
          <Messages />
        </div>
        <main className={styles.main}>
          <div className={styles.board}>
            <Boundary part="the scoreboard">
              <Board />
            </Boundary>
          </div>
          {open !== undefined && (
            <div className={styles.inspector}>
              <Boundary part="the inspector" key={`${open.benchmark}|${open.subject}`}>
                <Suspense fallback={<p className={styles.loading}>Opening…</p>}>
                  <Inspector open={open} />
                </Suspense>
              </Boundary>
            </div>
          )}
          {desk !== undefined && (
            <div className={styles.inspector}>
              <Boundary part={desk === "compare" ? "the comparison" : "what is published"} key={desk}>
                <Suspense fallback={<p className={styles.loading}>Opening…</p>}>
                  {desk === "compare" ? <Compare /> : <Publish />}
                </Suspense>
              </Boundary>
            </div>
          )}
        </main>
        <aside className={rail.rail} aria-label="What is open">
          <Boundary part="the list of benchmarks">
            <Benchmarks />
          </Boundary>
          <Boundary part="the list of subjects">
            <Subjects />
          </Boundary>
        </aside>
        <RunBar />
        <DropAnywhere />
        <Announcer />
      </div>
      {taking !== undefined && (
        <Boundary part="the sitting" key={taking}>
          <Suspense fallback={null}>
            <Person digest={taking} />
          </Suspense>
        </Boundary>
      )}
      {teaching !== undefined && (
        <Boundary part="the slides" key={teaching}>
          <Suspense fallback={null}>
            <Teach digest={teaching} />
          </Suspense>
        </Boundary>
      )}
    </>
  );
}

function Board() {
  const opened = useBench(
    ({ packages, claims, subjects }) =>
      packages.length > 0 || claims.length > 0 || subjects.some(({ panel }) => panel === undefined),
  );
  if (!opened) return <EmptyBoard />;
  return (
    <Suspense fallback={<p className={styles.loading}>Opening…</p>}>
      <Scoreboard />
      <YourOwn />
    </Suspense>
  );
}
