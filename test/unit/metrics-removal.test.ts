import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TEXT } from '../../lib/expose/formats/text.js';
import { boundedBy, defineCounter, defineGauge, defineHistogram, oneOf } from '../../lib/metrics/definition.js';
import { engineOf, MetricStore } from '../../lib/metrics/store.js';
import { readExposition } from '../support/exposition.js';
import { insideOf } from '../support/engine-inside.js';
import { follower } from '../support/journal-follower.js';
import { readStore } from '../support/rendered.js';
import { scraperOf } from '../support/scraper.js';

const DOG = boundedBy('the test');
const BARKS = defineCounter({
  name: 'barks_total',
  help: 'Barks.',
  labels: { kind: oneOf('loud', 'low'), dog: DOG },
});
const WALKS = defineHistogram({ name: 'walk_seconds', help: 'Walks.', buckets: [1, 2], labels: { dog: DOG } });
const WEIGHT = defineGauge({ name: 'weight', help: 'Weight.', labels: { dog: DOG } });
const PLAIN = defineCounter({ name: 'plain_total', help: 'Plain.' });
const STATES = defineCounter({ name: 'states_total', help: 'States.', labels: { state: oneOf('awake', 'asleep') } });

describe('series that are removed', () => {
  it('are in no later scrape, and begin at zero when they come back', async () => {
    const store = new MetricStore();
    const barks = store.counter(BARKS);
    for (const dog of ['Rex', 'Bella']) barks.labels({ kind: 'loud', dog }).inc(3);
    expect(barks.remove({ kind: 'loud', dog: 'Rex' })).toBe(1);
    expect((await readStore(store)).series('barks_total', { dog: 'Rex' })).toEqual([]);
    barks.labels({ kind: 'loud', dog: 'Rex' }).inc();
    const metrics = await readStore(store);
    expect(metrics.value('barks_total', { kind: 'loud', dog: 'Rex' })).toBe(1);
    expect(metrics.value('barks_total', { kind: 'loud', dog: 'Bella' })).toBe(3);
  });

  it('are all those with the given values', () => {
    const barks = new MetricStore().counter(BARKS);
    for (const dog of ['Rex', 'Bella']) for (const kind of ['loud', 'low'] as const) barks.labels({ kind, dog });
    expect(barks.remove({ dog: 'Rex' })).toBe(2);
    expect(barks.remove({ dog: 'Rex' })).toBe(0);
    expect(barks.remove({ kind: 'low' })).toBe(1);
    expect(insideOf(barks).series.map(({ labels }) => labels)).toEqual(['kind="loud",dog="Bella"']);
    expect(barks.remove({})).toBe(1);
    expect(insideOf(barks).series).toEqual([]);
  });

  it('are found by what their values are written as', () => {
    const weight = new MetricStore().gauge(WEIGHT);
    weight.labels({ dog: 5 as never }).set(1);
    weight.labels({ dog: undefined as never }).set(1);
    expect(weight.remove({ dog: 5 as never })).toBe(1);
    expect(weight.remove({ dog: undefined as never })).toBe(1);
  });

  it('are found by getters and what is inherited, as they were made', () => {
    class Kennel {
      readonly #name: string;
      constructor(name: string) {
        this.#name = name;
      }
      get dog(): string {
        return this.#name;
      }
    }
    const weight = new MetricStore().gauge(WEIGHT);
    for (const name of ['Rex', 'Bella']) weight.labels(new Kennel(name)).set(1);
    expect(weight.remove(new Kennel('Rex'))).toBe(1);
    expect(insideOf(weight).series.map(({ labels }) => labels)).toEqual(['dog="Bella"']);
    expect(weight.remove(Object.create(null) as object)).toBe(1);
  });

  it('that stood at zero are outside the budget when they come back', () => {
    const states = new MetricStore({ labelSetsPerMetric: 1 }).counter(STATES);
    expect(states.remove({})).toBe(2);
    for (const state of ['awake', 'asleep'] as const) states.labels({ state }).inc();
    expect(insideOf(states).series.map(({ labels }) => labels)).toEqual(['state="awake"', 'state="asleep"']);
  });

  it.each([
    [undefined],
    [null],
    ['Rex'],
    [{ dgo: 'Rex' }],
    [{ dog: 'Rex', dgo: 'Rex' }],
    [new Map([['dog', 'Rex']])],
    [[]],
    [new Date(0)],
  ])('are none where the labels are %j', (values) => {
    const weight = new MetricStore().gauge(WEIGHT);
    weight.labels({ dog: 'Rex' }).set(1);
    expect(weight.remove(values as never)).toBe(0);
    expect(insideOf(weight).series).toHaveLength(1);
  });

  it('are neither that of a metric without labels nor the overflow', async () => {
    const store = new MetricStore({ labelSetsPerMetric: 1 });
    store.counter(PLAIN).labels({}).inc();
    for (const dog of ['a', 'b', 'c']) store.counter(BARKS).labels({ kind: 'low', dog }).inc();
    expect(store.counter(PLAIN).remove({})).toBe(0);
    expect(store.counter(BARKS).remove({ dog: '_overflow' })).toBe(0);
    expect(store.counter(BARKS).remove({})).toBe(1);
    const metrics = await readStore(store);
    expect(metrics.value('plain_total')).toBe(1);
    expect(metrics.sum('barks_total')).toBe(2);
  });

  it('give their place in the budget back, if they had one', () => {
    const overflowed: string[] = [];
    const store = new MetricStore({ labelSetsPerMetric: 2, onOverflow: (name) => overflowed.push(name) });
    const weight = store.gauge(WEIGHT);
    weight.known({ dog: 'known' });
    for (const dog of ['a', 'b']) weight.labels({ dog });
    weight.remove({ dog: 'known' });
    weight.labels({ dog: 'c' });
    expect(overflowed).toHaveLength(1);
    weight.remove({ dog: 'a' });
    weight.labels({ dog: 'd' });
    expect(overflowed).toHaveLength(1);
    weight.labels({ dog: 'e' });
    expect(overflowed).toHaveLength(2);
  });

  it('leave handles that count nowhere, whoever has their cells now', async () => {
    const store = new MetricStore();
    const stale = [
      store.counter(BARKS).labels({ kind: 'loud', dog: 'Rex' }),
      store.counter(BARKS).labels({ kind: 'low', dog: 'Rex' }),
    ];
    const staleWalks = store.histogram(WALKS).labels({ dog: 'Rex' });
    const staleWeight = store.gauge(WEIGHT).labels({ dog: 'Rex' });
    for (const metric of [store.counter(BARKS), store.histogram(WALKS), store.gauge(WEIGHT)]) {
      metric.remove({ dog: 'Rex' });
    }
    store.counter(BARKS).labels({ kind: 'loud', dog: 'Bella' }).inc(5);
    store.counter(BARKS).labels({ kind: 'low', dog: 'Bella' });
    store.histogram(WALKS).labels({ dog: 'Bella' }).observe(1.5);
    store.gauge(WEIGHT).labels({ dog: 'Bella' }).set(30);
    for (const handle of stale) handle.inc(100);
    staleWalks.observe(0.5);
    staleWeight.set(1);
    staleWeight.unset();
    staleWeight.dec();
    const metrics = await readStore(store);
    expect(metrics.value('barks_total', { kind: 'loud', dog: 'Bella' })).toBe(5);
    expect(metrics.value('barks_total', { kind: 'low', dog: 'Bella' })).toBe(0);
    expect(metrics.value('walk_seconds_sum', { dog: 'Bella' })).toBe(1.5);
    expect(metrics.value('walk_seconds_count', { dog: 'Bella' })).toBe(1);
    expect(metrics.value('weight', { dog: 'Bella' })).toBe(30);
    expect(metrics.series('weight')).toHaveLength(1);
  });

  it('give their cells to others, so that as many more need no more memory', () => {
    const store = new MetricStore({ labelSetsPerMetric: 100_000 });
    const round = (number: number) => {
      for (let dog = 0; dog < 3000; dog += 1) {
        store.counter(BARKS).labels({ kind: 'low', dog: `${number} ${dog}` });
        store.histogram(WALKS).labels({ dog: `${number} ${dog}` });
      }
    };
    round(0);
    const { length } = engineOf(store).copyCells();
    for (let number = 1; number < 20; number += 1) {
      store.counter(BARKS).remove({});
      store.histogram(WALKS).remove({});
      round(number);
    }
    expect(engineOf(store).copyCells()).toHaveLength(length);
  });

  it('are many in no time, one by one too', () => {
    const store = new MetricStore({ labelSetsPerMetric: 1_000_000 });
    const barks = store.counter(BARKS);
    const make = () => {
      for (let dog = 0; dog < 100_000; dog += 1) barks.labels({ kind: 'low', dog: String(dog) });
    };
    const timed = (run: () => void) => {
      const startedAt = performance.now();
      run();
      return performance.now() - startedAt;
    };
    const making = timed(make);
    // The square of their number would take a minute.
    expect(timed(() => barks.remove({}))).toBeLessThan(making * 5 + 500);
    make();
    const oneByOne = timed(() => {
      for (let dog = 0; dog < 100_000; dog += 1) barks.remove({ kind: 'low', dog: String(dog) });
    });
    expect(oneByOne).toBeLessThan(making * 10 + 1000);
    expect(insideOf(barks).series).toEqual([]);
  });
});

