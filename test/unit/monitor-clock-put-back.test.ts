import { describe, expect, it } from 'vitest';
import { BUCKETS_PER_HOUR, hourOf } from '../../lib/monitor/history/bucket.js';
import { noCounts, REQUESTS } from '../../lib/monitor/history/counts.js';
import { HITS, ROUTE_WIDTH } from '../../lib/monitor/history/route-history.js';
import { MemoryStore } from '../../lib/monitor/memory-store.js';
import { ownProcess } from '../../lib/monitor/own-process.js';
import { hourKey, slotOf } from '../../lib/monitor/redis/layout.js';
import { Refusals } from '../../lib/monitor/redis/refusals.js';
import { SharedHistory } from '../../lib/monitor/redis/shared-history.js';

const NOW = Date.parse('2026-11-21T09:30:00Z') / 10_000;
/** Two hours are kept, so that these are in the places of now. */
const AHEAD = NOW + 2 * BUCKETS_PER_HOUR * 10;

const NOTHING_REFUSED = new Refusals('', (error) => expect.fail(String(error)));

describe('a clock that was far ahead and is put back', () => {
  it('keeps nothing from being counted in memory', () => {
    const store = new MemoryStore(1, ownProcess());
    const counts = noCounts();
    const ofRoute = new Float64Array(ROUTE_WIDTH);
    counts[REQUESTS] = ofRoute[HITS] = 1;
    for (const bucket of [AHEAD, AHEAD + 1, NOW, NOW + 1]) {
      store.book(bucket, counts);
      store.bookRoute(bucket, 'GET /dogs', ofRoute);
    }
    const { buckets, routes } = store.readAt(NOW * 10_000);
    expect(buckets.sum(NOW, NOW + 2)[REQUESTS]).toBe(2);
    expect(buckets.sum(AHEAD, AHEAD + 2)[REQUESTS]).toBe(0);
    expect(routes.last(600, NOW).get('GET /dogs')?.[HITS]).toBe(2);
    expect(routes.last(600, AHEAD).size).toBe(0);
  });

  it('by some seconds loses nothing', () => {
    const store = new MemoryStore(1, ownProcess());
    const counts = noCounts();
    counts[REQUESTS] = 1;
    for (const bucket of [NOW, NOW + 2, NOW]) store.book(bucket, counts);
    expect(store.readAt(NOW * 10_000).buckets.sum(NOW, NOW + 3)[REQUESTS]).toBe(3);
  });

  it('hides nothing of what Redis has', () => {
    const shared = new SharedHistory(1, false, NOTHING_REFUSED);
    const read = (bucket: number) => {
      const reader = shared.reader(bucket);
      const key = hourKey('requests', hourOf(bucket));
      reader.take(reader.wanted.map((wanted) => (wanted.key === key ? [slotOf(bucket), '7'] : [])));
      return shared.buckets.sum(bucket, bucket + 1)[REQUESTS];
    };
    expect(read(AHEAD)).toBe(7);
    expect(read(NOW)).toBe(7);
  });
});
