import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { figuresOf, routesOf, runningOf, seriesOf } from '../../lib/monitor/figures.js';
import { BUCKETS_PER_HOUR } from '../../lib/monitor/history/bucket.js';
import { BucketHistory } from '../../lib/monitor/history/bucket-history.js';
import {
  ABORTED,
  ERRORS,
  FAILED_STATEMENTS,
  JUDGED_REQUESTS,
  noCounts,
  REQUEST_MICROS,
  REQUESTS,
  STATEMENT_MICROS,
  STATEMENTS,
} from '../../lib/monitor/history/counts.js';
import { RouteHistory } from '../../lib/monitor/history/route-history.js';
import { MemoryStore } from '../../lib/monitor/memory-store.js';
import { stateOf } from '../../lib/monitor/state-of.js';
import { WINDOW_SECONDS, WINDOWS } from '../../lib/monitor/state.js';
import { type StoredCounts } from '../../lib/monitor/store.js';

const HOUR = 498_681;
/** 2026-11-21T09:00:00Z, in buckets. */
const NOW = HOUR * BUCKETS_PER_HOUR;
const DAY_BUCKETS = 24 * BUCKETS_PER_HOUR;

interface Counted {
  readonly requests?: number;
  readonly micros?: number;
  readonly errors?: number;
  readonly aborted?: number;
  readonly judged?: number;
  readonly statements?: number;
  readonly statementMicros?: number;
  readonly failed?: number;
}

/** A history by hand: what was counted, and what time it is. */
class Past {
  readonly buckets: BucketHistory;
  readonly routes: RouteHistory;

  constructor(
    readonly firstBucket: number,
    hours = 24,
  ) {
    this.buckets = new BucketHistory(hours);
    this.routes = new RouteHistory(hours);
  }

  add(bucket: number, counted: Counted): this {
    const { requests = 0, micros = 0, errors = 0, aborted = 0, judged = requests } = counted;
    const counts = noCounts();
    counts[REQUESTS] = requests;
    counts[REQUEST_MICROS] = micros;
    counts[ERRORS] = errors;
    counts[ABORTED] = aborted;
    counts[JUDGED_REQUESTS] = judged;
    counts[STATEMENTS] = counted.statements ?? 0;
    counts[STATEMENT_MICROS] = counted.statementMicros ?? 0;
    counts[FAILED_STATEMENTS] = counted.failed ?? 0;
    this.buckets.add(bucket, counts);
    return this;
  }

  route(
    bucket: number,
    name: string,
    [count, micros, errors, queries]: readonly [number, number, number, number],
  ): this {
    this.routes.add(bucket, name, Float64Array.of(count, micros, errors, queries));
    return this;
  }

  /** As it is read so far into a bucket. */
  at(bucket: number, milliseconds = 0, incompleteFrom = bucket): StoredCounts {
    return {
      scope: 'process',
      store: { kind: 'memory', reachable: true, unreachableSince: null },
      nowMs: bucket * 10_000 + milliseconds,
      incompleteFrom,
      totals: { requests: 0, requestMicros: 0, statements: 0, statementMicros: 0 },
      processes: [],
      isComplete: true,
      buckets: this.buckets,
      routes: this.routes,
      firstMs: this.firstBucket * 10_000,
    };
  }
}

/** Counted for longer than any window looks back. */
const longAgo = NOW - 2 * DAY_BUCKETS;

