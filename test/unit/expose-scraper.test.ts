import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Collector, type CollectorResult } from '../../lib/expose/collector.js';
import { openMetrics } from '../../lib/expose/formats/openmetrics.js';
import { TEXT } from '../../lib/expose/formats/text.js';
import { type Scraper } from '../../lib/expose/scraper.js';
import { boundedBy, defineGauge } from '../../lib/metrics/definition.js';
import { MetricStore } from '../../lib/metrics/store.js';
import { scraperOf } from '../support/scraper.js';

/** A collector that waits until it is told how to end, and what it heard meanwhile. */
class Pending implements Collector {
  readonly signals: AbortSignal[] = [];
  private readonly ends: { readonly resolve: () => void; readonly reject: (error: unknown) => void }[] = [];

  constructor(readonly name: string) {}

  collect(signal: AbortSignal): Promise<void> {
    this.signals.push(signal);
    return new Promise((resolve, reject) => this.ends.push({ resolve, reject }));
  }

  get started(): number {
    return this.signals.length;
  }

  resolve(): void {
    for (const end of this.ends.splice(0)) end.resolve();
  }

  reject(error: unknown): void {
    for (const end of this.ends.splice(0)) end.reject(error);
  }
}

const LONG = 3600;
const SHORT = 0.02;

let store: MetricStore;
let collectors: Collector[];
let reports: (readonly [string, boolean])[];
let failures: unknown[];
let durations: number[];
let scraper: Scraper;

beforeEach(() => {
  store = new MetricStore();
  [collectors, reports, failures, durations] = [[], [], [], []];
  scraper = scraperFor(LONG);
});

afterEach(() => vi.useRealTimers());

/** One whose scrapes wait at most so long. */
function scraperFor(longestSeconds: number): Scraper {
  const report = {
    collected: (name: string, success: boolean, seconds: number) => {
      reports.push([name, success]);
      durations.push(seconds);
    },
    failed: (error: unknown) => failures.push(error),
  };
  return scraperOf(store, [{ collectors: () => collectors }], report, longestSeconds);
}

async function text(scrape: ReturnType<Scraper['scrape']>): Promise<string> {
  return Buffer.concat(await (await scrape).as(TEXT)).toString();
}

function foreign(name: string): Collector {
  const samples = [{ name, labels: '', value: 1 }];
  return { name, collect: () => [{ name, help: 'Foreign.', type: 'gauge', samples }] };
}

