import { type FamilyData, type SeriesData } from '../../metrics/family-data.js';
import { type ForeignFamily, type ForeignSample } from '../foreign-family.js';
import { type Reading } from '../reading.js';
import { numberText } from './number-text.js';
import { ownExemplars } from './own-exemplars.js';
import { type Page } from './page.js';
import { type TextFormat } from './text-format.js';

/** Writes the lines of one series, from its cells. None for a gauge that is not set. */
export type SeriesLines = (page: Page, series: SeriesData, chunks: Reading['chunks']) => void;

/** `le="…"} `, a count of any length and the end of the line. */
const MAX_LINE_END = 80;
/** Both ids, a value and a time. */
const MAX_EXEMPLAR = 160;

/** How the series of a family are written; whatever they share is written once, here. */
export function seriesLines(family: FamilyData, format: TextFormat): SeriesLines {
  const { name, type, bounds, createdLines } = family;
  const lines = type === 'histogram' ? histogramLines(name, bounds, format) : valueLine(name);
  return createdLines && format.hasCreated ? withCreated(format.familyName(family), lines) : lines;
}

/** The line of a sample that came from somewhere else. */
export function foreignLine(sample: ForeignSample, family: ForeignFamily, format: TextFormat): string {
  const le = sample.le === undefined ? '' : `le="${format.bound(sample.le)}"`;
  const labels = sample.labels === '' || le === '' ? sample.labels + le : `${sample.labels},${le}`;
  // What OpenMetrics knows as `unknown` must not have one.
  const mayHaveExemplar = family.type === 'histogram' || (family.type === 'counter' && family.name.endsWith('_total'));
  const exemplar = sample.exemplar !== undefined && mayHaveExemplar ? format.exemplar?.(sample.exemplar) : '';
  return `${sample.name}${braced(labels)} ${numberText(sample.value)}${exemplar ?? ''}\n`;
}

function valueLine(name: string): SeriesLines {
  return (page, { chunk, at, labels }, chunks) => {
    const value = chunks[chunk]![at]!;
    if (!Number.isNaN(value)) page.text(`${name}${braced(labels)} ${numberText(value)}\n`);
  };
}

/** All lines of the buckets begin alike: written once and copied, they cost a third of the time. */
function histogramLines(name: string, bounds: readonly number[], format: TextFormat): SeriesLines {
  const ends = [...bounds.map((bound) => format.bound(bound)), '+Inf'].map((bound) => Buffer.from(`le="${bound}"} `));
  return (page, series, chunks) => {
    const { chunk, at, labels } = series;
    const cells = chunks[chunk]!;
    const exemplars = format.exemplar === undefined ? [] : ownExemplars(series, chunks, ends.length);
    const start = labels === '' ? `${name}_bucket{` : `${name}_bucket{${labels},`;
    const lineEnd = MAX_LINE_END + (exemplars.length > 0 ? MAX_EXEMPLAR : 0);
    page.reserve((start.length * 3 + lineEnd) * ends.length);
    const from = page.position;
    page.text(start);
    const length = page.position - from;
    let count = 0;
    for (let bucket = 0; bucket < ends.length; bucket += 1) {
      count += cells[at + bucket]!;
      page.lineLike(from, length, ends[bucket]!, count);
      const exemplar = exemplars[bucket];
      if (exemplar !== undefined) page.extendLine(format.exemplar?.(exemplar) ?? '');
    }
    const braces = braced(labels);
    page.text(`${name}_sum${braces} ${numberText(cells[at + ends.length]!)}\n${name}_count${braces} ${count}\n`);
  };
}

function withCreated(familyName: string, lines: SeriesLines): SeriesLines {
  return (page, series, chunks) => {
    lines(page, series, chunks);
    page.text(`${familyName}_created${braced(series.labels)} ${numberText(series.createdSeconds)}\n`);
  };
}

function braced(labels: string): string {
  return labels === '' ? '' : `{${labels}}`;
}
