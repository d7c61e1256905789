/** The clock of a run: what is done, and how long the rest will take. It knows no workers. */
import type { Benchmark } from "../benchmark/benchmark.ts";
import { presentationsOf } from "../subject/subject.ts";
import { type SubjectSource, subjectIdentifier } from "./source.ts";

/** Where a run stands; `secondsLeft` only once something has been measured. */
export interface Progress {
  readonly benchmark: string;
  readonly subject: string;
  readonly done: number;
  readonly total: number;
  /** What takes long besides presentations, e.g. fitting a readout. */
  readonly stage?: string;
  /** Presentations answered and asked for over the whole run, fitting stimuli included. */
  readonly overall: { readonly done: number; readonly total: number };
  readonly secondsLeft?: number;
}

type Emit = (benchmark: Benchmark, subject: SubjectSource, progress: Progress) => void;

/** Counts presentations and estimates what is left from the images per second of the batches so far. */
export class Clock {
  readonly #emit: Emit;
  readonly #total: number;
  #before = 0;
  /** Pictures that networks were run on. */
  inferred = 0;
  #current: { readonly benchmark: Benchmark; readonly source: SubjectSource; readonly done: number } | undefined;
  #images = 0;
  #seconds = 0;

  constructor(benchmarks: readonly Benchmark[], subjects: readonly SubjectSource[], emit: Emit) {
    this.#emit = emit;
    this.#total = subjects.length * benchmarks.reduce((sum, benchmark) => sum + presentationsOf(benchmark), 0);
  }

  begin(benchmark: Benchmark, source: SubjectSource): void {
    this.#current = { benchmark, source, done: 0 };
    this.#report();
  }

  advance(done: number, stage?: string): void {
    if (this.#current !== undefined) this.#current = { ...this.#current, done };
    this.#report(stage);
  }

  measured(images: number, seconds: number): void {
    this.inferred += images;
    // Recent batches count more: the first ones load and compile.
    this.#images = this.#images * 0.8 + images;
    this.#seconds = this.#seconds * 0.8 + seconds;
  }

  end(): void {
    if (this.#current !== undefined) this.#before += presentationsOf(this.#current.benchmark);
    this.#current = undefined;
  }

  /** All cells are settled, and this one's interval is under way. */
  follow(benchmark: Benchmark, source: SubjectSource, share: number): void {
    const total = presentationsOf(benchmark);
    this.#emit(benchmark, source, {
      benchmark: benchmark.identifier,
      subject: subjectIdentifier(source),
      done: total,
      total,
      stage: `drawing its interval, ${Math.floor(100 * share)} %`,
      overall: { done: this.#total, total: this.#total },
    });
  }

  #report(stage?: string): void {
    if (this.#current === undefined) return;
    const { benchmark, source, done } = this.#current;
    const overall = { done: this.#before + done, total: this.#total };
    const left = this.#images === 0 ? undefined : ((overall.total - overall.done) * this.#seconds) / this.#images;
    this.#emit(benchmark, source, {
      benchmark: benchmark.identifier,
      subject: subjectIdentifier(source),
      done,
      total: presentationsOf(benchmark),
      ...(stage === undefined ? {} : { stage }),
      overall,
      ...(left === undefined ? {} : { secondsLeft: left }),
    });
  }
}
