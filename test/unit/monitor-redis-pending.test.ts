import { describe, expect, it } from 'vitest';
import { noCounts, REQUEST_MICROS, REQUESTS } from '../../lib/monitor/history/counts.js';
import { HITS, ROUTE_WIDTH } from '../../lib/monitor/history/route-history.js';
import { bucketIncrements, routeIncrements, totalIncrements } from '../../lib/monitor/redis/booking.js';
import { type Increment, Pending } from '../../lib/monitor/redis/pending.js';

const HOUR_MS = 3_600_000;
const NOON_MS = Date.parse('2026-01-02T12:00:00Z');
const NOON = NOON_MS / 10_000;
const increment = (key: string, field: string, by = 1, untilMs?: number): Increment => ({ key, field, by, untilMs });
const sum = (increments: readonly Increment[]) => increments.reduce((total, { by }) => total + by, 0);

function requests(count: number) {
  const counts = noCounts();
  counts[REQUESTS] = count;
  counts[REQUEST_MICROS] = count * 1000.4;
  return counts;
}

describe('what is to be delivered', () => {
  it('is added up by key and field', () => {
    const pending = new Pending();
    for (let i = 0; i < 3; i += 1) for (const key of ['a', 'b']) pending.add(increment(key, `f${i % 2}`));
    expect(pending.take(10)).toEqual([
      increment('a', 'f0', 2),
      increment('a', 'f1'),
      increment('b', 'f0', 2),
      increment('b', 'f1'),
    ]);
    expect(pending.isEmpty).toBe(true);
  });

  it('is taken in parts of which nothing is lost or taken twice, the oldest first', () => {
    const pending = new Pending();
    for (let i = 0; i < 100; i += 1) pending.add(increment(`k${Math.floor(i / 7)}`, `f${i}`));
    const taken: Increment[] = [];
    while (!pending.isEmpty) {
      const part = pending.take(9);
      expect(part.length).toBeLessThanOrEqual(9);
      taken.push(...part);
    }
    expect(taken.map(({ field }) => field)).toEqual(Array.from({ length: 100 }, (_, i) => `f${i}`));
  });

  it('is not even noted where nothing happened', () => {
    const pending = new Pending();
    pending.add(increment('a', 'f', 0));
    expect(pending.isEmpty).toBe(true);
  });

  it('is let go when nobody looks at it any more, but for what is for ever', () => {
    const pending = new Pending();
    pending.add(increment('minute', 'f', 1, 1000));
    pending.add(increment('hour', 'f', 1, 2000));
    pending.add(increment('totals', 'f'));
    pending.forget(1000);
    expect(pending.take(9).map(({ key }) => key)).toEqual(['hour', 'totals']);
  });
});

describe('an outage that is longer than the retention', () => {
  const RETENTION_HOURS = 2;

  it('makes it no longer than the history, and loses nothing of the totals', () => {
    const pending = new Pending();
    const bucketsAway = 360 * 12;
    let longest = 0;
    for (let i = 0; i < bucketsAway; i += 1) {
      const counts = requests(1);
      const ofRoute = new Float64Array(ROUTE_WIDTH);
      ofRoute[HITS] = 1;
      for (const one of [
        ...totalIncrements(counts),
        ...bucketIncrements(NOON + i, counts, RETENTION_HOURS),
        ...routeIncrements(NOON + i, 'GET /dogs', ofRoute, RETENTION_HOURS),
      ]) {
        pending.add(one);
      }
      pending.forget(NOON_MS + i * 10_000);
      if (i % 360 === 0) longest = Math.max(longest, sizeOf(pending));
    }
    const kept = pending.take(1e9);
    expect(longest).toBeLessThanOrEqual((RETENTION_HOURS + 1) * 360 * 3 + 200);
    expect(kept.find(({ key, field }) => key === 'requests:totals' && field === 'hits')?.by).toBe(bucketsAway);
    const minutes = new Set(kept.map(({ key }) => key).filter((key) => /:\d\d:\d\d$/.test(key)));
    expect(minutes.size).toBeLessThanOrEqual(62);
  });

  /** How many numbers there are; they are put back. */
  function sizeOf(pending: Pending): number {
    const all = pending.take(1e9);
    for (const one of all) pending.add(one);
    return all.length;
  }
});

describe('what a bucket adds', () => {
  it('is whole microseconds, the same to the totals as to the hour', () => {
    const counts = requests(3);
    const inHour = bucketIncrements(NOON, counts, 24).filter(({ key }) => key.startsWith('requests:'));
    expect(inHour.map(({ field, by }) => [field, by])).toEqual([
      ['00:0', 3],
      ['00:0w', 3001],
    ]);
    expect(inHour.every(({ untilMs }) => untilMs === NOON_MS + 25 * HOUR_MS)).toBe(true);
    const totals = totalIncrements(counts).filter(({ key }) => key === 'requests:totals');
    expect(totals.map(({ field, by, untilMs }) => [field, by, untilMs])).toEqual([
      ['hits', 3, undefined],
      ['weight', 3001, undefined],
    ]);
  });

  it('to a route is told by the minute for an hour and by the hour for the retention', () => {
    const counts = new Float64Array(ROUTE_WIDTH).fill(2);
    const increments = routeIncrements(NOON + 7, 'GET /a b', counts, 24);
    expect(new Map(increments.map(({ key, untilMs }) => [key, untilMs! - NOON_MS]))).toEqual(
      new Map([
        ['monitor:routes:20260102:12:01', 63 * 60_000],
        ['monitor:routes:20260102:12', 25 * HOUR_MS],
      ]),
    );
    expect(increments.map(({ field }) => field)).toContain('hits GET /a b');
    expect(sum(increments)).toBe(16);
  });
});
