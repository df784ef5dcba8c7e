import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  BUCKETS_PER_HOUR,
  BUCKETS_PER_MINUTE,
  bucketAt,
  bucketStartMs,
  hourOf,
  minuteOf,
} from '../../lib/monitor/history/bucket.js';
import { BucketHistory } from '../../lib/monitor/history/bucket-history.js';
import { type Counts, noCounts, REQUESTS, STATEMENTS, WIDTH } from '../../lib/monitor/history/counts.js';
import {
  HITS,
  MICROS,
  QUERIES,
  ROUTE_WIDTH,
  type RouteCounts,
  RouteHistory,
} from '../../lib/monitor/history/route-history.js';

/** 2026-11-21T09:00:00Z, the begin of an hour. */
const HOUR = 498_681;
const NOW = HOUR * BUCKETS_PER_HOUR;

function requests(count: number): Counts {
  const counts = noCounts();
  counts[REQUESTS] = count;
  return counts;
}

function hits(count: number, queries = 0): RouteCounts {
  const counts = new Float64Array(ROUTE_WIDTH);
  counts[HITS] = count;
  counts[MICROS] = count * 1000;
  counts[QUERIES] = queries;
  return counts;
}

describe('buckets', () => {
  it('begin with every ten seconds of UTC', () => {
    const hour = Date.UTC(2026, 10, 21, 9);
    expect(bucketAt(hour)).toBe(NOW);
    expect([hour, hour + 9999, hour + 10_000, hour - 1].map(bucketAt)).toEqual([NOW, NOW, NOW + 1, NOW - 1]);
    expect(bucketStartMs(NOW)).toBe(hour);
    expect([NOW - 1, NOW, NOW + 359, NOW + 360].map(hourOf)).toEqual([HOUR - 1, HOUR, HOUR, HOUR + 1]);
    expect([NOW - 1, NOW, NOW + 5, NOW + 6].map(minuteOf)).toEqual([
      HOUR * 60 - 1,
      HOUR * 60,
      HOUR * 60,
      HOUR * 60 + 1,
    ]);
  });
});

