import { type INestApplicationContext } from '@nestjs/common';
import { MetricStore } from '../metrics/store.js';
import { applicationText } from './application-text.js';
import { endpointText } from './endpoint-text.js';
import { Snapshot } from '../exposition/snapshot.js';
import { storeText } from './store-text.js';

/**
 * Where metrics are read from:
 *
 * - a Nest application, application context or testing module that imports `PrometheusModule`: read inside of the
 *   process, whether it listens or not, with everything its endpoint would give (prom-client's metrics too). This
 *   counts no request;
 * - a `MetricStore`: its own metrics and nothing else;
 * - the URL of an endpoint (`http://…`, `https://…`): a scrape like any other, which the application counts as a request;
 * - an exposition as text, or a snapshot: always the same numbers.
 */
export type MetricSource = INestApplicationContext | MetricStore | Snapshot | string;

/**
 * Reads all metrics of a source as they are now.
 *
 * @errors rejects when the application has no `PrometheusModule`, when a URL does not answer 200 within ten seconds, and
 *   with an `ExpositionFault` when what it gives cannot be read
 */
export async function snapshot(source: MetricSource): Promise<Snapshot> {
  return source instanceof Snapshot ? source : Snapshot.of(await textOf(source));
}

/** Whether a later snapshot of it can be another one. */
export function canChange(source: MetricSource): boolean {
  return typeof source === 'string' ? isUrl(source) : !(source instanceof Snapshot);
}

async function textOf(source: Exclude<MetricSource, Snapshot>): Promise<string> {
  if (typeof source === 'string') return isUrl(source) ? endpointText(source) : source;
  if (source instanceof MetricStore) return storeText(source);
  if (typeof (source as Partial<INestApplicationContext> | null)?.get === 'function') return applicationText(source);
  throw new TypeError(
    `Expected an application, a MetricStore, a Snapshot, a URL or an exposition, got ${source === null ? 'null' : typeof source}.`,
  );
}

function isUrl(text: string): boolean {
  return /^https?:\/\/\S+$/.test(text);
}
