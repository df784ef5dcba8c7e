import { exemplarAt, readExemplar } from '../../metrics/exemplar-cells.js';
import { type SeriesData } from '../../metrics/family-data.js';
import { type ForeignExemplar } from '../foreign-family.js';
import { type Reading } from '../reading.js';

/** The exemplars of the buckets of a series; undefined for a bucket without one. */
export type OwnExemplars = readonly (ForeignExemplar | undefined)[];

const NONE: OwnExemplars = [];

export function ownExemplars(series: SeriesData, chunks: Reading['chunks'], buckets: number): OwnExemplars {
  const { exemplars } = series;
  const cells = exemplars && chunks[exemplars.chunk];
  // The series may have got these cells after the chunks were copied.
  if (exemplars === undefined || cells === undefined) return NONE;
  return Array.from({ length: buckets }, (_, bucket) => {
    const found = readExemplar(cells, exemplarAt(exemplars, bucket), series);
    if (found === undefined) return undefined;
    const { traceId, spanId, value, timestampSeconds } = found;
    return { labels: `trace_id="${traceId}",span_id="${spanId}"`, value, timestampSeconds };
  });
}
