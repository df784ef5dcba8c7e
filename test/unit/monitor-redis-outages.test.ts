import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Outages } from '../../lib/monitor/redis/outages.js';

const SECOND_MS = 1000;
const HOUR_SECONDS = 3600;
const WELL = { error: undefined, isRefused: false };
const REFUSED = { error: 'requests:totals: WRONGTYPE', isRefused: true };

const lines: string[] = [];
const note = (line: string): void => void lines.push(line);
let outages: Outages;

function answersFor(seconds: number, answerAt: (second: number) => typeof WELL | typeof REFUSED): void {
  for (let second = 0; second < seconds; second += 1) {
    outages.answered(answerAt(second));
    vi.advanceTimersByTime(SECOND_MS);
  }
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date', 'performance'] });
  lines.length = 0;
  outages = new Outages({ log: note, warn: note });
});
afterEach(() => vi.useRealTimers());

describe('what Redis refuses', () => {
  it('and takes again, in turn every second, is said less and less often', () => {
    const alternating = (second: number) => (second % 2 === 0 ? REFUSED : WELL);
    answersFor(60, alternating);
    expect(lines).toEqual([
      'Redis does not take all numbers, which are kept here until it does: requests:totals: WRONGTYPE',
      'Redis takes everything again. If that changes within the next 59 s, it is not logged before they are over.',
    ]);
    answersFor(HOUR_SECONDS, alternating);
    // After 1, 3, 7, 15 and 31 minutes.
    expect(lines).toHaveLength(12);
    answersFor(10 * HOUR_SECONDS, alternating);
    expect(lines.length).toBeLessThanOrEqual(2 * 17);
  });

  it('is known at once, whether it is said or not', () => {
    answersFor(2, (second) => (second === 0 ? REFUSED : WELL));
    expect(outages.refusedSince).toBeUndefined();
    const since = Date.now();
    answersFor(20, () => REFUSED);
    expect(lines).toHaveLength(2);
    expect(outages.refusedSince).toBe(since);
  });

  it('and goes on refusing is said when the quiet time is over', () => {
    answersFor(2, (second) => (second === 0 ? REFUSED : WELL));
    answersFor(70, () => REFUSED);
    expect(lines).toHaveLength(3);
    expect(lines[2]).toMatch(/^Redis does not take all numbers/);
  });

  it('is said at once when all was well for hours', () => {
    answersFor(4 * HOUR_SECONDS, (second) => (second < HOUR_SECONDS && second % 2 === 0 ? REFUSED : WELL));
    const before = lines.length;
    answersFor(2, (second) => (second === 0 ? REFUSED : WELL));
    expect(lines.slice(before)).toEqual([
      expect.stringMatching(/^Redis does not take all numbers/),
      expect.stringContaining('within the next 59 s'),
    ]);
  });
});

describe('what Redis or its client says', () => {
  it('is one line, after which ours is complete', () => {
    outages.failed(new Error(`one\n[Nest] forged${'x'.repeat(5000)}`));
    outages.answered({ error: `key: two\u001B[2J${'x'.repeat(5000)}`, isRefused: false });
    for (const line of lines) expect(line.length).toBeLessThan(1000);
    expect(lines.join('')).not.toMatch(/\p{Cc}/u);
    expect(lines[0]).toMatch(/delivered once Redis is back\.$/);
  });

  it('may be no error at all', () => {
    outages.failed(Object.create(null));
    expect(outages.since).toBe(Date.now());
    expect(lines).toHaveLength(1);
  });
});