describe('a reading', () => {
  it('is what it was, though series are removed and cells used again while it is written', async () => {
    const store = new MetricStore({ labelSetsPerMetric: 100_000 });
    const walks = store.histogram(WALKS);
    for (let dog = 0; dog < 20_000; dog += 1) walks.labels({ dog: `old ${dog}` }).observe(1.5);
    const expected = Buffer.concat([...(await (await scraperOf(store).scrape(10)).as(TEXT))]).toString();
    const scrape = await scraperOf(store).scrape(10);
    let isWritten = false;
    const writing = scrape.as(TEXT).then((pieces) => {
      isWritten = true;
      return Buffer.concat([...pieces]).toString();
    });
    let rounds = 0;
    // oxlint-disable-next-line no-unmodified-loop-condition -- it is, when the text is written
    while (!isWritten) {
      for (let dog = rounds; dog < 20_000; dog += 7) {
        walks.remove({ dog: `old ${dog}` });
        walks.labels({ dog: `new ${dog}` }).observe(0.5);
      }
      rounds += 1;
      await new Promise((resolve) => void setImmediate(resolve));
    }
    expect(rounds).toBeGreaterThan(1);
    expect(await writing).toBe(expected);
  });
});

/** What a store should say, by `name{labels}`: the value of a counter or gauge, the count of a histogram. */
type Model = Map<string, number>;

