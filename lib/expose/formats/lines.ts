import { type Family } from '../../metrics/series.js';
import { type ForeignFamily, type ForeignSample } from '../foreign-family.js';
import { type ExpositionFormat } from './format.js';
import { numberText } from './number-text.js';

/** The lines of one series, from its cells. Empty for a gauge that is not set. */
export type SeriesLines = (cells: Float64Array, at: number, labels: string) => string;

/** How the series of a family are written; whatever they share is written once, here. */
export function seriesLines(family: Family, format: ExpositionFormat): SeriesLines {
  const { name, bounds } = family;
  return family.definition.type === 'histogram' ? histogramLines(name, bounds, format) : valueLine(name);
}

/** The line of a sample that came from somewhere else. */
export function foreignLine(sample: ForeignSample, family: ForeignFamily, format: ExpositionFormat): string {
  const le = sample.le === undefined ? '' : `le="${format.bound(sample.le)}"`;
  const labels = sample.labels === '' || le === '' ? sample.labels + le : `${sample.labels},${le}`;
  // What OpenMetrics knows as `unknown` must not have one.
  const mayHaveExemplar = family.type === 'histogram' || (family.type === 'counter' && family.name.endsWith('_total'));
  const exemplar = sample.exemplar !== undefined && mayHaveExemplar ? format.exemplar(sample.exemplar) : '';
  return `${sample.name}${braced(labels)} ${numberText(sample.value)}${exemplar}\n`;
}

function valueLine(name: string): SeriesLines {
  return (cells, at, labels) => {
    const value = cells[at]!;
    return Number.isNaN(value) ? '' : `${name}${braced(labels)} ${numberText(value)}\n`;
  };
}

function histogramLines(name: string, bounds: readonly number[], format: ExpositionFormat): SeriesLines {
  const ends = [...bounds.map((bound) => format.bound(bound)), '+Inf'].map((bound) => `le="${bound}"} `);
  return (cells, at, labels) => {
    const start = labels === '' ? `${name}_bucket{` : `${name}_bucket{${labels},`;
    let text = '';
    let count = 0;
    for (let bucket = 0; bucket < ends.length; bucket += 1) {
      count += cells[at + bucket]!;
      text += `${start}${ends[bucket]}${count}\n`;
    }
    const braces = braced(labels);
    return `${text}${name}_sum${braces} ${numberText(cells[at + ends.length]!)}\n${name}_count${braces} ${count}\n`;
  };
}

function braced(labels: string): string {
  return labels === '' ? '' : `{${labels}}`;
}
