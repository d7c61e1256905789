/**
 * The published distributions that V1's tuning is compared with, and where each is from.
 *
 * The counts are macaques', in histograms/: a row per bin, and one without a bin for the cells that were recorded and have no
 * such value. They stand as brainscore_vision/data/marques2020/data_packaging has them, which does not say from which figure
 * of a paper it took them. The counts by kind of cell add up to `count`; only the sum is compared.
 */
import type { PropertyName } from "../../src/metrics/neural/tuning/properties.ts";

export interface Source {
  /** Begins what Brain-Score calls the benchmark, e.g. DeValois1982. */
  readonly key: string;
  /** Authors, title, where it appeared. */
  readonly citation: string;
  readonly bibtex: string;
}

export interface Distribution {
  readonly property: PropertyName;
  readonly source: Source;
  /** What Brain-Score calls its benchmark, after the source; without, it has none. */
  readonly registered?: string;
  readonly title: string;
  readonly unit: string;
  /** Of which cells. */
  readonly cells: string;
}

const SURROUND: Source = {
  key: "Cavanaugh2002",
  citation:
    "J. R. Cavanaugh, W. Bair, J. A. Movshon (2002). Nature and interaction of signals from the receptive field center and surround in macaque V1 neurons. Journal of Neurophysiology 88(5), 2530–2546. doi 10.1152/jn.00692.2001",
  bibtex:
    "@article{Cavanaugh2002, author = {Cavanaugh, James R. and Bair, Wyeth and Movshon, J. A.}, title = {Nature and interaction of signals from the receptive field center and surround in macaque {V1} neurons}, journal = {Journal of Neurophysiology}, volume = {88}, number = {5}, pages = {2530--2546}, year = {2002}, doi = {10.1152/jn.00692.2001}}",
};
const ORIENTATION: Source = {
  key: "DeValois1982",
  citation:
    "R. L. De Valois, E. W. Yund, N. Hepler (1982). The orientation and direction selectivity of cells in macaque visual cortex. Vision Research 22(5), 531–544",
  bibtex:
    "@article{DeValois1982a, author = {{De Valois}, Russell L. and Yund, E. W. and Hepler, Norva}, title = {The orientation and direction selectivity of cells in macaque visual cortex}, journal = {Vision Research}, volume = {22}, number = {5}, pages = {531--544}, year = {1982}}",
};
const FREQUENCY: Source = {
  key: "DeValois1982",
  citation:
    "R. L. De Valois, D. G. Albrecht, L. G. Thorell (1982). Spatial frequency selectivity of cells in macaque visual cortex. Vision Research 22(5), 545–559",
  bibtex:
    "@article{DeValois1982b, author = {{De Valois}, Russell L. and Albrecht, Duane G. and Thorell, Lisa G.}, title = {Spatial frequency selectivity of cells in macaque visual cortex}, journal = {Vision Research}, volume = {22}, number = {5}, pages = {545--559}, year = {1982}}",
};
const BANDWIDTH: Source = {
  key: "Schiller1976",
  citation:
    "P. H. Schiller, B. L. Finlay, S. F. Volman (1976). Quantitative studies of single-cell properties in monkey striate cortex. III. Spatial frequency. Journal of Neurophysiology 39(6), 1334–1351. doi 10.1152/jn.1976.39.6.1334",
  bibtex:
    "@article{Schiller1976, author = {Schiller, P. H. and Finlay, B. L. and Volman, S. F.}, title = {Quantitative studies of single-cell properties in monkey striate cortex. {III}. {S}patial frequency}, journal = {Journal of Neurophysiology}, volume = {39}, number = {6}, pages = {1334--1351}, year = {1976}, doi = {10.1152/jn.1976.39.6.1334}}",
};

const SUPPRESSED = "190 cells, of which the 148 that their surround suppresses by more than a tenth have a value";

export const DISTRIBUTIONS: readonly Distribution[] = [
  {
    property: "preferred_orientation",
    source: ORIENTATION,
    registered: "pref_or",
    title: "Preferred orientation",
    unit: "degrees",
    cells: "385 cells",
  },
  {
    property: "peak_spatial_frequency",
    source: FREQUENCY,
    registered: "peak_sf",
    title: "Preferred spatial frequency",
    unit: "cycles per degree",
    cells: "363 cells, simple and complex, foveal and parafoveal",
  },
  {
    property: "spatial_frequency_bandwidth",
    source: BANDWIDTH,
    registered: "sf_bandwidth",
    title: "Bandwidth of spatial frequency",
    unit: "per cent",
    cells: "87 cells, of which the 73 that are selective have a value",
  },
  {
    property: "spatial_frequency_selective",
    source: BANDWIDTH,
    registered: "sf_selective",
    title: "Selective for spatial frequency",
    unit: "0 or 1",
    cells: "87 cells",
  },
  {
    property: "surround_suppression_index",
    source: SURROUND,
    registered: "surround_suppression_index",
    title: "Surround suppression",
    unit: "share of the peak",
    cells: "190 cells",
  },
  {
    property: "strongly_suppressed",
    source: SURROUND,
    title: "Strongly suppressed by the surround",
    unit: "0 or 1",
    cells: "190 cells",
  },
  {
    property: "grating_summation_field",
    source: SURROUND,
    registered: "grating_summation_field",
    title: "Grating summation field",
    unit: "degrees",
    cells: SUPPRESSED,
  },
  {
    property: "surround_diameter",
    source: SURROUND,
    registered: "surround_diameter",
    title: "Surround's diameter",
    unit: "degrees",
    cells: SUPPRESSED,
  },
  {
    property: "surround_grating_summation_field_ratio",
    source: SURROUND,
    title: "Surround's diameter over summation field",
    unit: "ratio",
    cells: SUPPRESSED,
  },
];
