import { describe, expect, it } from 'vitest';
import { Waiters } from '../../lib/monitor/redis/waiters.js';

describe('those who wait for a reading', () => {
  it('get the one that is asked for after they came', async () => {
    const waiters = new Waiters(10_000);
    const waiting = waiters.wait();
    expect(waiters.areThere).toBe(true);
    waiters.answer(performance.now());
    expect(await waiting).toBe(true);
    expect(waiters.areThere).toBe(false);
  });

  it('do not get one that was under way already', async () => {
    const waiters = new Waiters(10);
    const askedAt = performance.now() - 1;
    const waiting = waiters.wait();
    waiters.answer(askedAt);
    expect(await waiting).toBe(false);
    expect(waiters.areThere).toBe(false);
  });
});
