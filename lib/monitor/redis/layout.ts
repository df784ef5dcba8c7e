import { BUCKET_SECONDS, BUCKETS_PER_HOUR, BUCKETS_PER_MINUTE } from '../history/bucket.js';
import {
  ABORTED,
  ERRORS,
  FAILED_STATEMENTS,
  JUDGED_REQUESTS,
  REQUEST_MICROS,
  REQUESTS,
  STATEMENT_MICROS,
  STATEMENTS,
} from '../history/counts.js';
import { FAILURES, HITS, MICROS, QUERIES } from '../history/route-history.js';

/**
 * Which number is under which key and field. `requests` and `sqlops` are as django-redis-monitor has them: a hash for
 * each hour in UTC, `requests:20261121:09`, in which `24:3` is the count of 09:24:30 – 09:24:39 and `24:3w` its weight in
 * microseconds; and `requests:totals` with `hits` and `weight`. What it does not have is below `monitor:`.
 */

/** The hashes of an hour: what is before the hour in their keys, and what is behind the bucket in their fields. */
export const HOURLY = [
  {
    prefix: 'requests',
    fields: [
      { suffix: '', column: REQUESTS },
      { suffix: 'w', column: REQUEST_MICROS },
    ],
  },
  {
    prefix: 'sqlops',
    fields: [
      { suffix: '', column: STATEMENTS },
      { suffix: 'w', column: STATEMENT_MICROS },
    ],
  },
  {
    prefix: 'monitor:faults',
    fields: [
      { suffix: '', column: JUDGED_REQUESTS },
      { suffix: 'e', column: ERRORS },
      { suffix: 'a', column: ABORTED },
      { suffix: 's', column: FAILED_STATEMENTS },
    ],
  },
] as const;

export const TOTALS = [
  { key: 'requests:totals', hits: REQUESTS, weight: REQUEST_MICROS },
  { key: 'sqlops:totals', hits: STATEMENTS, weight: STATEMENT_MICROS },
] as const;

/** In the fields of a hash of routes before the route: `hits GET /dogs/:id`. */
export const ROUTE_FIELDS = [
  { name: 'hits', column: HITS },
  { name: 'weight', column: MICROS },
  { name: 'errors', column: FAILURES },
  { name: 'statements', column: QUERIES },
] as const;

/** A sorted set of the processes that report, by when they last did, in seconds. */
export const PROCESSES_KEY = 'monitor:processes';

export function fenceKey(processId: string): string {
  return `monitor:fence:${processId}`;
}

export function hourKey(prefix: string, hour: number): string {
  return `${prefix}:${dateText(hour * 3600)}`;
}

export function routesHourKey(hour: number): string {
  return hourKey('monitor:routes', hour);
}

export function routesMinuteKey(minute: number): string {
  const seconds = minute * 60;
  return `${hourKey('monitor:routes', Math.floor(seconds / 3600))}:${twoDigits(minute % 60)}`;
}

/** `24:3`: the minute, and the ten seconds in it. */
export function slotOf(bucket: number): string {
  const inHour = bucket % BUCKETS_PER_HOUR;
  return `${twoDigits(Math.floor(inHour / BUCKETS_PER_MINUTE))}:${inHour % BUCKETS_PER_MINUTE}`;
}

/** Which bucket of its hour a field belongs to and what stands behind it; undefined for what is not ours. */
export function readSlot(field: string): { readonly inHour: number; readonly suffix: string } | undefined {
  const match = /^([0-5]\d):([0-5])(\w*)$/.exec(field);
  if (match === null) return undefined;
  const [, minute, tens, suffix = ''] = match;
  return { inHour: Number(minute) * BUCKETS_PER_MINUTE + Number(tens), suffix };
}

/** `20261121:09`. */
function dateText(seconds: number): string {
  const [date = '', time = ''] = new Date(seconds * 1000).toISOString().split('T');
  return `${date.replaceAll('-', '')}:${time.slice(0, 2)}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}

/** When an hour ends, in milliseconds since 1970. */
export function hourEndsMs(hour: number): number {
  return (hour + 1) * BUCKETS_PER_HOUR * BUCKET_SECONDS * 1000;
}
