import { type FamilyData, type SeriesData } from '../../../metrics/family-data.js';
import { nativeBuckets } from '../../../metrics/native/native-layout.js';
import { type Reading } from '../../reading.js';
import { ownExemplars, type OwnExemplars } from '../own-exemplars.js';
import { COUNTER, HISTOGRAM, METRIC, VALUE } from './fields.js';
import { type Message } from './message.js';
import { nativeCount, writeNativeBuckets } from './native-buckets.js';
import { writeBucket, writeExemplar, writeTimestamp } from './parts.js';

/** Writes what is in the metric of a series, its labels apart. False for a gauge that is not set, which has no metric. */
export type WriteValue = (message: Message, cells: Float64Array, series: SeriesData) => boolean;

/** How the series of a family are written. */
export function ownMetric(family: FamilyData, chunks: Reading['chunks']): WriteValue {
  if (family.type === 'counter') return writeCounter;
  return family.type === 'gauge' ? writeGauge : histogram(family, chunks);
}

function writeCounter(message: Message, cells: Float64Array, { at, createdSeconds }: SeriesData): boolean {
  const counter = message.open(METRIC.counter);
  message.double(COUNTER.value, cells[at]!);
  writeTimestamp(message, COUNTER.createdTimestamp, createdSeconds);
  message.close(counter);
  return true;
}

function writeGauge(message: Message, cells: Float64Array, { at }: SeriesData): boolean {
  const value = cells[at]!;
  if (Number.isNaN(value)) return false;
  const gauge = message.open(METRIC.gauge);
  message.double(VALUE, value);
  message.close(gauge);
  return true;
}

function histogram({ bounds, native }: FamilyData, chunks: Reading['chunks']): WriteValue {
  const upperBounds = [...bounds, Infinity];
  return (message, cells, series) => {
    const { at, createdSeconds } = series;
    const sumAt = at + upperBounds.length;
    const zeroCount = native ? cells[sumAt + 1]! : 0;
    const buckets = native ? nativeBuckets(chunks, cells, sumAt + 2) : undefined;
    const count = buckets === undefined ? sumOf(cells, at, sumAt) : zeroCount + nativeCount(buckets);
    const start = message.open(METRIC.histogram);
    message.unsigned(HISTOGRAM.sampleCount, count);
    message.double(HISTOGRAM.sampleSum, cells[sumAt]!);
    const exemplars = ownExemplars(series, chunks, upperBounds.length);
    writeBuckets(message, cells, at, upperBounds, count, exemplars);
    if (buckets !== undefined) {
      writeNativeBuckets(message, buckets, zeroCount);
      for (const exemplar of exemplars) if (exemplar) writeExemplar(message, HISTOGRAM.exemplars, exemplar);
    }
    writeTimestamp(message, HISTOGRAM.createdTimestamp, createdSeconds);
    message.close(start);
    return true;
  };
}

/**
 * `+Inf` has the count of the histogram. With native buckets that is their sum, which can differ from the sum of these
 * for a moment: cells that another thread copies while a value is observed may have it in one of the two only.
 */
function writeBuckets(
  message: Message,
  cells: Float64Array,
  at: number,
  upperBounds: readonly number[],
  count: number,
  exemplars: OwnExemplars,
): void {
  let cumulative = 0;
  const last = upperBounds.length - 1;
  for (let bucket = 0; bucket < last; bucket += 1) {
    cumulative += cells[at + bucket]!;
    writeBucket(message, HISTOGRAM.bucket, upperBounds[bucket]!, Math.min(cumulative, count), exemplars[bucket]);
  }
  writeBucket(message, HISTOGRAM.bucket, Infinity, count, exemplars[last]);
}

function sumOf(cells: Float64Array, from: number, to: number): number {
  let sum = 0;
  for (let i = from; i < to; i += 1) sum += cells[i]!;
  return sum;
}