const DOGS = ['a', 'b', 'c', 'd', 'e', 'f'] as const;
const LIMIT = 3;

const anyDog = fc.constantFrom(...DOGS);
const anyMetric = fc.constantFrom('barks_total', 'walk_seconds', 'weight');
const anyStep = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('count'), metric: anyMetric, dog: anyDog, known: fc.boolean() }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('remove'), metric: anyMetric, dog: anyDog }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('countStale'), nth: fc.nat(20) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('read') }) },
);

/** A store and what it should say, changed together. */
class Kennel {
  readonly store = new MetricStore({ labelSetsPerMetric: LIMIT });
  readonly model: Model = new Map();
  private readonly metrics = {
    barks_total: this.store.counter(BARKS),
    walk_seconds: this.store.histogram(WALKS),
    weight: this.store.gauge(WEIGHT),
  };
  private readonly budgeted = new Map<string, Set<string>>();
  private readonly stale: (() => void)[] = [];

  constructor() {
    this.model.set('barks_total{kind="_overflow",dog="_overflow"}', 0);
    this.model.set('walk_seconds{dog="_overflow"}', 0);
  }

  count(metric: keyof Kennel['metrics'], dog: string, known: boolean): void {
    const how = known ? 'known' : 'labels';
    const add = this.handleOf(metric, how, dog);
    add();
    const name = this.admitted(metric, known, dog);
    this.model.set(name, (this.model.get(name) ?? 0) + 1);
    if (name.includes('_overflow')) return;
    this.stale.push(() => {
      if (!this.model.has(name)) add();
    });
  }