describe('figures', () => {
  it('are counts, rates and averages of complete buckets', () => {
    const past = new Past(longAgo)
      .add(NOW - 1, {
        requests: 40,
        micros: 20e6,
        errors: 4,
        aborted: 2,
        statements: 100,
        statementMicros: 5e6,
        failed: 3,
      })
      .add(NOW, { requests: 1000, errors: 1000, statements: 1000 });
    expect(figuresOf(past.at(NOW, 9999), 10)).toEqual({
      from: '2026-11-21T08:59:50.000Z',
      seconds: 10,
      requests: { count: 40, perSecond: 4, averageSeconds: 0.5, errors: 4, errorShare: 0.1, aborted: 2 },
      statements: { count: 100, perSecond: 10, averageSeconds: 0.05, errors: 3 },
      statementsPerRequest: 2.5,
    });
    expect(figuresOf(past.at(NOW), 600)).toMatchObject({
      from: '2026-11-21T08:50:00.000Z',
      seconds: 600,
      requests: { count: 40, perSecond: 40 / 600 },
    });
  });

  it('have no averages and no share where nothing was counted', () => {
    expect(figuresOf(new Past(longAgo).at(NOW), 60)).toMatchObject({
      seconds: 60,
      requests: { count: 0, perSecond: 0, averageSeconds: null, errors: 0, errorShare: null, aborted: 0 },
      statements: { count: 0, perSecond: 0, averageSeconds: null, errors: 0 },
      statementsPerRequest: null,
    });
  });

  it('take the share of errors of those requests whose errors are reported', () => {
    const past = new Past(longAgo).add(NOW - 1, { requests: 100, errors: 5, judged: 50 });
    expect(figuresOf(past.at(NOW), 10).requests.errorShare).toBe(0.1);
    const django = new Past(longAgo).add(NOW - 1, { requests: 100, judged: 0 });
    expect(figuresOf(django.at(NOW), 10).requests.errorShare).toBeNull();
  });

  it.each(WINDOWS)('of %s begin and end with whole buckets', (window) => {
    const seconds = WINDOW_SECONDS[window];
    const buckets = seconds / 10;
    const past = new Past(longAgo)
      .add(NOW - buckets - 1, { requests: 1 })
      .add(NOW - buckets, { requests: 10 })
      .add(NOW - 1, { requests: 100 })
      .add(NOW, { requests: 1000 });
    expect(figuresOf(past.at(NOW), seconds).requests.count).toBe(110);
    expect(figuresOf(past.at(NOW, 9999), seconds).requests.count).toBe(110);
    expect(figuresOf(past.at(NOW + 1), seconds).requests.count).toBe(1100);
  });

  it('of a service that has just started are of the time since', () => {
    const past = new Past(NOW).add(NOW, { requests: 30 }).add(NOW + 1, { requests: 90 });
    for (const seconds of Object.values(WINDOW_SECONDS)) {
      expect(figuresOf(past.at(NOW, 5000), seconds)).toMatchObject({
        from: '2026-11-21T09:00:00.000Z',
        seconds: 0,
        requests: { count: 0, perSecond: 0 },
      });
      expect(figuresOf(past.at(NOW + 1), seconds)).toMatchObject({
        seconds: 10,
        requests: { count: 30, perSecond: 3 },
      });
      expect(figuresOf(past.at(NOW + 2), seconds)).toMatchObject({
        seconds: 20,
        requests: { count: 120, perSecond: 6 },
      });
    }
  });

  it('are of no time when the clock was put back to before the beginning', () => {
    const past = new Past(NOW).add(NOW, { requests: 30 });
    expect(figuresOf(past.at(NOW - 100), 600)).toMatchObject({ seconds: 0, requests: { count: 0, perSecond: 0 } });
    expect(seriesOf(past.at(NOW - 100), '10m', 600).requestsPerSecond.every((value) => value === null)).toBe(true);
    expect(runningOf(past.at(NOW - 100, 3000))).toMatchObject({ seconds: 3, requests: 0 });
  });

  it('in memory count on after the clock was put back to before the beginning', () => {
    const store = new MemoryStore(24, { id: 'a', host: 'b', pid: 1, startedAt: '' });
    const running = Math.floor(Date.now() / 10_000);
    const counts = noCounts();
    counts[REQUESTS] = 7;
    for (let bucket = running - 400; bucket < running - 394; bucket += 1) store.book(bucket, counts);
    const reading = store.readAt((running - 394) * 10_000);
    expect(figuresOf(reading, 60)).toMatchObject({ seconds: 60, requests: { count: 42, perSecond: 0.7 } });
  });

  it('in memory of fewer hours than the window are of as long as they are kept', () => {
    const store = new MemoryStore(1, { id: 'a', host: 'b', pid: 1, startedAt: '' });
    const first = Math.floor(Date.now() / 10_000);
    const counts = noCounts();
    counts[REQUESTS] = 5;
    const last = first + 5 * BUCKETS_PER_HOUR;
    for (let bucket = first; bucket < last; bucket += 1) store.book(bucket, counts);
    const reading = store.readAt(last * 10_000);
    expect(figuresOf(reading, 3600)).toMatchObject({ seconds: 3600, requests: { count: 5 * 360, perSecond: 0.5 } });
    const day = figuresOf(reading, 86_400);
    expect(day.requests.perSecond).toBe(0.5);
    expect(day.requests.count).toBe(5 * (day.seconds / 10));
    expect(day.seconds).toBeGreaterThanOrEqual(3600);
    const { requestsPerSecond } = seriesOf(reading, '24h', 86_400);
    expect(requestsPerSecond.filter((value) => value !== null).every((value) => value === 0.5)).toBe(true);
    expect(reading.totals.requests).toBe(5 * 5 * 360);
  });

  it('add up to what was added', () => {
    const added = fc.array(
      fc.record({ ago: fc.integer({ min: 1, max: DAY_BUCKETS }), requests: fc.nat(1000), statements: fc.nat(1000) }),
    );
    fc.assert(
      fc.property(added, fc.nat(DAY_BUCKETS), (all, offset) => {
        const now = NOW + offset;
        const past = new Past(longAgo);
        for (const { ago, ...counted } of all) past.add(now - ago, counted);
        const reading = past.at(now);
        for (const seconds of Object.values(WINDOW_SECONDS)) {
          const inside = all.filter(({ ago }) => ago <= seconds / 10);
          const { requests, statements } = figuresOf(reading, seconds);
          expect(requests.count).toBe(inside.reduce((sum, one) => sum + one.requests, 0));
          expect(statements.count).toBe(inside.reduce((sum, one) => sum + one.statements, 0));
          expect(requests.perSecond).toBe(requests.count / seconds);
        }
      }),
    );
  });
});

