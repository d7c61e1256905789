/**
 * The interval of the difference of two subjects' scores on a benchmark, by a scoring worker of its own.
 *
 * What is drawn and why lies in scoring/bootstrap.ts; this brings back the answers that a cell keeps as the assemblies they
 * were. A cell keeps probabilities as 32-bit numbers, which moves a draw's score by less than is ever printed.
 */
import type { BehavioralAssembly } from "../../assembly/assembly.ts";
import type { BehavioralBenchmark } from "../../benchmark/benchmark.ts";
import type { Answers, LabWorkers } from "../../lab/run.ts";
import { scorable } from "../../lab/scorable.ts";
import type { Interval, NoInterval } from "../../scoring/bootstrap.ts";
import type { Ceiling } from "../../scoring/ceiled.ts";
import { presentationsTable } from "../../subject/person.ts";
import { presentationCoords } from "../../subject/subject.ts";

export interface DifferenceRequest {
  readonly benchmark: BehavioralBenchmark;
  readonly ceiling: Ceiling;
  /** The first's score minus the second's. */
  readonly answers: readonly [Answers, Answers];
  readonly signal: AbortSignal;
  /** Counts from 0 to 1. */
  readonly onShare: (share: number) => void;
}

export type Differ = (request: DifferenceRequest) => Promise<Interval | NoInterval>;

/** A draw of a ceiling that splits its data hundreds of times may take seconds. */
const PATIENCE = 600_000;

/** Each call has a worker that ends with it. Throws `cancelled`, or why the worker failed. */
export function differ(spawn: LabWorkers["scoring"]): Differ {
  return async ({ benchmark, ceiling, answers: [first, second], signal, onShare }) => {
    const client = spawn();
    const both = [assemblyOf(benchmark, first), assemblyOf(benchmark, second)] as const;
    try {
      return await client.call("difference", [scorable(benchmark), both, ceiling, benchmark.digest, onShare], {
        signal,
        patience: PATIENCE,
      });
    } finally {
      client.terminate();
    }
  };
}

function assemblyOf(benchmark: BehavioralBenchmark, { values, evidence }: Answers): BehavioralAssembly {
  const coords = presentationCoords(presentationsTable(benchmark));
  const n = values.length;
  if (benchmark.task.name !== "probabilities" || evidence === undefined)
    return { dims: ["presentation"], shape: [n], coords, values, ...(evidence === undefined ? {} : { evidence }) };
  const { choices, probabilities } = evidence;
  return {
    dims: ["presentation", "choice"],
    shape: [n, choices.length],
    coords,
    values: Float64Array.from(probabilities),
    choices,
  };
}
