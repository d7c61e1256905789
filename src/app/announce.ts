/**
 * What a screen reader is told when the workbench changes: openings and refusals, and the stages of a run, never each
 * tick of its progress. Pure; the live region in announcer.tsx says it.
 */
import type { Progress } from "../lab/clock.ts";
import { plural } from "./format.ts";
import type { WorkbenchState } from "./state.ts";

type Told = Pick<WorkbenchState, "packages" | "subjects" | "running" | "cells" | "messages"> &
  Partial<Pick<WorkbenchState, "claims" | "paused" | "removed">>;

/** The sentences that `state` adds to `before`, or undefined where nothing of note happened. */
export function announcement(state: Told, before: Told): string | undefined {
  const sentences = [
    ...openings(state, before),
    ...claims(state, before),
    ...removals(state, before),
    ...pauses(state, before),
    ...stages(state, before),
    ...messages(state, before),
  ];
  return sentences.length === 0 ? undefined : sentences.join(" ");
}

function openings(state: Told, before: Told): string[] {
  const own = state.subjects.filter(({ panel }) => panel === undefined);
  return [
    ...panelOpenings(state, before),
    ...[...state.packages, ...own].flatMap((entry) => {
      const earlier = [...before.packages, ...before.subjects].find(
        ({ id, fileName }) => id === entry.id && fileName === entry.fileName,
      );
      if (earlier === undefined || earlier.state.status === entry.state.status) return [];
      if (entry.state.status === "ready") return [`${entry.fileName} is ready.`];
      if (entry.state.status !== "refused") return [];
      const { faults, message } = entry.state.error;
      return [faults.length === 0 ? message : `${entry.fileName} was refused: ${plural(faults.length, "fault")}.`];
    }),
  ];
}

function removals({ removed, packages, subjects, claims = [] }: Told, before: Told): string[] {
  if (removed !== undefined)
    return removed.id === before.removed?.id ? [] : [`Removed ${removed.name}. Undo is at hand for a while.`];
  const earlier = before.removed;
  if (earlier === undefined || earlier.list === "brainio") return [];
  const back = [...packages, ...subjects, ...claims].some(({ id }) => id === earlier.entry.id);
  return back ? [`${earlier.name} is back.`] : [];
}

function pauses(state: Told, before: Told): string[] {
  if (state.paused === before.paused || state.running === undefined) return [];
  if (state.paused === undefined) return ["The run goes on."];
  return state.paused === "closed" ? ["The run is paused."] : [];
}

/** Scorecards are there as soon as they are read; their verdicts speak for themselves. */
function claims(state: Told, before: Told): string[] {
  const known = new Set(before.claims?.map(({ id }) => id));
  const added = state.claims?.filter(({ id }) => !known.has(id)) ?? [];
  return added.flatMap(({ fileName, state }) =>
    state.status === "refused"
      ? [`${fileName} was refused: ${plural(state.error.faults.length, "fault")}.`]
      : [`${fileName} is open, to be reproduced.`],
  );
}

/** Models of the panel go by their names; several that are ready at once, as after opening the page, by their number. */
function panelOpenings(state: Told, before: Told): string[] {
  const changed = state.subjects.flatMap((entry) => {
    const earlier = before.subjects.find(({ id }) => id === entry.id);
    const news = entry.panel !== undefined && earlier !== undefined && earlier.state.status !== entry.state.status;
    return news ? [{ entry, earlier: earlier.state.status }] : [];
  });
  const ready = changed.filter(({ entry }) => entry.state.status === "ready" && entry.panel?.checkpoint !== undefined);
  const sentences = changed.flatMap(({ entry: { identifier, fileName, state }, earlier }) => {
    switch (state.status) {
      case "downloading":
        return [`Downloading ${identifier}.`];
      case "refused":
        return [`${fileName} was refused: it is not the file of ${identifier}.`];
      case "needs file":
        if (state.trouble !== undefined) return [`${identifier} was not downloaded: ${state.trouble.message}`];
        return earlier === "downloading"
          ? [`The download of ${identifier} was stopped.`]
          : [`${identifier} needs its file.`];
      default:
        return [];
    }
  });
  if (ready.length === 1) sentences.push(`${ready[0]?.entry.identifier} is ready.`);
  else if (ready.length > 1) sentences.push(`${plural(ready.length, "model")} of the panel are ready.`);
  return sentences;
}

function stages(state: Told, before: Told): string[] {
  if (state.running === before.running) return [];
  if (state.running === undefined) {
    if (before.running !== undefined && "layers" in before.running) {
      const { subject, done, total } = before.running.layers;
      return [`${done < total || total === 0 ? "Stopped" : "Done"}: ${plural(done, "layer")} of ${subject} scored.`];
    }
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
  if ("layers" in state.running) {
    return before.running === undefined ? [`Scoring every layer of ${state.running.layers.subject}.`] : [];
  }
  const { progress } = state.running;
  if (progress === undefined) return before.running === undefined ? ["Scoring began."] : [];
  const earlier = before.running === undefined || "layers" in before.running ? undefined : before.running.progress;
  const same = earlier?.benchmark === progress.benchmark && earlier.subject === progress.subject;
  const stage = stageName(progress);
  return [
    ...(same ? [] : [`Scoring ${progress.subject} on ${progress.benchmark}.`]),
    ...(stage === undefined || (same && stage === stageName(earlier)) ? [] : [`Now ${stage}.`]),
  ];
}

/** What a run is at without how far it is: `fitting the readout, 40 %` gives `fitting the readout`. */
function stageName(progress: Pick<Progress, "stage">): string | undefined {
  return progress.stage?.replace(/, \d+ %$/, "");
}

function messages(state: Told, before: Told): string[] {
  const known = new Set(before.messages.map(({ id }) => id));
  return state.messages.flatMap((message) => (known.has(message.id) ? [] : [message.text]));
}
