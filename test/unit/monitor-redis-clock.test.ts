import { describe, expect, it } from 'vitest';
import { RedisClock } from '../../lib/monitor/redis/redis-clock.js';

const NOON = Date.parse('2026-11-21T12:00:00Z');

describe('the clock of Redis', () => {
  it('is the one of this host until Redis has answered', () => {
    expect(Math.abs(new RedisClock().now() - Date.now())).toBeLessThan(100);
  });

  it('is what Redis read halfway between question and answer', () => {
    const clock = new RedisClock();
    const now = performance.now();
    clock.set(NOON, now - 200, now);
    expect(clock.now()).toBeGreaterThanOrEqual(NOON + 100);
    expect(clock.now()).toBeLessThan(NOON + 1000);
  });

  it('may be put back', () => {
    const clock = new RedisClock();
    const now = performance.now();
    clock.set(NOON, now, now);
    clock.set(NOON - 3_600_000, now, now);
    expect(clock.now()).toBeLessThan(NOON);
  });

  it('is not set by an answer that took a second', () => {
    const clock = new RedisClock();
    const now = performance.now();
    clock.set(NOON, now - 1000, now);
    expect(Math.abs(clock.now() - Date.now())).toBeLessThan(100);
  });
});