describe('what is running', () => {
  it('is everything from the first incomplete bucket until now', () => {
    const past = new Past(longAgo)
      .add(NOW - 2, { requests: 100 })
      .add(NOW - 1, { requests: 3, errors: 1, statements: 2 })
      .add(NOW, { requests: 4, statements: 5 });
    expect(runningOf(past.at(NOW, 500))).toEqual({
      from: '2026-11-21T09:00:00.000Z',
      seconds: 0.5,
      requests: 4,
      errors: 0,
      statements: 5,
    });
    expect(runningOf(past.at(NOW, 1500, NOW - 1))).toEqual({
      from: '2026-11-21T08:59:50.000Z',
      seconds: 11.5,
      requests: 7,
      errors: 1,
      statements: 7,
    });
  });

  it('is no bucket twice: running and complete are all', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(60), { maxLength: 40 }), fc.nat(1), (agos, late) => {
        const past = new Past(longAgo);
        for (const ago of agos) past.add(NOW - ago, { requests: 1 });
        const reading = past.at(NOW, 1000, NOW - late);
        const window = figuresOf(reading, 600).requests.count;
        const older = agos.filter((ago) => ago > 60 + late).length;
        expect(window + runningOf(reading).requests).toBe(agos.length - older);
      }),
    );
  });
});

describe('a series', () => {
  it.each([
    ['10m', 600, 10, 60],
    ['1h', 3600, 60, 60],
    ['24h', 86_400, 600, 144],
  ] as const)('of %s has whole steps', (window, seconds, stepSeconds, points) => {
    const past = new Past(longAgo).add(NOW - 1, {
      requests: 6,
      micros: 12e6,
      errors: 3,
      statements: 18,
      statementMicros: 9e6,
    });
    const begin = new Date((NOW - seconds / 10) * 10_000).toISOString();
    const size = stepSeconds / 10;
    // The last whole step stays the last one until the next is whole.
    for (let bucket = NOW; bucket < NOW + size; bucket += 1) {
      const series = seriesOf(past.at(bucket), window, seconds);
      expect(series).toMatchObject({ from: begin, stepSeconds });
      expect(series.requestsPerSecond).toHaveLength(points);
      expect(series.requestsPerSecond.at(-1)).toBe(6 / stepSeconds);
      expect(series.requestSeconds.at(-1)).toBe(2);
      expect(series.errorsPerSecond.at(-1)).toBe(3 / stepSeconds);
      expect(series.statementsPerSecond.at(-1)).toBe(18 / stepSeconds);
      expect(series.statementSeconds.at(-1)).toBe(0.5);
      expect(series.requestsPerSecond.slice(0, -1)).toEqual(Array(points - 1).fill(0));
      expect(series.requestSeconds.slice(0, -1)).toEqual(Array(points - 1).fill(null));
    }
    expect(seriesOf(past.at(NOW + size), window, seconds).requestsPerSecond.at(-2)).toBe(6 / stepSeconds);
  });

  it('is null before the counting began, and of the rest of the step in which it did', () => {
    const past = new Past(NOW + 3).add(NOW + 3, { requests: 30 });
    const { requestsPerSecond } = seriesOf(past.at(NOW + 12), '1h', 3600);
    expect(requestsPerSecond.slice(0, -2)).toEqual(Array(58).fill(null));
    expect(requestsPerSecond.slice(-2)).toEqual([1, 0]);
    expect(seriesOf(past.at(NOW + 3), '1h', 3600).requestsPerSecond).toEqual(Array(60).fill(null));
  });

  it('adds up to the figures of its window where that begins with a step', () => {
    const added = fc.array(fc.record({ ago: fc.integer({ min: 1, max: DAY_BUCKETS }), requests: fc.nat(1000) }));
    fc.assert(
      fc.property(added, fc.constantFrom(...WINDOWS), (all, window) => {
        const past = new Past(longAgo);
        for (const { ago, requests } of all) past.add(NOW - ago, { requests, errors: requests });
        const reading = past.at(NOW);
        const seconds = WINDOW_SECONDS[window];
        const { requestsPerSecond, errorsPerSecond, stepSeconds } = seriesOf(reading, window, seconds);
        const { requests } = figuresOf(reading, seconds);
        for (const rates of [requestsPerSecond, errorsPerSecond]) {
          const sum = rates.reduce<number>((total, rate) => total + (rate ?? 0) * stepSeconds, 0);
          expect(sum).toBeCloseTo(requests.count, 6);
        }
      }),
    );
  });
});

