/**
 * What a screen reader is told when the workbench changes: openings and refusals, and the stages of a run, never each
 * tick of its progress. Pure; the live region in announcer.tsx says it.
 */
import { plural } from "./format.ts";
import type { WorkbenchState } from "./workbench.ts";

type Told = Pick<WorkbenchState, "packages" | "subjects" | "running" | "cells" | "messages">;

/** The sentences that `state` adds to `before`, or undefined where nothing of note happened. */
export function announcement(state: Told, before: Told): string | undefined {
  const sentences = [...openings(state, before), ...stages(state, before), ...messages(state, before)];
  return sentences.length === 0 ? undefined : sentences.join(" ");
}

function openings(state: Told, before: Told): string[] {
  return [...state.packages, ...state.subjects].flatMap((entry) => {
    const earlier = [...before.packages, ...before.subjects].find(
      ({ id, fileName }) => id === entry.id && fileName === entry.fileName,
    );
    if (earlier === undefined || earlier.state.status === entry.state.status) return [];
    if (entry.state.status === "ready") return [`${entry.fileName} is ready.`];
    if (entry.state.status !== "refused") return [];
    const { faults, message } = entry.state.error;
    return [faults.length === 0 ? message : `${entry.fileName} was refused: ${plural(faults.length, "fault")}.`];
  });
}

function stages(state: Told, before: Told): string[] {
  if (state.running === before.running) return [];
  if (state.running === undefined) {
    const statuses = Object.values(state.cells).map((cell) => cell.status);
    const failed = statuses.filter((status) => status === "failed").length;
    const cancelled = statuses.filter((status) => status === "cancelled").length;
    const scored = plural(statuses.filter((status) => status === "scored").length, "score");
    const parts = [
      `${cancelled > 0 ? "Cancelled" : "Done"}: ${scored} on the board`,
      ...(failed > 0 ? [`${failed} failed`] : []),
      ...(cancelled > 0 ? [`${cancelled} cancelled`] : []),
    ];
    return [`${parts.join(", ")}.`];
  }
  const { progress } = state.running;
  if (progress === undefined) return before.running === undefined ? ["Scoring began."] : [];
  const earlier = before.running?.progress;
  if (earlier?.benchmark === progress.benchmark && earlier.subject === progress.subject) return [];
  return [`Scoring ${progress.subject} on ${progress.benchmark}.`];
}

function messages(state: Told, before: Told): string[] {
  const known = new Set(before.messages.map(({ id }) => id));
  return state.messages.flatMap((message) => (known.has(message.id) ? [] : [message.text]));
}