  remove(metric: keyof Kennel['metrics'], dog: string): void {
    const name = nameOf(metric, dog);
    if (this.metrics[metric].remove({ dog }) !== (this.model.has(name) ? 1 : 0))
      throw new Error(`${name} was not there`);
    this.model.delete(name);
    this.budgeted.get(metric)?.delete(name);
  }

  /** Handles of series that are gone count nowhere. */
  countStale(nth: number): void {
    this.stale[nth % this.stale.length]?.();
  }

  private handleOf(metric: keyof Kennel['metrics'], how: 'known' | 'labels', dog: string): () => void {
    if (metric === 'barks_total') {
      const handle = this.metrics.barks_total[how]({ kind: 'low', dog });
      return () => handle.inc();
    }
    if (metric === 'walk_seconds') {
      const handle = this.metrics.walk_seconds[how]({ dog });
      return () => handle.observe(1);
    }
    const handle = this.metrics.weight[how]({ dog });
    return () => handle.inc();
  }

  /** Under which name a label set is counted. */
  private admitted(metric: string, known: boolean, dog: string): string {
    const name = nameOf(metric, dog);
    if (known || this.model.has(name)) return name;
    const taken = this.budgeted.get(metric) ?? new Set();
    this.budgeted.set(metric, taken);
    if (taken.size >= LIMIT) return nameOf(metric, '_overflow');
    taken.add(name);
    return name;
  }
}

function nameOf(metric: string, dog: string): string {
  const kind = dog === '_overflow' ? dog : 'low';
  return metric === 'barks_total' ? `${metric}{kind="${kind}",dog="${dog}"}` : `${metric}{dog="${dog}"}`;
}

/** By the names of the model; a histogram by its count. */
function modelOf(text: string): Model {
  const found: Model = new Map();
  for (const { name, labels, value } of readExposition(text, 'text')) {
    if (name.endsWith('_bucket') || name.endsWith('_sum')) continue;
    found.set(nameOf(name.replace(/_count$/, ''), labels['dog'] ?? ''), value);
  }
  return found;
}

const byName = (model: Model) => [...model].toSorted(([one], [other]) => (one < other ? -1 : 1));

it('whatever is made, counted and removed, readings and a follower of the journal say what is there', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyStep, { maxLength: 60 }), fc.nat(60), async (steps, followedFrom) => {
      const kennel = new Kennel();
      const { hear, read, names } = follower();
      const scraper = scraperOf(kennel.store);
      const readings: { readonly expected: Model; readonly text: () => Promise<string> }[] = [];
      for (const [index, step] of [...steps, { do: 'read' as const }].entries()) {
        if (index === Math.min(followedFrom, steps.length)) engineOf(kennel.store).journal.follow(hear);
        if (step.do === 'count' && 'known' in step) {
          kennel.count(step.metric, step.dog, step.known);
        } else if (step.do === 'remove' && 'dog' in step) kennel.remove(step.metric, step.dog);
        else if (step.do === 'countStale' && 'nth' in step) kennel.countStale(step.nth);
        else {
          const scrape = await scraper.scrape(1);
          // Written at the end, when much has happened.
          const text = async () => Buffer.concat([...(await scrape.as(TEXT))]).toString();
          readings.push({ expected: new Map(kennel.model), text });
        }
      }
      for (const { expected, text } of readings) {
        expect(byName(modelOf(await text()))).toEqual(byName(expected));
      }
      const followed = names().flatMap((name): [string, number][] => {
        const [, metric = '', labels = ''] = /^(.*?)\{(.*)\}$/.exec(name) ?? [];
        const numbers = read(metric, labels) ?? [];
        const value = metric === 'walk_seconds' ? numbers.slice(0, 3).reduce((sum, one) => sum + one) : numbers[0];
        return Number.isNaN(value) ? [] : [[name, value ?? NaN]];
      });
      expect(byName(new Map(followed))).toEqual(byName(kennel.model));
    }),
    { numRuns: 300 },
  );
});

