import { BUCKETS_PER_HOUR, BUCKETS_PER_MINUTE, hourOf, minuteOf } from '../history/bucket.js';
import { HISTORY_HOURS } from '../history/bucket-history.js';
import { MINUTES_KEPT } from '../history/route-history.js';

/**
 * What one file of a process is about: the totals, the buckets and the routes of an hour as `h496123`, or the routes of
 * ten minutes by minute as `m2976741`. An hour in one file would be written anew every second, with all its minutes.
 */
export type Slice = string;

export const TOTALS: Slice = 'totals';
const MINUTES_PER_SLICE = 10;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** A slice of this time still changes: processes book a bucket some seconds after its end. */
const LATE_MS = MINUTE_MS;

export function hourSlice(bucket: number): Slice {
  return `h${hourOf(bucket)}`;
}

export function minutesSlice(bucket: number): Slice {
  return `m${Math.floor(minuteOf(bucket) / MINUTES_PER_SLICE)}`;
}

/** The hour of `h496123`; undefined for another slice. */
export function hourOfSlice(slice: Slice): number | undefined {
  return slice.startsWith('h') ? Number(slice.slice(1)) : undefined;
}

/** The minutes of `m2976741`; none for another slice. */
export function minutesOfSlice(slice: Slice): readonly number[] {
  if (!slice.startsWith('m')) return [];
  const first = Number(slice.slice(1)) * MINUTES_PER_SLICE;
  return Array.from({ length: MINUTES_PER_SLICE }, (_, i) => first + i);
}

/** Every slice that a window can reach when `bucket` is running, what changes most first. */
export function slicesInReach(bucket: number, retentionHours: number): readonly Slice[] {
  const hours = Math.min(retentionHours, HISTORY_HOURS) + 1;
  const spans = Math.ceil(MINUTES_KEPT / MINUTES_PER_SLICE) + 1;
  const minutes = spanOf(spans, (age) => minutesSlice(bucket - age * MINUTES_PER_SLICE * BUCKETS_PER_MINUTE));
  return [...minutes, ...spanOf(hours, (age) => hourSlice(bucket - age * BUCKETS_PER_HOUR))];
}

/** Whether the files of a slice may be deleted when `bucket` is running. The clock may be put back by an hour. */
export function isForgotten(slice: Slice, bucket: number, retentionHours: number): boolean {
  if (slice === TOTALS) return false;
  const ahead = [hourSlice(bucket + BUCKETS_PER_HOUR), ...aheadMinutes(bucket)];
  return !ahead.includes(slice) && !slicesInReach(bucket, retentionHours).includes(slice);
}

/** Whether nobody books in the slice any more. */
export function isOver(slice: Slice, nowMs: number): boolean {
  return slice !== TOTALS && nowMs > endMs(slice) + LATE_MS;
}

function endMs(slice: Slice): number {
  const hour = hourOfSlice(slice);
  if (hour !== undefined) return (hour + 1) * HOUR_MS;
  return (minutesOfSlice(slice).at(-1)! + 1) * MINUTE_MS;
}

function aheadMinutes(bucket: number): readonly Slice[] {
  return spanOf(60 / MINUTES_PER_SLICE, (age) =>
    minutesSlice(bucket + (age + 1) * MINUTES_PER_SLICE * BUCKETS_PER_MINUTE),
  );
}

function spanOf(length: number, sliceAt: (age: number) => Slice): readonly Slice[] {
  return Array.from({ length }, (_, age) => sliceAt(age));
}
