import { type CellPlace } from '../../../metrics/cell-address.js';
import { type FamilyData, familyData, type SeriesData } from '../../../metrics/family-data.js';
import { type JournalEntry } from '../../../metrics/journal.js';
import { type FamilyReading } from '../../reading.js';

/** An entry of the journal, but those about chunks, as a short list: there is one for each series. */
export type ShortEntry =
  | readonly ['m', metric: number, family: FamilyData]
  | readonly ['s' | 'o', metric: number, labels: string, createdSeconds: number, chunk: number, at: number]
  | readonly ['x', metric: number, chunk: number, at: number, exemplarsChunk: number, exemplarsAt: number]
  | readonly ['r', metric: number, ...places: readonly number[]];

/** The entries about families and their series. */
export function entriesOf(families: readonly FamilyReading[]): readonly ShortEntry[] {
  return families.flatMap((family, metric) => [
    ['m', metric, familyData(family)] as const,
    ...(family.overflow === undefined ? [] : seriesEntries(metric, family.overflow, true)),
    ...family.series.slice(0, family.seriesCount).flatMap((series) => seriesEntries(metric, series, false)),
  ]);
}

/** None for an entry about a chunk: chunks have frames of their own. */
export function shortEntries(entry: JournalEntry): readonly ShortEntry[] {
  if (entry.kind === 'chunk') return [];
  if (entry.kind === 'metric') return [['m', entry.metric, familyData(entry)]];
  if (entry.kind === 'series') return seriesEntries(entry.metric, entry, entry.overflow);
  if (entry.kind === 'exemplars') return [exemplarsEntry(entry.metric, entry, entry.exemplars)];
  return [['r', entry.metric, ...entry.places.flatMap(({ chunk, at }) => [chunk, at])]];
}

function seriesEntries(metric: number, series: SeriesData, isOverflow: boolean): readonly ShortEntry[] {
  const { labels, createdSeconds, chunk, at, exemplars } = series;
  const entry: ShortEntry = [isOverflow ? 'o' : 's', metric, labels, createdSeconds, chunk, at];
  return exemplars === undefined ? [entry] : [entry, exemplarsEntry(metric, series, exemplars)];
}

function exemplarsEntry(metric: number, { chunk, at }: CellPlace, exemplars: CellPlace): ShortEntry {
  return ['x', metric, chunk, at, exemplars.chunk, exemplars.at];
}
