import { type ForeignFamily } from '../../lib/expose/foreign-family.js';
import { type ExpositionFormat as Format } from '../../lib/expose/formats/format.js';
import { openMetrics } from '../../lib/expose/formats/openmetrics.js';
import { protobuf } from '../../lib/expose/formats/protobuf/protobuf.js';
import { render } from '../../lib/expose/formats/render.js';
import { TEXT } from '../../lib/expose/formats/text.js';
import { mergeShares } from '../../lib/expose/processes/merge/merge-shares.js';
import { type Share } from '../../lib/expose/processes/merge/share.js';
import { readEngine } from '../../lib/expose/read-engine.js';
import { type Reading } from '../../lib/expose/reading.js';
import { engineOf, MetricStore } from '../../lib/metrics/store.js';
import { type MetricStoreOptions } from '../../lib/metrics/store-options.js';
import { type Exposition, readExposition } from './exposition.js';
import { decodeExposition, type DecodedFamily } from './protobuf-exposition.js';

/** The share of a process that has counted in a store. */
export function shareOf(
  slot: number,
  count: (store: MetricStore) => void,
  options: MetricStoreOptions = {},
  foreign: readonly ForeignFamily[] = [],
): Share {
  const store = new MetricStore(options);
  count(store);
  return { slot, reading: readEngine(engineOf(store), foreign), isEnded: false };
}

/** The share of one without metrics of ours. */
export function foreignShare(slot: number, ...foreign: readonly ForeignFamily[]): Share {
  return shareOf(slot, () => undefined, {}, foreign);
}

export function ended(reading: Reading): Share {
  return { slot: -1, reading, isEnded: true };
}

/** A reading as all formats give it, each held against its rules. */
export interface InAllFormats {
  readonly text: Exposition;
  readonly openmetrics: Exposition;
  readonly protobuf: readonly DecodedFamily[];
}

export async function inAllFormats(reading: Reading): Promise<InAllFormats> {
  const bytes = async (format: Format) => Buffer.concat(await render(reading, format, new AbortController().signal));
  return {
    text: readExposition(await bytes(TEXT), 'text'),
    openmetrics: readExposition(await bytes(openMetrics('underscores')), 'openmetrics'),
    protobuf: decodeExposition(await bytes(protobuf('underscores'))),
  };
}

/** What processes give together. A problem is an error. */
export async function merged(...shares: readonly Share[]): Promise<InAllFormats> {
  const reading = mergeShares(shares, (problem) => {
    throw new Error(problem);
  });
  return inAllFormats(reading);
}

/** The series of an exposition, as `name{labels}` in the order of names. */
export function valuesOf(exposition: Exposition): Readonly<Record<string, number>> {
  return Object.fromEntries(
    [...exposition].map(({ name, labels, value }) => {
      const pairs = Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1));
      return [`${name}${JSON.stringify(Object.fromEntries(pairs))}`, value];
    }),
  );
}
