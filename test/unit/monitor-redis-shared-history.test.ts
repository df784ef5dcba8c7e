import { describe, expect, it } from 'vitest';
import { Refusals } from '../../lib/monitor/redis/refusals.js';
import { SharedHistory } from '../../lib/monitor/redis/shared-history.js';

const NOW = Date.parse('2026-11-21T09:30:00Z') / 10_000;

const NOTHING_REFUSED = new Refusals('', (error) => expect.fail(String(error)));

describe('what is too much for one round trip', () => {
  it('is read with the next, and nothing is taken for read before', () => {
    const shared = new SharedHistory(24, false, NOTHING_REFUSED);
    const asked = new Set<string>();
    const wholeTurn = new SharedHistory(24, false, NOTHING_REFUSED).reader(NOW).wanted;
    const MOST = 9;
    let turns = 0;
    for (; turns < 300 && !shared.isComplete; turns += 1) {
      const reader = shared.reader(NOW);
      reader.wanted.slice(0, MOST).forEach(({ key }) => asked.add(key));
      reader.take(reader.wanted.map((_, i) => (i < MOST ? [] : undefined)));
    }
    expect(shared.isComplete).toBe(true);
    expect(turns).toBeGreaterThan(10);
    for (const { key } of wholeTurn) expect(asked).toContain(key);
    expect([...asked].filter((key) => /^monitor:routes:\d{8}:\d\d:\d\d$/.test(key))).toHaveLength(61);
  });
});
