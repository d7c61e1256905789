/**
 * Recorded activations as a subject: what another framework's model, or another lab's recording, gave for each stimulus.
 *
 * The file is a .npy of stimuli in stimulus-table order × features (spec: the command line, "A recorded subject is …"). It
 * stands for whatever region and time bin a benchmark asks for, because nothing in it says otherwise, and names no stimulus:
 * all that can be checked is how many rows there are. Rows are read by slices of the file, so it may be larger than memory;
 * float64 keeps its digits. It answers no task. Fitting a readout to recorded activations, as the tasks probabilities and
 * odd_one_out would need, is not offered here.
 */
import type { BehavioralAssembly } from "../assembly/assembly.ts";
import type { Region, StimulusSet, Task } from "../benchmark/benchmark.ts";
import { largeInteger, type NpyLayout, npyLayout } from "../benchmark/neural/npy.ts";
import { type Fault, GapscopeError } from "../faults/faults.ts";
import type { FeatureValues } from "../numerics/activations.ts";
import { type LayerRecording, presentationCoords, type StoredRows, type Subject, type TimeBin } from "./subject.ts";

/** More than any header that numpy reads back (10,000 bytes). */
const HEAD_BYTES = 2 ** 16;

/** Says so with every score, because no check can find rows in another order. */
const IN_TABLE_ORDER =
  "activations were read from a file that names no stimuli: its rows were taken in the order of the stimulus table";

export class RecordedActivations implements Subject {
  readonly kind = "recorded";
  /** They were made on whatever screen they were made; nothing is placed. */
  readonly visualDegrees = Number.NaN;
  readonly rows: number;
  readonly columns: number;
  /** Bytes of a feature as it is read. */
  readonly featureBytes: number;
  readonly #file: Blob;
  readonly #fileName: string;
  readonly #layout: NpyLayout;
  #timeBins: readonly TimeBin[] | undefined;

  private constructor(
    readonly identifier: string,
    readonly digest: string,
    file: Blob,
    fileName: string,
    layout: NpyLayout,
  ) {
    const [rows = 0, columns = 0] = layout.shape;
    this.rows = rows;
    this.columns = columns;
    this.featureBytes = layout.decode(new Uint8Array(0))?.BYTES_PER_ELEMENT ?? 8;
    this.#file = file;
    this.#fileName = fileName;
    this.#layout = layout;
  }

  /**
   * Reads the header alone. `digest` is `sha256-…` of the file. Throws `subject-refused` with one fault: those of npyLayout,
   * `activations-shape`, `activations-order`.
   */
  static async open(identifier: string, digest: string, file: Blob, fileName: string): Promise<RecordedActivations> {
    const head = new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer());
    const layout = npyLayout(head, file.size, fileName);
    const fault = "code" in layout ? layout : layoutFault(layout, fileName);
    if ("code" in layout || fault !== undefined) throw refused(fileName, fault);
    return new RecordedActivations(identifier, digest, file, fileName, layout);
  }

  startTask({ name }: Task): void {
    throw GapscopeError.notApplicable(
      name === "label"
        ? "the file holds activations, not answers"
        : `the file holds activations; fitting a readout for the task ${name} to recorded ones is not offered`,
    );
  }

  lookAt(): Promise<BehavioralAssembly> {
    return Promise.reject(new GapscopeError("internal", "lookAt without a task"));
  }

  startRecording(_region: Region, timeBins: readonly TimeBin[]): void {
    this.#timeBins = timeBins;
  }

  record({ stimuli, table }: StimulusSet): Promise<LayerRecording> {
    const timeBins = this.#timeBins;
    if (timeBins === undefined) return Promise.reject(new GapscopeError("internal", "record before startRecording"));
    if (stimuli.length !== this.rows) {
      const given = `the file has activations of ${this.rows} stimuli, and the benchmark shows ${stimuli.length}`;
      return Promise.reject(GapscopeError.notApplicable(given));
    }
    const { digest: key, rows, columns } = this;
    const bin: StoredRows = { key, rows, columns, read: (first, count) => this.#read(first, count) };
    return Promise.resolve({
      coords: presentationCoords(table),
      timeBins,
      bins: timeBins.map(() => bin),
      layers: [],
      notes: [IN_TABLE_ORDER],
    });
  }

  async #read(first: number, count: number): Promise<FeatureValues> {
    const { start, size, decode } = this.#layout;
    const rowBytes = size * this.columns;
    const slice = this.#file.slice(start + first * rowBytes, start + (first + count) * rowBytes);
    // The browser refuses to read a file that was changed or moved after it was chosen.
    const bytes = await slice.arrayBuffer().catch((error: unknown) => {
      throw new GapscopeError("inference-failed", `${this.#fileName} can no longer be read; choose it again.`, {
        cause: error,
      });
    });
    const values = decode(new Uint8Array(bytes));
    if (values === undefined) throw refused(this.#fileName, largeInteger(this.#fileName));
    return values;
  }
}

function layoutFault({ shape, fortran }: NpyLayout, file: string): Fault | undefined {
  if (shape.length !== 2 || shape.includes(0)) {
    return {
      code: "activations-shape",
      file,
      message: "The array is not stimuli × features.",
      value: shape.length === 0 ? "a single number" : shape.join(" × "),
      expected: "two dimensions, neither of them empty",
      remedy: "Save array.reshape(len(array), -1).",
    };
  }
  if (fortran && !shape.includes(1)) {
    return {
      code: "activations-order",
      file,
      message: "The array is stored column by column, so that the features of a stimulus do not lie together.",
      value: "fortran_order: True",
      expected: "C order",
      remedy: "Save numpy.ascontiguousarray(array).",
    };
  }
  return undefined;
}

function refused(file: string, fault: Fault | undefined): GapscopeError {
  return new GapscopeError("subject-refused", `${file} cannot be used as recorded activations.`, {
    faults: fault === undefined ? [] : [fault],
  });
}
