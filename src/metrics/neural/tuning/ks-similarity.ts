/**
 * ks_similarity: are the layer's units tuned as the cells of macaque V1 are?
 *
 * Marques, Schrimpf & DiCarlo 2021 (doi 10.1101/2021.03.01.433495); brainscore_vision/benchmarks/marques2020 and
 * metrics/distribution_similarity. Gratings find the units that see one position (electrodes.ts) and measure a property of
 * each (properties.ts); its distribution is compared with a published one (distribution.ts). The value is the mean over
 * draws, the error their standard deviation. The ceiling, of the same name, compares the published distribution with
 * itself. The score is value / ceiling, unbounded.
 *
 * Brain-Score's draws are unseeded, ours are not. A note says the value without draws, which their mean comes near.
 * `by` has a row per bin, of which `raw` is the share of the units and `data` that of the cells.
 */
import * as v from "valibot";
import { cellsOf, type Histogram } from "../../../assembly/histogram.ts";
import { GapscopeError } from "../../../faults/faults.ts";
import { type Measurement, parseOptions } from "../../metric.ts";
import type { NeuralMetric } from "../../neural-metric.ts";
import { defineCeiling, defineNeuralMetric } from "../define.ts";
import { finite, onlyBin } from "../patterns.ts";
import { binOf, binsOfCells, bootstrapSimilarity, ksSimilarity, sharesOf } from "./distribution.ts";
import { type Electrodes, ratesOf, receptiveFields, spikeScale, unitsNear } from "./electrodes.ts";
import { type Presentations, presentationFaults, presentationsOf } from "./presentations.ts";
import { type PropertyName, propertyOf, TUNING_PROPERTIES } from "./properties.ts";

const NAME = "ks_similarity";

const draws = v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(100_000)), 1000);
const names = Object.keys(TUNING_PROPERTIES).filter((name): name is PropertyName => name in TUNING_PROPERTIES);
const property = v.picklist(names);
const OPTIONS = v.strictObject({ property_name: property, ns: draws });
/** A ceiling is the same whatever the property is called. */
const CEILING_OPTIONS = v.strictObject({ property_name: v.optional(property), ns: draws });

const metric = defineNeuralMetric({
  name: NAME,
  unit: "KS similarity",
  normalisation: "ratio",
  bounds: [null, null],
  data: "histogram",
  options: OPTIONS,
  check: histogramFaults,

  async compare(source, target, { property_name: name, ns }, { signal, onProgress }) {
    const shown = presentationsOf(source.coords, TUNING_PROPERTIES[name].set);
    let done = 0;
    const electrodes = { source: onlyBin(source), signal, onRow: () => onProgress?.(++done / rowsRead(shown)) };
    const { kept, values } = await measured(electrodes, shown, name);
    const bins = values.map((value) => binOf(target, value));
    const units = sharesOf(bins, target.counts.length);
    const cells = sharesOf(binsOfCells(target), target.counts.length);
    const exact = ksSimilarity(units, cells);
    return {
      ...bootstrapSimilarity(bins, target, ns),
      by: units.map((share, i) => ({
        low: target.edges[i] ?? null,
        high: target.edges[i + 1] ?? null,
        raw: finite(share),
        data: finite(cells[i]),
      })),
      notes: [
        `${name} of ${values.length} units that respond, of ${kept} whose receptive field lies at the gratings, of ${electrodes.source.columns} in the layer.`,
        `The ${ns} draws are seeded; Brain-Score's are not.`,
        Number.isNaN(exact)
          ? `None of these units has a ${name}.`
          : `Without draws the value is ${exact.toFixed(6)}, and that of the ceiling 1.`,
      ],
    };
  },
});

export const ksSimilarityMetric: NeuralMetric = {
  ...metric,
  checkStimuli: (coords, options) =>
    presentationFaults(coords, TUNING_PROPERTIES[parseOptions(NAME, OPTIONS, options).property_name].set),
};

export const ksSimilarityCeiling = defineCeiling({
  name: NAME,
  data: "histogram",
  options: CEILING_OPTIONS,
  check: histogramFaults,

  async compute(target, { ns }): Promise<Measurement> {
    return { ...bootstrapSimilarity(binsOfCells(target), target, ns), by: [] };
  },
});

function histogramFaults({ edges, counts, undefinedCells }: Histogram): string[] {
  const cells = cellsOf({ edges, counts, undefinedCells }) - undefinedCells;
  return [
    ...(counts.length >= 2 ? [] : [`${NAME} needs at least two bins; the histogram has ${counts.length}.`]),
    ...(cells > 0 ? [] : [`No cell lies in any bin of the histogram.`]),
  ];
}

/** Throws `not-applicable` where the layer has no unit whose property could be measured. */
async function measured(
  electrodes: Electrodes,
  { blank, positions, orientation, own }: Presentations,
  name: PropertyName,
): Promise<{ readonly kept: number; readonly values: readonly number[] }> {
  const { y, x } = own.position;
  const units = unitsNear(await receptiveFields(electrodes, blank, positions), own.position);
  if (units.length === 0) {
    throw GapscopeError.notApplicable(
      `none of the layer's ${electrodes.source.columns} units has its receptive field at the gratings' position (${x}, ${y})`,
    );
  }
  const scale = await spikeScale(electrodes, blank, orientation, units);
  const values = propertyOf(name, await ratesOf(electrodes, blank, own, units, scale), own);
  if (values.length > 0) return { kept: units.length, values };
  throw GapscopeError.notApplicable(
    `none of the ${units.length} units whose receptive field lies at the gratings responds to them`,
  );
}

/** Receptive fields take two passes; each other grid is read once for what is made of it. */
function rowsRead({ positions, orientation, own }: Presentations): number {
  return 2 * positions.rows.flat().length + orientation.rows.length + own.rows.length;
}