describe('a scrape', () => {
  it('has what the collectors bring, at once or later', async () => {
    const dogs = store.gauge(defineGauge({ name: 'dogs', help: 'Dogs.' })).labels({});
    collectors.push(foreign('a'), { name: 'b', collect: async () => Promise.resolve(dogs.set(7)) });
    expect(await text(scraper.scrape(LONG))).toBe(
      '# HELP dogs Dogs.\n# TYPE dogs gauge\ndogs 7\n# HELP a Foreign.\n# TYPE a gauge\na 1\n',
    );
    expect(reports).toEqual([
      ['a', true],
      ['b', true],
    ]);
    expect(durations.every((seconds) => seconds >= 0 && seconds < 10)).toBe(true);
  });

  it.each([new Error('no'), 'no', undefined, null, 0])(
    'goes on without a collector that throws or rejects %o',
    async (error) => {
      collectors.push(
        {
          name: 'throws',
          collect: () => {
            // oxlint-disable-next-line typescript/only-throw-error
            throw error;
          },
        },
        {
          name: 'rejects',
          collect: async () => {
            await nextTurn();
            // oxlint-disable-next-line typescript/only-throw-error
            throw error;
          },
        },
        foreign('a'),
      );
      expect(await text(scraper.scrape(LONG))).toContain('\na 1\n');
      expect(reports).toEqual([
        ['throws', false],
        ['rejects', false],
        ['a', true],
      ]);
      expect(failures).toEqual([error, error]);
    },
  );

  it('goes on without a source that cannot say what it has', async () => {
    const source = {
      collectors: (): Collector[] => {
        throw new Error('no source');
      },
    };
    const failed: unknown[] = [];
    const report = { failed: (error: unknown) => failed.push(error) };
    const both = scraperOf(store, [source, { collectors: () => [foreign('a')] }], report);
    expect(await text(both.scrape(LONG))).toContain('\na 1\n');
    expect(failed).toEqual([new Error('no source')]);
  });

  it('says nothing of a collector that went while it waited for others', async () => {
    const slow = new Pending('slow');
    collectors.push(slow, foreign('gone'));
    const first = scraper.scrape(LONG);
    collectors.splice(1);
    await scraper.scrape(SHORT);
    slow.resolve();
    await first;
    expect(reports.filter(([name]) => name === 'gone')).toEqual([]);
  });

  it('does not wait longer than its deadline, and tells the collector', async () => {
    scraper = scraperFor(SHORT);
    const hanging = new Pending('hanging');
    collectors.push(hanging, foreign('a'));
    expect(await text(scraper.scrape(SHORT))).toContain('\na 1\n');
    expect(reports).toEqual([
      ['hanging', false],
      ['a', true],
    ]);
    expect(hanging.signals[0]?.aborted).toBe(true);
    expect(failures.map(String)).toEqual([
      'Error: The collector hanging did not answer before the deadline of the scrape.',
    ]);
    expect(durations[0]).toBeGreaterThan(SHORT / 2);
  });

  it('does not wait for a late collector a second time, nor start it anew, nor report it twice', async () => {
    scraper = scraperFor(SHORT);
    const hanging = new Pending('hanging');
    collectors.push(hanging);
    await scraper.scrape(SHORT);
    await scraper.scrape(LONG);
    await scraper.scrape(LONG);
    expect(hanging.started).toBe(1);
    expect(failures).toHaveLength(1);
    expect(reports).toEqual([
      ['hanging', false],
      ['hanging', false],
      ['hanging', false],
    ]);
  });

  it('starts a late collector anew once it has come to an end, whichever', async () => {
    scraper = scraperFor(SHORT);
    const hanging = new Pending('hanging');
    collectors.push(hanging);
    await scraper.scrape(SHORT);
    hanging.reject(hanging.signals[0]?.reason);
    await nextTurn();
    await scraper.scrape(SHORT);
    expect(hanging.started).toBe(2);
    // Being told to stop and stopping is one failure.
    expect(failures).toHaveLength(2);
    hanging.resolve();
    await nextTurn();
    const third = scraper.scrape(LONG);
    expect(hanging.started).toBe(3);
    hanging.resolve();
    await third;
    expect(reports.at(-1)).toEqual(['hanging', true]);
    expect(failures).toHaveLength(2);
  });

  it('has nothing of what a late collector brings when it is over', async () => {
    const brings: ((families: CollectorResult) => void)[] = [];
    collectors.push({ name: 'late', collect: () => new Promise((resolve) => brings.push(resolve)) });
    const scrape = await scraper.scrape(SHORT);
    for (const bring of brings) bring(foreign('a').collect(new AbortController().signal) as CollectorResult);
    await nextTurn();
    expect(Buffer.concat(await scrape.as(TEXT)).toString()).toBe('');
  });

  it('waits for a collector that one with less time could not wait for, and does not start it anew', async () => {
    const pending = new Pending('pending');
    collectors.push(pending);
    await scraper.scrape(SHORT);
    const patient = scraper.scrape(LONG / 2);
    pending.resolve();
    await patient;
    expect(reports).toEqual([
      ['pending', false],
      ['pending', true],
    ]);
    expect(pending.signals.map(({ aborted }) => aborted)).toEqual([false]);
    expect(failures).toEqual([]);
  });

  it('waits for a collector that hangs as long as any scrape may, however many asked for less, and then no more', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    scraper = scraperFor(10);
    const hanging = new Pending('hanging');
    collectors.push(hanging);
    for (let second = 0; second < 8; second += 1) {
      const hasty = scraper.scrape(1);
      await vi.advanceTimersByTimeAsync(1000);
      await hasty;
    }
    expect(failures).toEqual([]);
    const patient = scraper.scrape(10);
    await vi.advanceTimersByTimeAsync(2000);
    await patient;
    expect(hanging.signals[0]?.aborted).toBe(true);
    expect(failures).toHaveLength(1);
    // Nobody moves the clock any more.
    await scraper.scrape(10);
    await scraper.scrape(1);
    expect(hanging.started).toBe(1);
    expect(failures).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('does not abort a collector that was in time', async () => {
    const pending = new Pending('pending');
    collectors.push(pending);
    const scrape = scraper.scrape(LONG);
    pending.resolve();
    await scrape;
    expect(pending.signals[0]?.aborted).toBe(false);
  });
});

describe('scrapes that come together', () => {
  it('share one collection and one rendering', async () => {
    const pending = new Pending('pending');
    collectors.push(pending);
    const scrapes = [scraper.scrape(LONG), scraper.scrape(LONG), scraper.scrape(LONG)];
    pending.resolve();
    const [first, second, third] = await Promise.all(scrapes);
    expect(pending.started).toBe(1);
    expect(second).toBe(first);
    expect(third).toBe(first);
    expect(await first?.as(TEXT)).toBe(await second?.as(TEXT));
    expect(await first?.as(openMetrics('dots'))).toBe(await second?.as(openMetrics('dots')));
    expect(await first?.as(openMetrics('dots'))).not.toBe(await first?.as(openMetrics('values')));
    expect(reports).toHaveLength(1);
  });

  it('do not share with one that is over', async () => {
    const first = await scraper.scrape(LONG);
    expect(await scraper.scrape(LONG)).not.toBe(first);
  });

  it('are answered each at its own deadline, and the shorter does not spoil the longer', async () => {
    const pending = new Pending('pending');
    collectors.push(pending);
    const patient = scraper.scrape(LONG);
    await scraper.scrape(SHORT);
    expect(reports).toEqual([['pending', false]]);
    expect(pending.signals[0]?.aborted).toBe(false);
    expect(failures).toEqual([]);
    pending.resolve();
    await patient;
    expect(reports).toEqual([
      ['pending', false],
      ['pending', true],
    ]);
    expect(pending.started).toBe(1);
  });

  it('with more time do not settle for what one with less time got', async () => {
    const pending = new Pending('pending');
    collectors.push(pending);
    const hasty = scraper.scrape(SHORT);
    const patient = scraper.scrape(LONG);
    await hasty;
    pending.resolve();
    await patient;
    expect(pending.started).toBe(1);
    expect(reports).toEqual([
      ['pending', false],
      ['pending', true],
    ]);
  });

  it('give up when the longest deadline has passed', async () => {
    scraper = scraperFor(SHORT * 5);
    const pending = new Pending('pending');
    collectors.push(pending);
    await Promise.all([scraper.scrape(SHORT * 5), scraper.scrape(SHORT), scraper.scrape(SHORT * 2)]);
    expect(pending.started).toBe(1);
    expect(pending.signals[0]?.aborted).toBe(true);
    expect(failures).toHaveLength(1);
  });

  it('go on waiting when the one that they share gives up before their own deadline', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    const pending = new Pending('pending');
    collectors.push(pending);
    const first = scraper.scrape(10);
    await vi.advanceTimersByTimeAsync(6000);
    const [second, third] = [scraper.scrape(10), scraper.scrape(10)];
    await vi.advanceTimersByTimeAsync(4000);
    await first;
    await vi.advanceTimersByTimeAsync(1000);
    pending.resolve();
    expect(await third).toBe(await second);
    expect(reports).toEqual([
      ['pending', false],
      ['pending', true],
    ]);
    expect(pending.started).toBe(1);
  });
});