describe('routes', () => {
  it('are sorted by requests and by duration, ten of each', () => {
    const past = new Past(longAgo);
    for (let i = 1; i <= 12; i += 1) past.route(NOW, `GET /route/${i}`, [i, (13 - i) * i * 1e6, i % 2, 0]);
    const { count, busiest, slowest } = routesOf(past.at(NOW), 600);
    expect(count).toBe(12);
    expect(busiest.map(({ route }) => route)).toEqual(Array.from({ length: 10 }, (_, i) => `/route/${12 - i}`));
    expect(slowest.map(({ averageSeconds }) => averageSeconds)).toEqual([12, 11, 10, 9, 8, 7, 6, 5, 4, 3]);
    expect(busiest[1]).toEqual({
      method: 'GET',
      route: '/route/11',
      count: 11,
      averageSeconds: 2,
      errors: 1,
      statementsPerRequest: null,
    });
  });

  it('have statements where those of any are counted', () => {
    const past = new Past(longAgo).route(NOW, 'GET /a', [4, 0, 0, 10]).route(NOW, 'GET /b', [1, 0, 0, 0]);
    expect(routesOf(past.at(NOW), 600).busiest.map((route) => route.statementsPerRequest)).toEqual([2.5, 0]);
  });

  it('keep spaces and whatever else is in their names', () => {
    const names = ['/a b', '/<img src=x onerror=alert(1)>', '_unmatched', '/ü/\u0000', ''];
    const past = new Past(longAgo);
    for (const name of names) past.route(NOW, `POST ${name}`, [1, 0, 0, 0]);
    const { busiest } = routesOf(past.at(NOW), 86_400);
    expect(busiest.map(({ method, route }) => [method, route])).toEqual(names.map((name) => ['POST', name]));
  });
});

describe('a state', () => {
  it('is JSON without losses, whatever was counted', () => {
    const counted = fc.record({ ago: fc.nat(DAY_BUCKETS), requests: fc.nat(), micros: fc.nat(), errors: fc.nat() });
    fc.assert(
      fc.property(fc.array(counted), fc.constantFrom(...WINDOWS), fc.boolean(), (all, window, totalsOnly) => {
        const past = new Past(longAgo);
        for (const { ago, ...one } of all) past.add(NOW - ago, one);
        const state = stateOf(past.at(NOW, 1234), window, totalsOnly);
        expect(JSON.parse(JSON.stringify(state))).toEqual(state);
      }),
    );
  });

  it('of a day with a thousand routes is made in a moment', () => {
    const past = new Past(longAgo);
    for (let ago = 0; ago < DAY_BUCKETS; ago += 1) past.add(NOW - ago, { requests: 10, micros: 10, statements: 1 });
    for (let minute = 0; minute < 60; minute += 1) {
      for (let i = 0; i < 1000; i += 1) past.route(NOW - minute * 6, `GET /route/${i}`, [1, 1, 0, 0]);
    }
    const begin = performance.now();
    for (const window of WINDOWS) expect(stateOf(past.at(NOW), window, false).history?.routes.count).toBe(1000);
    // A hundred times as long as it takes: what would show is a loop within a loop.
    expect(performance.now() - begin).toBeLessThan(5000);
  });
});
