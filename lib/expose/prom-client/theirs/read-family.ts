import { type ForeignFamily } from '../../foreign-family.js';
import { type TimeSlices } from '../../time-slices.js';
import { type ForeignMetric, isRecord } from '../foreign-registry.js';
import { ForeignSamples } from './foreign-samples.js';

/**
 * Reads one metric of theirs, and with it runs its `collect`.
 *
 * @errors rejects when it throws, and when what it gives is not a family that can be published
 */
export async function readFamily(metric: ForeignMetric, slices: TimeSlices): Promise<ForeignFamily> {
  const result: unknown = await metric.read();
  if (!isRecord(result)) throw new TypeError(`Expected it to give an object, got ${typeof result}.`);
  const { name: given, help = metric.help, values } = result;
  if (!Array.isArray(values)) throw new TypeError(`Expected it to give a list of values, got ${typeof values}.`);
  const { name, type, aggregator } = metric;
  const samples = new ForeignSamples(metric, typeof given === 'string' ? given : name, metric.defaultLabels);
  for (const entry of values as readonly unknown[]) {
    samples.add(entry);
    // Not all at once: that would block the event loop.
    if (slices.isOverAfterStep()) await slices.next();
  }
  return { name, type, help: typeof help === 'string' ? help : '', aggregator, samples: samples.finish() };
}
