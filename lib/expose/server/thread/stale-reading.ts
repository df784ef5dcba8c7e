import { type FamilyReading, type Reading } from '../../reading.js';

/**
 * A reading while the application's event loop is stuck: nobody can be asked. Counters and histograms have their current
 * values. Gauges that are only read at scrapes are left out, better no number than a wrong one, as are the families of
 * others. Every collector is shown as failed.
 *
 * @param chunks copies, in which this function writes
 */
export function staleReading(
  families: readonly FamilyReading[],
  chunks: readonly Float64Array[],
  successMetric: string,
): Reading {
  for (const { name, series } of families) {
    if (name === successMetric) for (const { chunk, at } of series) chunks[chunk]![at] = 0;
  }
  return { own: families.map((family) => (family.readAtScrape ? withoutSeries(family) : family)), chunks, foreign: [] };
}

function withoutSeries(family: FamilyReading): FamilyReading {
  return { ...family, seriesCount: 0, overflow: undefined };
}
