import { coarser } from './bucket-index.js';
import { type BucketRun, FINEST_SCHEMA, type NativeWindow, NO_RUN } from './native-layout.js';

/** Positive and negative ones together. At the finest schema they span a factor of 30,000 at least. */
export const MAX_NATIVE_BUCKETS = 256;

/** A window grows by so many buckets, so that a series does not get other cells for each new bucket. */
const STEP = 16;

/**
 * The window with a bucket for one value more, given by its index at the finest schema. If that makes too many buckets,
 * the resolution is halved: two buckets become one, until they are few enough. All values of a double fit in at the end.
 */
export function windowWith(window: NativeWindow, sign: 'positive' | 'negative', index: number): NativeWindow {
  for (let { schema } = window; ; schema -= 1) {
    const at = coarser(index, FINEST_SCHEMA - schema);
    const halved = halvedTo(window, schema);
    const wider = { ...halved, [sign]: including(halved[sign], at) };
    if (wider.positive.length + wider.negative.length <= MAX_NATIVE_BUCKETS) return wider;
  }
}

/**
 * The window with all buckets of several ones, at the finest schema that all of them can have and with which they are few
 * enough.
 */
export function windowOver(windows: readonly NativeWindow[]): NativeWindow {
  for (let schema = Math.min(...windows.map((window) => window.schema)); ; schema -= 1) {
    const window = {
      schema,
      positive: runOver(windows, 'positive', schema),
      negative: runOver(windows, 'negative', schema),
    };
    if (window.positive.length + window.negative.length <= MAX_NATIVE_BUCKETS) return window;
  }
}

/** The run with all buckets of one sign, at a schema that all can have. */
function runOver(windows: readonly NativeWindow[], sign: 'positive' | 'negative', schema: number): BucketRun {
  let first = Infinity;
  let last = -Infinity;
  for (const window of windows) {
    const { from, length } = window[sign];
    if (length === 0) continue;
    first = Math.min(first, coarser(from, window.schema - schema));
    last = Math.max(last, coarser(from + length - 1, window.schema - schema));
  }
  return first > last ? NO_RUN : { from: first, length: last - first + 1 };
}

function halvedTo(window: NativeWindow, schema: number): NativeWindow {
  const halvings = window.schema - schema;
  const halved = ({ from, length }: BucketRun): BucketRun =>
    length === 0 ? { from, length } : between(coarser(from, halvings), coarser(from + length - 1, halvings));
  return halvings === 0 ? window : { schema, positive: halved(window.positive), negative: halved(window.negative) };
}

/** Grows to the side where it was too small. */
function including({ from, length }: BucketRun, at: number): BucketRun {
  if (length === 0) return between(at, at);
  const behind = from + length;
  if (at < from) return { from: behind - wholeSteps(behind - at), length: wholeSteps(behind - at) };
  return { from, length: at < behind ? length : wholeSteps(at - from + 1) };
}

/** With what is missing to a whole number of steps on both sides. */
function between(first: number, last: number): BucketRun {
  const needed = last - first + 1;
  const length = wholeSteps(needed);
  return { from: first - ((length - needed) >> 1), length };
}

function wholeSteps(buckets: number): number {
  return Math.ceil(buckets / STEP) * STEP;
}