describe('a scrape whose client has left', () => {
  it('ends at once, without a reading and without a timer', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const pending = new Pending('pending');
    collectors.push(pending);
    const client = new AbortController();
    const scrape = scraper.scrape(LONG, client.signal);
    client.abort();
    await expect(scrape).rejects.toBe(client.signal.reason);
    await nextTurn();
    expect(vi.getTimerCount()).toBe(0);
    expect(reports).toEqual([]);
    // The collector is not to blame: the next scrape waits for it.
    expect(pending.signals[0]?.aborted).toBe(false);
    const next = scraper.scrape(LONG);
    pending.resolve();
    await next;
    expect(pending.started).toBe(1);
    expect(reports).toEqual([['pending', true]]);
  });

  it('is finished for the others who share it', async () => {
    const pending = new Pending('pending');
    collectors.push(pending);
    const [one, other] = [new AbortController(), new AbortController()];
    const left = scraper.scrape(LONG, one.signal);
    const stayed = scraper.scrape(LONG, other.signal);
    one.abort();
    await expect(left).rejects.toBe(one.signal.reason);
    pending.resolve();
    await stayed;
    expect(reports).toEqual([['pending', true]]);
  });

  it('is rendered no further, unless others wait or one comes later', async () => {
    const dogs = store.gauge(defineGauge({ name: 'dogs', help: 'Dogs.', labels: { dog: boundedBy('the test') } }));
    for (let dog = 0; dog < 50_000; dog += 1) dogs.known({ dog: `Rex ${dog}` }).set(dog);
    const scrape = await scraper.scrape(LONG);
    const [one, other, last] = [new AbortController(), new AbortController(), new AbortController()];
    const left = scrape.as(TEXT, one.signal);
    const stayed = scrape.as(TEXT, other.signal);
    one.abort();
    await expect(left).rejects.toBe(one.signal.reason);
    expect(Buffer.concat(await stayed).toString()).toContain('Rex 49999');

    const given = scrape.as(openMetrics('dots'), last.signal);
    const render = vi.spyOn(performance, 'now');
    last.abort();
    await expect(given).rejects.toBe(last.signal.reason);
    await nextTurn();
    await nextTurn();
    const looks = render.mock.calls.length;
    await nextTurn();
    await nextTurn();
    expect(render.mock.calls).toHaveLength(looks);
    render.mockRestore();
    expect(Buffer.concat(await scrape.as(openMetrics('dots'))).toString()).toContain('Rex 49999');
  });
});