describe('the history of buckets', () => {
  it('is nothing at first', () => {
    const history = new BucketHistory(24);
    expect(history.sum(NOW - 10_000, NOW + 10_000)).toEqual(noCounts());
    expect(history.firstUsed(NOW)).toBe(NOW);
  });

  it('adds up each number of a row by itself, in half-open ranges', () => {
    const history = new BucketHistory(1);
    const row = Float64Array.from({ length: WIDTH }, (_, i) => i + 1);
    history.add(NOW, row);
    history.add(NOW, row);
    history.add(NOW + 1, row);
    expect(history.sum(NOW, NOW + 1)).toEqual(row.map((count) => count * 2));
    expect(history.sum(NOW, NOW + 2)).toEqual(row.map((count) => count * 3));
    expect(history.sum(NOW + 1, NOW + 1)).toEqual(noCounts());
    expect(history.sum(NOW + 1, NOW)).toEqual(noCounts());
    expect(row[0]).toBe(1);
  });

  it.each([
    [1, 2],
    [5, 6],
    [24, 25],
    [744, 25],
  ])('of %d hours keeps those of %d', (hours, kept) => {
    const history = new BucketHistory(hours);
    const places = kept * BUCKETS_PER_HOUR;
    expect(history.firstKept(NOW)).toBe(NOW - places + 1);
    for (let bucket = NOW - places; bucket <= NOW; bucket += 1) history.add(bucket, requests(1));
    expect(history.sum(NOW - 2 * places, NOW + 1)[REQUESTS]).toBe(places);
    expect(history.sum(NOW - places, NOW - places + 1)[REQUESTS]).toBe(0);
  });

  it('forgets what was a round ago, and ignores what comes too late', () => {
    const history = new BucketHistory(1);
    const round = 2 * BUCKETS_PER_HOUR;
    history.add(NOW, requests(5));
    history.add(NOW + round, requests(1));
    expect(history.sum(NOW, NOW + 1)[REQUESTS]).toBe(0);
    history.add(NOW, requests(7));
    expect(history.sum(NOW, NOW + round + 1)[REQUESTS]).toBe(1);
    history.replaceHour(HOUR, new Float64Array(BUCKETS_PER_HOUR * WIDTH).fill(9));
    expect(history.sum(NOW + round, NOW + round + 1)[REQUESTS]).toBe(1);
    expect(history.sum(NOW + 1, NOW + 2)[REQUESTS]).toBe(9);
  });

  it('takes another count of an hour in the place of its own', () => {
    const history = new BucketHistory(24);
    for (const bucket of [NOW - 1, NOW, NOW + 359, NOW + 360]) history.add(bucket, requests(100));
    const rows = new Float64Array(BUCKETS_PER_HOUR * WIDTH);
    rows[3 * WIDTH + REQUESTS] = 4;
    rows[3 * WIDTH + STATEMENTS] = 5;
    history.replaceHour(HOUR, rows);
    const hour = history.sum(NOW, NOW + BUCKETS_PER_HOUR);
    expect([hour[REQUESTS], hour[STATEMENTS]]).toEqual([4, 5]);
    expect(history.sum(NOW + 3, NOW + 4)[REQUESTS]).toBe(4);
    expect(history.sum(NOW - 1, NOW + 361)[REQUESTS]).toBe(204);
    history.add(NOW + 3, requests(1));
    history.replaceHour(HOUR, rows);
    expect(history.sum(NOW, NOW + BUCKETS_PER_HOUR)[REQUESTS]).toBe(4);
  });

  it('knows the first bucket in which anything happened', () => {
    const history = new BucketHistory(1);
    const first = history.firstKept(NOW);
    history.add(first - 1, requests(1));
    expect(history.firstUsed(NOW)).toBe(NOW);
    history.add(NOW, requests(1));
    expect(history.firstUsed(NOW)).toBe(NOW);
    history.add(NOW - 7, noCounts());
    expect(history.firstUsed(NOW)).toBe(NOW);
    const statements = noCounts();
    statements[STATEMENTS] = 1;
    history.add(NOW - 3, statements);
    expect(history.firstUsed(NOW)).toBe(NOW - 3);
    history.add(first, requests(1));
    expect(history.firstUsed(NOW)).toBe(first);
  });

  it('is what was added to the buckets it keeps, in whatever order', () => {
    const hours = 1;
    const places = (hours + 1) * BUCKETS_PER_HOUR;
    const added = fc.array(fc.record({ at: fc.nat(places - 1), count: fc.nat(1000) }), { maxLength: 60 });
    fc.assert(
      fc.property(added, fc.nat(places), fc.nat(places), fc.nat(10_000), (all, one, other, offset) => {
        const history = new BucketHistory(hours);
        const base = NOW + offset;
        for (const { at, count } of all) history.add(base + at, requests(count));
        const [from, to] = [Math.min(one, other), Math.max(one, other)];
        const expected = all.filter(({ at }) => at >= from && at < to).reduce((sum, { count }) => sum + count, 0);
        expect(history.sum(base + from, base + to)[REQUESTS]).toBe(expected);
      }),
    );
  });

  it('never tells of a bucket what was added to another', () => {
    const added = fc.array(fc.integer({ min: 0, max: 5000 }), { maxLength: 60 });
    fc.assert(
      fc.property(added, (all) => {
        const history = new BucketHistory(1);
        for (const at of all) history.add(NOW + at, requests(1));
        for (const at of new Set(all)) {
          const count = all.filter((one) => one === at).length;
          expect(history.sum(NOW + at, NOW + at + 1)[REQUESTS]).toBeLessThanOrEqual(count);
        }
        const last = Math.max(0, ...all);
        const kept = all.filter((at) => at === last).length;
        expect(history.sum(NOW + last, NOW + last + 1)[REQUESTS]).toBe(kept);
      }),
    );
  });
});

