import { canChange, type MetricSource, snapshot } from './metric-source.js';
import { type Snapshot } from '../exposition/snapshot.js';

const OF_OBJECTS = new WeakMap<object, Snapshot>();
const OF_URLS = new Map<string, Snapshot>();

/**
 * Takes a snapshot from which `toHaveIncreasedBy` and `toHaveIncreasedMetric` count from now on, until the next
 * `baseline` of the same source. Call it right before what a test is about. Tests that run at the same time on one
 * application would take each other's: they keep a snapshot and say `since(before)`.
 *
 * @errors as `snapshot`; and rejects for a text or a snapshot, which cannot change
 */
export async function baseline(source: MetricSource): Promise<Snapshot> {
  if (!canChange(source))
    throw new TypeError('Expected a source that can change, got a text or a snapshot: it has no before.');
  const taken = await snapshot(source);
  if (typeof source === 'string') OF_URLS.set(source, taken);
  else OF_OBJECTS.set(source, taken);
  return taken;
}

/** The last baseline of a source. */
export function baselineOf(source: MetricSource): Snapshot {
  const taken = typeof source === 'string' ? OF_URLS.get(source) : OF_OBJECTS.get(source);
  if (taken !== undefined) return taken;
  throw new Error(
    'Expected a baseline to count from, got none for this source: call `await baseline(source)` before what should ' +
      'increase the metric, or say `.since(snapshot)`.',
  );
}
