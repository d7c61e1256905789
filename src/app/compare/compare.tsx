/** The desk beside the board on which two things are compared: two subjects, or a benchmark before and after an edit. */
import { useShallow } from "zustand/react/shallow";
import { useBench } from "../context.ts";
import { Desk } from "../desk.tsx";
import { benchmarksOf } from "../state.ts";
import { editedOf } from "./edit.ts";
import { EditView } from "./edit-view.tsx";
import { PairView } from "./pair-view.tsx";

export default function Compare() {
  const benchmarks = useBench(useShallow(benchmarksOf));
  return (
    <Desk title="Compare" desk="compare">
      <PairView benchmarks={benchmarks} />
      <EditView edited={editedOf(benchmarks)} />
    </Desk>
  );
}
