import { ExpositionFault } from './exposition/fault.js';
import { FamilyCollector } from './exposition/family-collector.js';
import { type ExpositionFormat, type Family, type Labels, type Sample } from './exposition/family.js';
import { readMetadataLine } from './exposition/metadata-line.js';
import { readSampleLine } from './exposition/sample-line.js';
import { seriesIdentity } from './exposition/series-identity.js';
import { textOf } from './exposition/utf8.js';

export { ExpositionFault } from './exposition/fault.js';
export type { Exemplar, ExpositionFormat, Family, Labels, MetricType, Sample } from './exposition/family.js';

/**
 * Reads an exposition and throws an `ExpositionFault` at the first thing in it that its format does not allow.
 *
 * Written from the documents, "Exposition formats" for Prometheus text 0.0.4 and "OpenMetrics 1.0", and from nothing
 * in `lib/`, so that a misreading of the documents has to be made twice to go unnoticed. In two things it is stricter:
 * a sample needs a TYPE before it, and a histogram of the text format its sum.
 * Names outside of the classic character set, which need quotes, are faults: we publish none.
 */
export function readExposition(exposition: string | Uint8Array, format: ExpositionFormat): Exposition {
  const collector = new FamilyCollector(format);
  for (const [index, line] of linesOf(textOf(exposition), format).entries()) {
    readLine(line, index + 1, collector);
  }
  return new Exposition(collector.finish());
}

function linesOf(text: string, format: ExpositionFormat): string[] {
  if (format === 'text') {
    if (text !== '' && !text.endsWith('\n')) throw new ExpositionFault('The last line does not end in a line feed');
    return text.split('\n').slice(0, -1);
  }
  const body = text.endsWith('\n') ? text.slice(0, -1) : text;
  if (body === '# EOF') return [];
  if (!body.endsWith('\n# EOF')) missingEnd(text);
  return body.split('\n').slice(0, -1);
}

function missingEnd(text: string): never {
  throw new ExpositionFault(/(?:^|\n)# EOF\n/.test(text) ? 'Text after # EOF' : 'The exposition does not end in # EOF');
}

function readLine(line: string, lineNumber: number, collector: FamilyCollector): void {
  const { format } = collector;
  if (/^[ \t]*$/.test(line)) {
    if (format === 'openmetrics') throw new ExpositionFault('An empty line', lineNumber);
  } else if (/^[ \t]*#/.test(line)) {
    const metadata = readMetadataLine(line, lineNumber, format);
    if (metadata) collector.describe(metadata, lineNumber);
  } else {
    collector.add(readSampleLine(line, lineNumber, format));
  }
}

/** A sound exposition, for questions about its series. Names are those of samples: `x_total`, `x_bucket`, `x_count`. */
export class Exposition {
  readonly #byIdentity = new Map<string, Sample>();
  readonly #byName = new Map<string, Sample[]>();

  /** By the family's name, which in OpenMetrics is that of a counter without `_total`. */
  constructor(readonly families: ReadonlyMap<string, Family>) {
    for (const sample of [...families.values()].flatMap((family) => family.samples)) {
      this.#byIdentity.set(seriesIdentity(sample.name, sample.labels), sample);
      const named = this.#byName.get(sample.name);
      if (named) named.push(sample);
      else this.#byName.set(sample.name, [sample]);
    }
  }

  get seriesCount(): number {
    return this.#byIdentity.size;
  }

  /** The value of the series with exactly these labels. */
  value(name: string, labels: Labels = {}): number | undefined {
    return this.#byIdentity.get(seriesIdentity(name, labels))?.value;
  }

  /** The sum over the series that have these labels, and any others. 0 when there are none. */
  sum(name: string, labels: Labels = {}): number {
    return this.series(name, labels).reduce((sum, { value }) => sum + value, 0);
  }

  /** The series of a name, those with the given labels if any are given, in the order they were written. */
  series(name: string, labels: Labels = {}): readonly Sample[] {
    const wanted = Object.entries(labels);
    const named = this.#byName.get(name) ?? [];
    return named.filter((sample) => wanted.every(([label, value]) => (sample.labels[label] ?? '') === value));
  }

  [Symbol.iterator](): Iterator<Sample> {
    return this.#byIdentity.values();
  }
}

export interface Change {
  readonly name: string;
  readonly labels: Labels;
  readonly by: number;
}

/** What happened between two scrapes. A series that was not there before counts from 0. */
export interface Delta {
  /** How much the series with exactly these labels grew; 0 when neither scrape has it. */
  value(name: string, labels?: Labels): number;
  /** How much the sum over the series with these labels, and any others, grew. */
  sum(name: string, labels?: Labels): number;
  /** Every series that differs, so that a test can say that nothing else moved. */
  readonly changes: readonly Change[];
}

export function delta(before: Exposition, after: Exposition): Delta {
  const value = (name: string, labels: Labels = {}) =>
    (after.value(name, labels) ?? 0) - (before.value(name, labels) ?? 0);
  return {
    value,
    sum: (name, labels) => after.sum(name, labels) - before.sum(name, labels),
    changes: seriesOfEither(before, after)
      // Not by the difference, which between two NaN, or two infinities, is none.
      .filter(({ name, labels }) => !Object.is(before.value(name, labels) ?? 0, after.value(name, labels) ?? 0))
      .map(({ name, labels }) => ({ name, labels, by: value(name, labels) })),
  };
}

function seriesOfEither(before: Exposition, after: Exposition): readonly Sample[] {
  return [...after, ...[...before].filter(({ name, labels }) => after.value(name, labels) === undefined)];
}
