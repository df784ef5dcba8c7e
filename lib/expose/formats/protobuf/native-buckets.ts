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

/** The spans of buckets that are used, and the differences of their counts. False if none is used. */
function writeRun(
  message: Message,
  spanField: number,
  deltaField: number,
  run: BucketRun,
  cells: Float64Array,
  at: number,
): boolean {
  if (!writeSpans(message, spanField, run, cells, at)) return false;
  const deltas = message.open(deltaField);
  writeDeltas(message, run, cells, at);
  message.close(deltas);
  return true;
}

function writeSpans(message: Message, field: number, run: BucketRun, cells: Float64Array, at: number): boolean {
  let start = 0;
  /** Behind the last bucket of the span at hand; 0 before the first span. */
  let end = 0;
  let endBefore = -run.from;
  for (let i = 0; i < run.length; i += 1) {
    if (cells[at + i] === 0) continue;
    if (end === 0) start = i;
    else if (i - end > MAX_GAP) {
      writeSpan(message, field, start - endBefore, end - start);
      endBefore = end;
      start = i;
    }
    end = i + 1;
  }
  if (end === 0) return false;
  writeSpan(message, field, start - endBefore, end - start);
  return true;
}

/** Of each bucket of a span, the difference to the count of the one before. */
function writeDeltas(message: Message, { length }: BucketRun, cells: Float64Array, at: number): void {
  let end = 0;
  let before = 0;
  for (let i = 0; i < length; i += 1) {
    const count = cells[at + i]!;
    if (count === 0) continue;
    if (end > 0 && i - end <= MAX_GAP) {
      for (; end < i; end += 1) {
        message.packedSigned(-before);
        before = 0;
      }
    }
    message.packedSigned(count - before);
    before = count;
    end = i + 1;
  }
}

function writeSpan(message: Message, field: number, offset: number, length: number): void {
  const span = message.open(field);
  message.signed(SPAN.offset, offset);
  message.unsigned(SPAN.length, length);
  message.close(span);
}
