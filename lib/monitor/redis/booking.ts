import { hourOf, minuteOf } from '../history/bucket.js';
import { type Counts } from '../history/counts.js';
import { MINUTES_KEPT, type RouteCounts } from '../history/route-history.js';
import { HOURLY, hourEndsMs, hourKey, ROUTE_FIELDS, routesHourKey, routesMinuteKey, slotOf, TOTALS } from './layout.js';
import { type Increment } from './pending.js';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** What the counts of a bucket add to its hour. */
export function bucketIncrements(bucket: number, counts: Counts, retentionHours: number): readonly Increment[] {
  const hour = hourOf(bucket);
  const untilMs = hourEndsMs(hour) + retentionHours * HOUR_MS;
  const slot = slotOf(bucket);
  return HOURLY.flatMap(({ prefix, fields }) => {
    const key = hourKey(prefix, hour);
    return fields.map(({ suffix, column }) => ({
      key,
      field: slot + suffix,
      by: Math.round(counts[column]!),
      untilMs,
    }));
  });
}

export function totalIncrements(counts: Counts): readonly Increment[] {
  return TOTALS.flatMap(({ key, hits, weight }) => [
    { key, field: 'hits', by: counts[hits]!, untilMs: undefined },
    { key, field: 'weight', by: Math.round(counts[weight]!), untilMs: undefined },
  ]);
}

/** What a route adds to its minute and to its hour. */
export function routeIncrements(
  bucket: number,
  route: string,
  counts: RouteCounts,
  retentionHours: number,
): readonly Increment[] {
  const minute = minuteOf(bucket);
  const hour = hourOf(bucket);
  const tables = [
    { key: routesMinuteKey(minute), untilMs: (minute + 1 + MINUTES_KEPT) * MINUTE_MS },
    { key: routesHourKey(hour), untilMs: hourEndsMs(hour) + retentionHours * HOUR_MS },
  ];
  return tables.flatMap(({ key, untilMs }) =>
    ROUTE_FIELDS.map(({ name, column }) => ({
      key,
      field: `${name} ${route}`,
      by: Math.round(counts[column]!),
      untilMs,
    })),
  );
}
