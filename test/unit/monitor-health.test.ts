import { describe, expect, it } from 'vitest';
import { healthOf, healthOfTotals, type Judged } from '../../lib/monitor/health.js';
import { type Figures, type HealthStatus, type StoreState } from '../../lib/monitor/state.js';

const MEMORY: StoreState = { kind: 'memory', reachable: true, unreachableSince: null };
const AWAY: StoreState = { kind: 'redis', reachable: false, unreachableSince: '2026-11-21T09:00:00.000Z' };

interface Minute {
  readonly count?: number;
  readonly errors?: number;
  readonly judged?: number;
  readonly averageSeconds?: number | null;
  readonly statements?: number;
  readonly failed?: number;
}

function figures({ count = 0, errors = 0, judged = count, ...rest }: Minute): Figures {
  const { averageSeconds = count > 0 ? 0.01 : null, statements = 0, failed = 0 } = rest;
  return {
    from: '2026-11-21T09:00:00.000Z',
    seconds: 60,
    requests: {
      count,
      perSecond: count / 60,
      averageSeconds,
      errors,
      errorShare: judged === 0 ? null : errors / judged,
      aborted: 0,
    },
    statements: { count: statements, perSecond: statements / 60, averageSeconds: null, errors: failed },
    statementsPerRequest: null,
  };
}

function seen(
  minute: Minute,
  more: { readonly hour?: Minute; readonly running?: number; store?: StoreState } = {},
): Judged {
  const { hour = minute, running = 0, store = MEMORY } = more;
  return {
    minute: figures(minute),
    hour: figures(hour),
    running: { from: '', seconds: 5, requests: running, errors: 0, statements: 0 },
    store,
  };
}

describe('the verdict', () => {
  it.each<[string, Minute, HealthStatus]>([
    ['no failure', { count: 1000 }, 'well'],
    ['less than one in a hundred', { count: 1001, errors: 10 }, 'well'],
    ['one in a hundred', { count: 1000, errors: 10 }, 'watch'],
    ['a single one of a hundred', { count: 100, errors: 1 }, 'watch'],
    ['less than five in a hundred', { count: 1001, errors: 50 }, 'watch'],
    ['five in a hundred', { count: 1000, errors: 50 }, 'unwell'],
    ['two of two', { count: 2, errors: 2 }, 'unwell'],
    ['the only one', { count: 1, errors: 1 }, 'watch'],
    ['one of two', { count: 2, errors: 1 }, 'watch'],
    ['all of those that are judged', { count: 1000, errors: 10, judged: 10 }, 'unwell'],
    ['none that is judged', { count: 1000, judged: 0 }, 'well'],
  ])('on failures: %s', (_, minute, status) => {
    const health = healthOf(seen(minute));
    expect(health.status).toBe(status);
    expect(health.reasons).toHaveLength(status === 'well' ? 0 : 1);
  });

  it('says how many', () => {
    expect(healthOf(seen({ count: 1004, errors: 12 })).reasons).toEqual([
      '1.2 % of the requests of the last minute failed (12 of 1004).',
    ]);
  });

  it.each<[string, Minute, HealthStatus]>([
    ['none', { count: 1, statements: 100 }, 'well'],
    ['less than one in a hundred', { count: 1, statements: 101, failed: 1 }, 'well'],
    ['one in a hundred', { count: 1, statements: 100, failed: 1 }, 'watch'],
    ['all', { count: 1, statements: 10, failed: 10 }, 'watch'],
    ['all, without a request', { statements: 10, failed: 10 }, 'watch'],
  ])('on failed statements: %s', (_, minute, status) => {
    expect(healthOf(seen(minute)).status).toBe(status);
  });

  it.each<[string, Minute, Minute, HealthStatus]>([
    ['three times as slow', { count: 20, averageSeconds: 0.75 }, { count: 500, averageSeconds: 0.25 }, 'watch'],
    ['not quite', { count: 20, averageSeconds: 0.749 }, { count: 500, averageSeconds: 0.25 }, 'well'],
    ['nobody feels it', { count: 20, averageSeconds: 0.099 }, { count: 500, averageSeconds: 0.001 }, 'well'],
    ['just felt', { count: 20, averageSeconds: 0.1 }, { count: 500, averageSeconds: 0.001 }, 'watch'],
    ['too few', { count: 19, averageSeconds: 3 }, { count: 500, averageSeconds: 0.1 }, 'well'],
    ['as slow as ever', { count: 500, averageSeconds: 9 }, { count: 500, averageSeconds: 9 }, 'well'],
  ])('on slowness: %s', (_, minute, hour, status) => {
    expect(healthOf(seen(minute, { hour })).status).toBe(status);
  });

  it('says how slow', () => {
    const hour = { count: 500, averageSeconds: 0.1 };
    expect(healthOf(seen({ count: 20, averageSeconds: 0.3456 }, { hour })).reasons).toEqual([
      'Requests took 346 ms on average in the last minute, against 100 ms in the last hour.',
    ]);
  });

  it('is idle without requests, and says whether the first ones are on their way', () => {
    expect(healthOf(seen({}))).toEqual({ status: 'idle', reasons: ['No request within the last minute.'] });
    expect(healthOf(seen({}, { running: 1 }))).toEqual({
      status: 'idle',
      reasons: ['The first requests are being counted.'],
    });
  });

  it('calls no requests the first ones that come after others', () => {
    const hour = { count: 9 };
    expect(healthOf(seen({}, { hour })).reasons).toEqual(['No request within the last minute.']);
    expect(healthOf(seen({}, { hour, running: 1 })).reasons).not.toContain('The first requests are being counted.');
  });

  it('is to watch while Redis is away, and unwell all the same where it would be', () => {
    const reason = 'Redis cannot be reached, or takes nothing: only the numbers of one process are known.';
    expect(healthOf(seen({ count: 5 }, { store: AWAY }))).toEqual({ status: 'watch', reasons: [reason] });
    expect(healthOf(seen({}, { store: AWAY }))).toEqual({ status: 'watch', reasons: [reason] });
    const unwell = healthOf(seen({ count: 2, errors: 2 }, { store: AWAY }));
    expect([unwell.status, unwell.reasons.length]).toEqual(['unwell', 2]);
  });

  it('is to watch while the directory is away, for which it has words of its own', () => {
    const reason =
      'The directory cannot be read or written: numbers of other processes may be missing, and they miss those of this one.';
    const store = { ...AWAY, kind: 'directory' } as const;
    expect(healthOf(seen({ count: 5 }, { store }))).toEqual({ status: 'watch', reasons: [reason] });
    expect(healthOfTotals(store)).toEqual({ status: 'watch', reasons: [reason] });
  });

  it('on totals alone is none, but for Redis', () => {
    expect(healthOfTotals(MEMORY).status).toBe('idle');
    expect(healthOfTotals(AWAY).status).toBe('watch');
  });
});
