import { type BucketRun, type NativeBuckets, ZERO_THRESHOLD } from '../../../metrics/native/native-layout.js';
import { HISTOGRAM, SPAN } from './fields.js';
import { type Message } from './message.js';

/** A gap of so many empty buckets is written as zeros, which take less room than another span. */
const MAX_GAP = 2;

/** The fields of a histogram that are about its native buckets. */
export function writeNativeBuckets(message: Message, buckets: NativeBuckets, zeroCount: number): void {
  const { schema, positive, negative, cells, at } = buckets;
  message.signed(HISTOGRAM.schema, schema);
  message.double(HISTOGRAM.zeroThreshold, ZERO_THRESHOLD);
  message.unsigned(HISTOGRAM.zeroCount, zeroCount);
  const { negativeSpan, negativeDelta, positiveSpan, positiveDelta } = HISTOGRAM;
  const hasNegative = writeRun(message, negativeSpan, negativeDelta, negative, cells, at + positive.length);
  const hasPositive = writeRun(message, positiveSpan, positiveDelta, positive, cells, at);
  // Without any span, a reader could take it for a classic histogram.
  if (!hasNegative && !hasPositive) writeSpan(message, positiveSpan, 0, 0);
}

/** How many values the buckets have, without those in the zero bucket. */
export function nativeCount({ positive, negative, cells, at }: NativeBuckets): number {
  let count = 0;
  for (let i = at; i < at + positive.length + negative.length; i += 1) count += cells[i]!;
  return count;
}

/** Spans of buckets that are used, and of each bucket the difference to the count of the one before. False without any. */
function writeRun(
  message: Message,
  spanField: number,
  deltaField: number,
  run: BucketRun,
  cells: Float64Array,
  at: number,
): boolean {
  const spans = usedSpans(run, cells, at);
  if (spans.length === 0) return false;
  let end = 0;
  for (const { from, length } of spans) {
    writeSpan(message, spanField, from - end, length);
    end = from + length;
  }
  const deltas = message.open(deltaField);
  let before = 0;
  for (const { from, length } of spans) {
    const first = at + from - run.from;
    for (let i = first; i < first + length; i += 1) {
      message.packedSigned(cells[i]! - before);
      before = cells[i]!;
    }
  }
  message.close(deltas);
  return true;
}

function writeSpan(message: Message, field: number, offset: number, length: number): void {
  const span = message.open(field);
  message.signed(SPAN.offset, offset);
  message.unsigned(SPAN.length, length);
  message.close(span);
}

function usedSpans({ from, length }: BucketRun, cells: Float64Array, at: number): readonly BucketRun[] {
  const spans: BucketRun[] = [];
  for (let i = 0; i < length; i += 1) {
    if (cells[at + i]! === 0) continue;
    const index = from + i;
    const last = spans.at(-1);
    if (last !== undefined && index - (last.from + last.length) <= MAX_GAP) {
      spans[spans.length - 1] = { from: last.from, length: index - last.from + 1 };
    } else spans.push({ from: index, length: 1 });
  }
  return spans;
}
