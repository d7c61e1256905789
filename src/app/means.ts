/** Means of scores as the board prints them: over whom, and how many could not take part. Pure. */
import { plural } from "./format.ts";
import { type Cell, type SubjectEntry, standingOf } from "./state.ts";

export interface Mean {
  readonly value: number;
  /** How many scores it is the mean of, and how many of these are stand-ins'. */
  readonly n: number;
  readonly standIns: number;
  readonly inapplicable: number;
}

type Member = Pick<SubjectEntry, "panel" | "state" | "weights">;

/** Whether the panel mean is taken over this subject. */
export function inPanelMean(subject: Member, countStandIns: boolean): boolean {
  const standing = standingOf(subject);
  return standing === "model" || (standing === "stand-in" && countStandIns);
}

/** The mean of those who have a score; undefined where nobody has. `cells[i]` is that of `subjects[i]`. */
export function meanOf(subjects: readonly Member[], cells: readonly (Cell | undefined)[]): Mean | undefined {
  const scores = cells.flatMap((cell) => (cell?.status === "scored" ? [cell.score.score] : []));
  if (scores.length === 0) return undefined;
  return {
    value: scores.reduce((sum, score) => sum + score, 0) / scores.length,
    n: scores.length,
    standIns: subjects.filter((each, i) => cells[i]?.status === "scored" && standingOf(each) === "stand-in").length,
    inapplicable: cells.filter((cell) => cell?.status === "not applicable").length,
  };
}

/** `of 8 models, 1 of them a stand-in; 3 not applicable`. */
export function meanText({ n, standIns, inapplicable }: Mean, who: "model" | "subject"): string {
  return [
    `of ${plural(n, who)}`,
    standIns === 0 ? "" : `, ${standIns} of them ${standIns === 1 ? "a stand-in" : "stand-ins"}`,
    inapplicable === 0 ? "" : `; ${inapplicable} not applicable`,
  ].join("");
}

/** Cells in motion change with every batch and say nothing to a mean. */
export function settledCell(cell: Cell | undefined): Cell | undefined {
  return cell?.status === "running" || cell?.status === "waiting" ? undefined : cell;
}