describe('the history of routes', () => {
  const count = (history: RouteHistory, seconds: number, bucket: number, route = 'GET /dogs') =>
    history.last(seconds, bucket).get(route)?.[HITS] ?? 0;

  it('is nothing at first', () => {
    expect(new RouteHistory(24).last(86_400, NOW).size).toBe(0);
  });

  it('adds up each route by itself', () => {
    const history = new RouteHistory(24);
    history.add(NOW, 'GET /dogs', hits(1, 2));
    history.add(NOW, 'POST /dogs', hits(5));
    history.add(NOW + 5, 'GET /dogs', hits(2, 3));
    for (const seconds of [600, 3600, 86_400]) {
      const table = history.last(seconds, NOW + 5);
      expect([...table.keys()].toSorted()).toEqual(['GET /dogs', 'POST /dogs']);
      expect([...table.get('GET /dogs')!]).toEqual([3, 3000, 0, 5]);
    }
  });

  it('keeps a row of its own, not that of the caller', () => {
    const history = new RouteHistory(24);
    const row = hits(1);
    history.add(NOW, 'GET /dogs', row);
    row.fill(100);
    history.last(600, NOW).get('GET /dogs')!.fill(50);
    expect(count(history, 600, NOW)).toBe(1);
    expect(count(history, 86_400, NOW)).toBe(1);
  });

  it.each([
    [600, 10 * BUCKETS_PER_MINUTE, BUCKETS_PER_MINUTE],
    [3600, BUCKETS_PER_HOUR, BUCKETS_PER_MINUTE],
    [86_400, 24 * BUCKETS_PER_HOUR, BUCKETS_PER_HOUR],
  ])(
    'in a window of %d seconds reaches back that far, and to the begin of its minute or hour',
    (seconds, buckets, step) => {
      const history = new RouteHistory(24);
      history.add(NOW, 'GET /dogs', hits(1));
      expect(count(history, seconds, NOW + buckets + step - 1)).toBe(1);
      expect(count(history, seconds, NOW + buckets + step)).toBe(0);
      expect(count(history, seconds, NOW - 1)).toBe(0);
    },
  );

  it('lets go of what no window reaches, and of nothing else', () => {
    const history = new RouteHistory(24);
    history.add(NOW, 'GET /dogs', hits(1));
    const reached = [
      [3600, BUCKETS_PER_HOUR + BUCKETS_PER_MINUTE - 1],
      [86_400, 25 * BUCKETS_PER_HOUR - 1],
    ] as const;
    for (const [seconds, buckets] of reached) {
      history.forget(NOW + buckets);
      expect(count(history, seconds, NOW + buckets)).toBe(1);
      history.forget(NOW + buckets + 1);
      expect(count(history, seconds, NOW + buckets)).toBe(0);
    }
  });

  it('of few hours lets go of more', () => {
    const history = new RouteHistory(2);
    history.add(NOW, 'GET /dogs', hits(1));
    history.forget(NOW + 3 * BUCKETS_PER_HOUR - 1);
    expect(count(history, 86_400, NOW + 3 * BUCKETS_PER_HOUR - 1)).toBe(1);
    history.forget(NOW + 3 * BUCKETS_PER_HOUR);
    expect(count(history, 86_400, NOW + 3 * BUCKETS_PER_HOUR)).toBe(0);
  });

  it('takes another count of a minute or an hour in the place of its own', () => {
    const history = new RouteHistory(24);
    history.add(NOW, 'GET /dogs', hits(1));
    history.replaceMinute(minuteOf(NOW), new Map([['GET /dogs', hits(7)]]));
    history.replaceHour(HOUR, new Map([['GET /cats', hits(9)]]));
    expect([count(history, 600, NOW), count(history, 86_400, NOW)]).toEqual([7, 0]);
    expect(count(history, 86_400, NOW, 'GET /cats')).toBe(9);
  });

  it('is in every window what was added within it', () => {
    const routes = fc.constantFrom('GET /', 'GET /dogs', 'POST /a b', 'GET __proto__');
    const added = fc.array(fc.record({ at: fc.nat(BUCKETS_PER_HOUR - 1), route: routes, count: fc.nat(100) }));
    fc.assert(
      fc.property(added, (all) => {
        const history = new RouteHistory(24);
        for (const { at, route, count: times } of all) history.add(NOW + at, route, hits(times));
        for (const seconds of [3600, 86_400]) {
          const table = history.last(seconds, NOW + BUCKETS_PER_HOUR - 1);
          for (const route of new Set(all.map((one) => one.route))) {
            const expected = all.filter((one) => one.route === route).reduce((sum, one) => sum + one.count, 0);
            expect(table.get(route)?.[HITS]).toBe(expected);
          }
        }
      }),
    );
  });
});