it('a follower that has not heard yet of a removal reads no number of another series', () => {
  const store = new MetricStore();
  const { hear, read } = follower();
  const onTheirWay: Parameters<typeof hear>[0][] = [];
  const barks = store.counter(BARKS);
  barks.labels({ kind: 'low', dog: 'Rex' }).inc(7);
  engineOf(store).journal.follow((entry) => onTheirWay.push(entry));
  const deliver = () => onTheirWay.splice(0).forEach(hear);
  deliver();
  expect(read('barks_total', 'kind="low",dog="Rex"')).toEqual([7]);
  barks.remove({ dog: 'Rex' });
  expect(read('barks_total', 'kind="low",dog="Rex"')).toBeUndefined();
  barks.labels({ kind: 'low', dog: 'Bella' }).inc(9);
  expect(read('barks_total', 'kind="low",dog="Rex"')).toBeUndefined();
  deliver();
  expect(read('barks_total', 'kind="low",dog="Rex"')).toBeUndefined();
  expect(read('barks_total', 'kind="low",dog="Bella"')).toEqual([9]);
});

describe('a metric whose labels are all closed', () => {
  const combinations = (count: number) => ({
    tens: oneOf(...Array.from({ length: 10 }, (_, i) => String(i))),
    ones: oneOf(...Array.from({ length: count / 10 }, (_, i) => String(i))),
  });

  it('stands at zero from the start, counters and histograms up to a hundred combinations', async () => {
    const store = new MetricStore();
    store.counter(STATES);
    store.counter(defineCounter({ name: 'hundred_total', help: 'Hundred.', labels: combinations(100) }));
    store.counter(defineCounter({ name: 'more_total', help: 'More.', labels: combinations(110) }));
    store.histogram(defineHistogram({ name: 'sleep', help: 'Sleep.', buckets: [1], labels: STATES.labels }));
    store.gauge(defineGauge({ name: 'asleep', help: 'Asleep.', labels: STATES.labels }));
    const metrics = await readStore(store);
    expect(metrics.value('states_total', { state: 'awake' })).toBe(0);
    expect(metrics.series('states_total')).toHaveLength(2);
    expect(metrics.series('hundred_total')).toHaveLength(100);
    expect(metrics.series('more_total')).toEqual([]);
    expect(metrics.value('sleep_count', { state: 'asleep' })).toBe(0);
    expect(metrics.series('asleep')).toEqual([]);
  });

  it('uses none of its budget up for them', () => {
    const overflowed: string[] = [];
    const store = new MetricStore({ labelSetsPerMetric: 1, onOverflow: (name) => overflowed.push(name) });
    const states = store.counter(STATES);
    for (const state of ['awake', 'asleep', 'snoring']) states.labels({ state: state as 'awake' });
    expect(overflowed).toEqual([]);
    expect(insideOf(states).overflow).toBeUndefined();
    states.labels({ state: 'dreaming' as 'awake' });
    expect(overflowed).toEqual(['states_total']);
  });

  it('has each combination once, though a value is listed twice', async () => {
    const store = new MetricStore();
    store.counter(defineCounter({ name: 'twice_total', help: 'Twice.', labels: { state: oneOf('a', 'a', 'b') } }));
    expect((await readStore(store)).series('twice_total')).toHaveLength(2);
  });

  it('has none for a label without values', () => {
    const store = new MetricStore();
    const none = store.counter(defineCounter({ name: 'none_total', help: 'None.', labels: { state: oneOf() } }));
    expect(insideOf(none).series).toEqual([]);
  });
});
