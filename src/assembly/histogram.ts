/**
 * How a property is distributed over neurons, as papers print it: how many cells fall into each bin.
 *
 * Brain-Score's PropertyAssembly holds a value drawn within its bin for each cell (brainscore_vision/data/marques2020); only
 * the bins reach a score, so that they are all that is kept here.
 */
export interface Histogram {
  /** Of the bins, ascending: one more than there are bins. A bin holds its lower edge, the last one both. */
  readonly edges: readonly number[];
  /** Cells in each bin. */
  readonly counts: readonly number[];
  /** Cells that were recorded and have no such property, as one without surround has no surround's diameter. */
  readonly undefinedCells: number;
}

/** All cells, those without the property too. */
export function cellsOf({ counts, undefinedCells }: Histogram): number {
  return counts.reduce((sum, count) => sum + count, undefinedCells);
}

export function isHistogram(data: object): data is Histogram {
  return "edges" in data;
}
