import { describe, expect, it } from 'vitest';
import { bucketAt, hourOf, minuteOf } from '../../lib/monitor/history/bucket.js';
import { hourKey, readSlot, routesMinuteKey, slotOf } from '../../lib/monitor/redis/layout.js';

const at = (time: string) => bucketAt(Date.parse(time));

describe('the keys of Redis', () => {
  it('name the hour in UTC', () => {
    expect(hourKey('requests', hourOf(at('2026-01-02T03:04:05Z')))).toBe('requests:20260102:03');
    expect(hourKey('sqlops', hourOf(at('2026-12-31T23:59:59+01:00')))).toBe('sqlops:20261231:22');
    expect(hourKey('requests', hourOf(at('1999-12-31T23:59:59.999Z')))).toBe('requests:19991231:23');
  });

  it('name the minute of routes', () => {
    expect(routesMinuteKey(minuteOf(at('2026-01-02T03:00:05Z')))).toBe('monitor:routes:20260102:03:00');
    expect(routesMinuteKey(minuteOf(at('2026-01-02T03:59:59Z')))).toBe('monitor:routes:20260102:03:59');
  });
});

describe('the fields of an hour', () => {
  it.each([
    ['2026-01-02T03:00:00Z', '00:0'],
    ['2026-01-02T03:04:39.999Z', '04:3'],
    ['2026-01-02T03:59:59Z', '59:5'],
  ])('are the minute and its ten seconds: %s is %s', (time, slot) => {
    expect(slotOf(at(time))).toBe(slot);
  });

  it('are read as they are written, all of them', () => {
    const first = at('2026-01-02T03:00:00Z');
    for (let inHour = 0; inHour < 360; inHour += 1) {
      expect(readSlot(slotOf(first + inHour))).toEqual({ inHour, suffix: '' });
      expect(readSlot(`${slotOf(first + inHour)}w`)).toEqual({ inHour, suffix: 'w' });
    }
  });

  it.each(['', '1:1', '60:0', '00:6', '00:0 w', 'hits', '00:00:0'])('of others are not: %j', (field) => {
    expect(readSlot(field)).toBeUndefined();
  });
});
