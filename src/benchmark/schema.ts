/**
 * The manifest, `benchmark.json`: what fields it has and what they may hold (spec: the benchmark package, version 1).
 *
 * One source for three things: the types below, the reader's checks (manifest.ts) and public/benchmark.schema.json
 * (cli/benchmark-schema.ts writes it). Whether a file or a column exists is not said here; the checks beside the tables
 * say that. Unions that have no discriminating field are `lazy`, so that a fault speaks of the form that was meant and
 * not of all forms at once.
 */
import * as v from "valibot";

const text = (description: string) => v.pipe(v.string(), v.nonEmpty(), v.maxLength(500), v.description(description));
const prose = (description: string) => v.pipe(v.string(), v.maxLength(100_000), v.description(description));
const cell = v.union([v.string(), v.pipe(v.number(), v.finite()), v.boolean(), v.null()]);

const named = (description: string) =>
  v.pipe(
    v.strictObject({
      name: text("A name of the registry."),
      options: v.optional(
        v.pipe(v.record(v.string(), v.unknown()), v.description("Keyword arguments, as in Brain-Score.")),
        {},
      ),
    }),
    v.description(description),
  );

const StimulusSetSchema = v.pipe(
  v.strictObject({
    identifier: v.optional(text("Name of the stimulus set; the benchmark's own where it is left out.")),
    table: text(
      "CSV with one row per stimulus: stimulus_id, filename and any further columns. Relative to the manifest.",
    ),
    images: text("Folder that the column filename starts from. Relative to the manifest."),
    visual_degrees: v.optional(
      v.pipe(
        v.nullable(v.pipe(v.number(), v.finite(), v.gtValue(0), v.maxValue(360))),
        v.description(
          "Degrees of visual angle that every image spans; null where images fill the field of view; left out where the table has a column degrees.",
        ),
      ),
    ),
  }),
  v.description("The stimuli. Several manifests may name the same table."),
);

const ChoiceListSchema = v.pipe(v.array(text("A choice.")), v.minLength(1));
const ChoiceColumnSchema = v.strictObject({ from: text("Column whose sorted distinct values are the choices.") });
const AnyChoicesSchema = v.union([ChoiceListSchema, v.literal("imagenet"), ChoiceColumnSchema]);
const ChoicesSchema = v.lazy<v.GenericSchema<v.InferInput<typeof AnyChoicesSchema>>>((input) => {
  if (Array.isArray(input)) return ChoiceListSchema;
  if (typeof input === "object" && input !== null) return ChoiceColumnSchema;
  return AnyChoicesSchema;
});

const TaskSchema = v.pipe(
  v.variant("name", [
    v.strictObject({ name: v.literal("label"), choices: ChoicesSchema }),
    v.strictObject({ name: v.literal("probabilities"), fitting_stimuli: StimulusSetSchema }),
    v.strictObject({
      name: v.literal("odd_one_out"),
      triplets: text("CSV with one row per trial: the stimulus ids a, b and c, and any further columns."),
      similarity_measure: v.optional(
        v.pipe(
          v.picklist(["dot", "cosine"]),
          v.description("Of which a network's answers are made, as in Brain-Score; dot where it is left out."),
        ),
      ),
    }),
  ]),
  v.description("A behavioural benchmark: what the subject is asked."),
);

const RecordingSchema = v.pipe(
  v.strictObject({
    region: v.picklist(["V1", "V2", "V4", "IT"]),
    time_bins: v.pipe(
      v.array(v.strictTuple([v.pipe(v.number(), v.finite()), v.pipe(v.number(), v.finite())])),
      v.minLength(1),
      v.description("Start and end in milliseconds after stimulus onset."),
    ),
  }),
  v.description("A neural benchmark: where is recorded, and when."),
);

const averageRepetition = v.optional(v.boolean(), true);
const DATA_FORMS = {
  table: v.strictObject({ table: text("CSV with one row per trial: stimulus_id, subject, response.") }),
  assembly: v.strictObject({
    assembly: text("netCDF-4 as Brain-Score's packaging writes it."),
    select: v.optional(v.record(v.string(), v.array(cell))),
    average_repetition: averageRepetition,
  }),
  array: v.strictObject({
    array: text("npy: stimuli in table order × neuroids (× repetitions, NaN where there was none)."),
    neuroids: v.optional(text("CSV with one row per neuroid.")),
    average_repetition: averageRepetition,
  }),
  rdm: v.strictObject({ rdm: text("npy: dissimilarities, n × n or subjects × n × n.") }),
  histogram: v.strictObject({
    histogram: text("CSV with one row per bin of a property's distribution over cells: low, high, count."),
  }),
};
const AnyDataSchema = v.pipe(
  v.union([DATA_FORMS.table, DATA_FORMS.assembly, DATA_FORMS.array, DATA_FORMS.rdm, DATA_FORMS.histogram]),
  v.description(
    "The primate data: one of table, assembly, array, rdm or histogram. Left out only where the metric reads none, e.g. accuracy.",
  ),
);
const DataSchema = v.lazy<v.GenericSchema<v.InferInput<typeof AnyDataSchema>, v.InferOutput<typeof AnyDataSchema>>>(
  (input) => {
    if (typeof input !== "object" || input === null) return AnyDataSchema;
    if ("table" in input) return DATA_FORMS.table;
    if ("assembly" in input) return DATA_FORMS.assembly;
    if ("array" in input) return DATA_FORMS.array;
    if ("rdm" in input) return DATA_FORMS.rdm;
    return "histogram" in input ? DATA_FORMS.histogram : AnyDataSchema;
  },
);

const bound = v.nullable(v.pipe(v.number(), v.finite()));

export const ManifestSchema = v.pipe(
  v.strictObject({
    $schema: v.optional(v.pipe(v.string(), v.description("For editors; without meaning."))),
    format: v.literal("gapscope-benchmark"),
    format_version: v.literal(1),
    identifier: text("Brain-Score style, e.g. Geirhos2021edge-error_consistency."),
    version: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
    title: v.optional(prose("Shown, and carried into the scorecard.")),
    description: v.optional(prose("Shown.")),
    authors: v.optional(v.array(text("An author.")), []),
    licence: v.optional(prose("Licence of stimuli and data.")),
    bibtex: v.optional(prose("How to cite.")),
    parent: v.optional(text("The benchmark that this one is part of.")),
    stimulus_set: StimulusSetSchema,
    task: v.optional(TaskSchema),
    recording: v.optional(RecordingSchema),
    number_of_trials: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(1)), 1),
    data: v.optional(DataSchema),
    metric: named("How subject and primate are compared, e.g. error_consistency, accuracy, i2n, pls, ridge, rdm, cka."),
    normalisation: v.optional(
      v.pipe(
        v.picklist(["ratio", "explained_variance", "squared_ratio", "chance_corrected"]),
        v.description("How raw value and ceiling make the score; the metric's own where it is left out."),
      ),
    ),
    ceiling: named(
      "metric (its own), internal_consistency, predictor_consistency, rsa_ceiling, or constant with option value.",
    ),
    bounds: v.optional(
      v.pipe(
        v.strictTuple([bound, bound]),
        v.description("Lowest and highest final score, null for an open end; the metric's own where it is left out."),
      ),
    ),
    exclude: v.optional(
      v.pipe(
        v.record(v.string(), v.array(cell)),
        v.description("Rows of stimulus set and data to leave out: column → values, compared typed or as written."),
      ),
      {},
    ),
  }),
  v.title("Gapscope benchmark, version 1"),
);

export type Manifest = v.InferOutput<typeof ManifestSchema>;
