/** One line of progress: rewritten in place on a terminal, a line per tenth elsewhere. */
import type { LayersProgress } from "../src/app/layer-curves.ts";
import type { Progress } from "../src/lab/clock.ts";

export class ProgressLine {
  readonly #stream: NodeJS.WriteStream;
  #tenth = -1;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  show(progress: Progress | LayersProgress | undefined): void {
    if (progress === undefined) return;
    const text = sentence(progress);
    if (this.#stream.isTTY) {
      this.#stream.write(`\r\u001b[K${text}`);
      return;
    }
    const tenth = Math.floor(10 * shareOf(progress));
    if (tenth === this.#tenth) return;
    this.#tenth = tenth;
    this.#stream.write(`${text}\n`);
  }

  clear(): void {
    if (this.#stream.isTTY) this.#stream.write("\r\u001b[K");
  }
}

function shareOf(progress: Progress | LayersProgress): number {
  return "share" in progress ? progress.share : progress.overall.done / Math.max(1, progress.overall.total);
}

function sentence(progress: Progress | LayersProgress): string {
  const { subject, done, total, secondsLeft } = progress;
  const left = secondsLeft === undefined ? "" : `, ${duration(secondsLeft)} left`;
  if ("share" in progress) return `${subject} layer by layer: ${done} of ${total} layers (${progress.stage}${left})`;
  const { benchmark, overall } = progress;
  return `${subject} on ${benchmark}: ${done} of ${total} stimuli (${overall.done} of ${overall.total} in all${left})`;
}

/** e.g. `12 s`, `3 min`, `2.5 h`. */
function duration(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}
