import { once } from 'node:events';
import { cp, mkdtemp, rm, symlink } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import { assert, dictionary, property, string, stringMatching } from 'fast-check';
import * as promClient from 'prom-client';
import * as prometheusClient from '@prometheus-io/client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ForeignFamily } from '../../lib/expose/foreign-family.js';
import { openMetrics } from '../../lib/expose/formats/openmetrics.js';
import { TEXT } from '../../lib/expose/formats/text.js';
import { PromClientBridge } from '../../lib/expose/prom-client/bridge.js';
import { type ForeignRegistry } from '../../lib/expose/prom-client/foreign-registry.js';
import { loadedRegistries, registriesOf } from '../../lib/expose/prom-client/theirs/loaded-registries.js';
import { isMarked } from '../../lib/expose/prom-client/mark.js';
import { OwnLabels } from '../../lib/expose/prom-client/ours/own-labels.js';
import { type Scraper } from '../../lib/expose/scraper.js';
import { boundedBy, defineCounter, defineGauge, defineHistogram, oneOf } from '../../lib/metrics/definition.js';
import { labelPair, labelText, labelValue } from '../../lib/metrics/label-text.js';
import { engineOf, MetricStore } from '../../lib/metrics/store.js';
import { type Exposition, readExposition } from '../support/exposition.js';
import { scraperOf } from '../support/scraper.js';

const OPEN_METRICS = 'application/openmetrics-text; version=1.0.0; charset=utf-8';

const REQUESTS = defineCounter({
  name: 'ours_requests_total',
  help: 'Requests.',
  labels: { route: boundedBy('the test') },
});
const POOL = defineGauge({
  name: 'ours_pool_connections',
  help: 'Connections.',
  labels: { state: oneOf('used', 'idle') },
});
const DURATION = defineHistogram({
  name: 'ours_duration_seconds',
  help: 'Durations.',
  unit: 'seconds',
  buckets: [0.1, 1],
  labels: { route: boundedBy('the test') },
});

const EVIL = [
  'quote " backslash \\ line\nfeed',
  '\\',
  '\\n',
  'ends in a backslash \\',
  '"},x="',
  'a="b",c="d"',
  'carriage\rreturn',
  'nul\0',
  'lone \ud800 surrogate',
  '\u{1f415}',
  '{}',
  ' ',
  '# HELP forged',
];

/** An application: its store, its bridge, what it was told, and what its endpoint answers. */
class Application {
  readonly store: MetricStore;
  readonly warnings: string[] = [];
  readonly faults: unknown[] = [];
  readonly collected = new Map<string, boolean>();
  readonly bridge: PromClientBridge;
  refreshes = 0;

  private readonly scraper: Scraper;

  constructor(registries: readonly ForeignRegistry[], refresh: () => void = () => undefined) {
    this.store = new MetricStore();
    this.bridge = new PromClientBridge({
      engine: engineOf(this.store),
      registries: () => registries,
      refresh: async () => {
        this.refreshes += 1;
        await nextTurn();
        refresh();
      },
      warn: (message) => this.warnings.push(message),
      onFault: (error) => this.faults.push(error),
    });
    this.scraper = scraperOf(this.store, [this.bridge], {
      collected: (name, success) => this.collected.set(name, success),
      failed: (error) => this.faults.push(error),
    });
  }

  async page(timeoutSeconds = 5): Promise<string> {
    return this.as('text', timeoutSeconds);
  }

  async scrape(timeoutSeconds = 5): Promise<Exposition> {
    return readExposition(await this.as('text', timeoutSeconds), 'text');
  }

  async scrapeOpenMetrics(): Promise<Exposition> {
    return readExposition(await this.as('openmetrics', 5), 'openmetrics');
  }

  /** What the bridge gives, before anything is rendered. */
  async families(): Promise<readonly ForeignFamily[]> {
    const { signal } = new AbortController();
    const results = await Promise.all(this.bridge.collectors().map(async (collector) => collector.collect(signal)));
    return results.flatMap((families) => families ?? []);
  }

  private async as(format: 'text' | 'openmetrics', timeoutSeconds: number): Promise<string> {
    const scrape = await this.scraper.scrape(timeoutSeconds);
    return Buffer.concat(await scrape.as(format === 'text' ? TEXT : openMetrics('underscores'))).toString();
  }

  messages(): readonly string[] {
    return this.faults.map((fault) => (fault instanceof Error ? fault.message : 'no error'));
  }
}

/** What no format can hold becomes U+FFFD. */
function wellFormed(value: string): string {
  return value.toWellFormed().replaceAll(/[\r\0]/g, '\ufffd');
}

/** The series of an exposition, in an order of their own. */
function seriesOf(exposition: Exposition): readonly unknown[] {
  return [...exposition]
    .map(({ name, labels, value }) =>
      JSON.stringify([name, Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1)), value]),
    )
    .toSorted();
}

function fill(store: MetricStore): void {
  store.counter(REQUESTS).labels({ route: '/dogs' }).inc(3);
  store.gauge(POOL).labels({ state: 'used' }).set(2);
  store.gauge(POOL).labels({ state: 'idle' }).unset();
  for (const seconds of [0.05, 0.5, 5]) store.histogram(DURATION).labels({ route: '/dogs' }).observe(seconds);
}

/**
 * Both clients have the same classes, but each its own types for them, which know the content type of a registry and
 * allow exemplars only there: nothing that these tests are about.
 */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters
function loosely<T>(value: unknown): T {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return value as T;
}

type Client = typeof promClient;

/** Half of prom-client's own types forget the values. */
interface Valued {
  readonly values: readonly { readonly value: number; readonly labels: Record<string, unknown> }[];
}

const CLIENTS: readonly (readonly [string, Client])[] = [
  ['prom-client', promClient],
  ['@prometheus-io/client', loosely(prometheusClient)],
];

describe.each(CLIENTS)('theirs on our endpoint: %s', (_, client) => {
  const newRegistry = (contentType?: string) => {
    const made = new client.Registry();
    if (contentType !== undefined) made.setContentType(loosely(contentType));
    return made;
  };
  let registry: promClient.Registry;
  let application: Application;

  beforeEach(() => {
    registry = newRegistry();
    application = new Application([registry]);
  });

  it('publishes every kind of metric as their own endpoint does', async () => {
    const registers = [registry];
    new client.Counter({ name: 'barks_total', help: 'Barks.', labelNames: ['dog'], registers }).inc({ dog: 'rex' }, 4);
    new client.Counter({ name: 'plain', help: 'No suffix.', registers }).inc(2);
    new client.Gauge({ name: 'bowls', help: 'Bowls \\ of\nfood.', registers }).set(-1.5);
    const walks = new client.Histogram({ name: 'walk_seconds', help: 'Walks.', labelNames: ['dog'], registers });
    walks.observe({ dog: 'rex' }, 0.3);
    walks.observe({ dog: 'ada' }, 300);
    const naps = new client.Summary({ name: 'nap_seconds', help: 'Naps.', percentiles: [0, 0.5], registers });
    naps.observe(7);
    new client.Histogram({ name: 'no_labels', help: 'No labels.', registers }).observe(1);
    registry.setDefaultLabels({ kennel: 'north', dog: 'default' });

    const theirs = (await registry.metrics()).replaceAll('quantile="0"', 'quantile="0.0"');
    expect(seriesOf(await application.scrape())).toEqual(seriesOf(readExposition(theirs, 'text')));
    expect(await application.scrapeOpenMetrics()).toBeDefined();
    expect(application.faults).toEqual([]);
  });

  it('knows how they add up processes', async () => {
    const registers = [registry];
    const gauge = (name: string, aggregator?: unknown) =>
      new client.Gauge({
        name,
        help: 'Any.',
        registers,
        ...(aggregator !== undefined && loosely<object>({ aggregator })),
      });
    const aggregators = ['sum', 'first', 'omit', 'average', 'min', 'max'];
    for (const aggregator of aggregators) gauge(aggregator, aggregator);
    gauge('none');
    gauge('unknown_word', 'median');
    const read = (await application.families()).map(({ name, aggregator }) => [name, aggregator]);
    expect(read).toEqual([...aggregators.map((one) => [one, one]), ['none', 'sum'], ['unknown_word', 'sum']]);
  });

  it.each(EVIL)('holds the label value %j on one line', async (value) => {
    const gauge = new client.Gauge({ name: 'evil', help: 'Evil.', labelNames: ['value'], registers: [registry] });
    gauge.set({ value }, 1);
    const expected = wellFormed(value);
    expect((await application.scrape()).value('evil', { value: expected })).toBe(1);
    expect((await application.scrapeOpenMetrics()).value('evil', { value: expected })).toBe(1);
  });

  it('is not deceived by label values that are no strings', async () => {
    const gauge = new client.Gauge({ name: 'odd', help: 'Odd.', labelNames: ['value'], registers: [registry] });
    const forged = ['x"} 1\nforged{y="'];
    for (const value of [forged, { toString: () => 'object' }, 7, null]) {
      gauge.set({ value: loosely(value) }, 1);
    }
    const { families, seriesCount } = await application.scrape();
    expect([...families.keys()]).toEqual(['odd']);
    expect(seriesCount).toBe(4);
    expect(await registry.metrics()).toContain('\nforged{');
  });

  it('keeps the first of two series that are the same as text', async () => {
    const gauge = new client.Gauge({ name: 'long', help: 'Long.', labelNames: ['value'], registers: [registry] });
    gauge.set({ value: `${'x'.repeat(256)}first` }, 1);
    gauge.set({ value: `${'x'.repeat(256)}second` }, 2);
    gauge.set({ value: '\r' }, 3);
    gauge.set({ value: '\0' }, 4);
    expect([...(await application.scrape())].map(({ value }) => value)).toEqual([1, 3]);
  });

  it('loses only the metric that fails', async () => {
    const registers = [registry];
    const gauge = (name: string, collect?: () => void | Promise<void>) =>
      new client.Gauge({ name, help: 'A gauge.', registers, ...(collect ? { collect } : {}) });
    gauge('before').set(1);
    gauge('throwing', () => {
      throw new Error('db down');
    });
    gauge('rejecting', async () => Promise.reject(new Error('db down')));
    gauge('hanging', () => new Promise(() => undefined));
    gauge('working', () => pause(5));
    gauge('after').set(2);

    const { families } = await application.scrape(0.5);
    expect([...families.keys()].toSorted()).toEqual(['after', 'before', 'working']);
    expect(Object.fromEntries(application.collected)).toEqual({
      throwing: false,
      rejecting: false,
      hanging: false,
      working: true,
      prom_client: true,
    });
    expect(application.messages()).toContain('The prom-client metric throwing was left out: db down');
    expect([...(await application.scrape(0.5)).families.keys()]).toContain('after');
  });

  it('reads a metric that the collect of another one sets after it was set', async () => {
    const registers = [registry];
    const sibling = new client.Gauge({ name: 'sibling', help: 'Set by the other.', registers });
    const collecting = new client.Gauge({
      name: 'collecting',
      help: 'Sets both.',
      registers,
      async collect() {
        await pause(10);
        collecting.set(1);
        sibling.set(2);
      },
    });
    expect((await application.scrape()).value('sibling')).toBe(2);
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['a string', 'values'],
    ['no values', {}],
    ['values that are no list', { values: {} }],
    ['a value that is no object', { values: [1] }],
    ['a value that is no number', { values: [{ value: '1', labels: {} }] }],
    ['a sample of another family', { values: [{ value: 1, labels: {}, metricName: 'other' }] }],
    ['a sample with a foreign suffix', { values: [{ value: 1, labels: {}, metricName: 'garbage_bucket' }] }],
    ['labels that are a string', { values: [{ value: 1, labels: 'a' }] }],
    ['labels that are a list', { values: [{ value: 1, labels: ['a'] }] }],
    ['an invalid label name', { values: [{ value: 1, labels: { 'a-b': 'c' } }] }],
    ['a label that renames the metric', { values: [{ value: 1, labels: { __name__: 'other' } }] }],
  ])('leaves out a metric that gives %s, and only that', async (_what, reading) => {
    new client.Gauge({ name: 'sound', help: 'Sound.', registers: [registry] }).set(1);
    registry.registerMetric(loosely<never>({ name: 'garbage', help: 'Garbage.', type: 'gauge', get: () => reading }));
    expect([...(await application.scrape()).families.keys()]).toEqual(['sound']);
    expect(application.messages()).toEqual([
      expect.stringMatching(/^The prom-client metric garbage was left out: Exp/),
    ]);
  });

  it.each<[string, object]>([
    ['no name', { type: 'gauge', get: () => ({ values: [] }) }],
    ['an invalid name', { name: 'a b', type: 'gauge', get: () => ({ values: [] }) }],
    ['nothing to read', { name: 'unreadable', type: 'gauge' }],
    [
      'a name that throws',
      {
        get name(): string {
          throw new Error('no name');
        },
      },
    ],
  ])('leaves out a metric with %s', async (_what, metric) => {
    new client.Gauge({ name: 'sound', help: 'Sound.', registers: [registry] }).set(1);
    const wrapped: ForeignRegistry = {
      contentType: registry.contentType,
      getMetricsAsArray: () => [...registry.getMetricsAsArray(), metric, null],
      getSingleMetric: (name) => registry.getSingleMetric(name),
      registerMetric: () => undefined,
      removeSingleMetric: () => undefined,
    };
    const careful = new Application([wrapped]);
    expect([...(await careful.scrape()).families.keys()]).toEqual(['sound']);
    expect(careful.faults).toHaveLength(2);
  });

  it('keeps the first of two histograms that are the same as text', async () => {
    const labelNames = ['value'];
    const histogram = new client.Histogram({ name: 'h', help: 'H.', buckets: [1], labelNames, registers: [registry] });
    for (const [n, value] of [`${'x'.repeat(256)}1`, `${'x'.repeat(256)}2`, 'y'].entries())
      histogram.observe({ value }, n);
    const exposition = await application.scrape();
    expect(exposition.series('h_sum').map(({ value }) => value)).toEqual([0, 2]);
    expect(exposition.series('h_bucket')).toHaveLength(4);
  });

  it('leaves out a histogram whose buckets are not sorted: its counts are wrong', async () => {
    const histogram = new client.Histogram({
      name: 'unsorted',
      help: 'Unsorted.',
      buckets: [5, 1],
      registers: [registry],
    });
    histogram.observe(3);
    expect((await application.scrape()).seriesCount).toBe(0);
    expect(application.messages()).toEqual([expect.stringContaining('buckets to be ascending')]);
  });

  it('has one bucket for all where the user gave an infinite bound', async () => {
    const histogram = new client.Histogram({ name: 'h', help: 'H.', buckets: [1, Infinity], registers: [registry] });
    histogram.observe(3);
    expect((await application.scrape()).series('h_bucket').map(({ labels }) => labels['le'])).toEqual(['1', '+Inf']);
  });

  it('leaves out what inc(NaN) made of a counter', async () => {
    const counter = new client.Counter({
      name: 'ruined_total',
      help: 'Ruined.',
      labelNames: ['a'],
      registers: [registry],
    });
    counter.inc({ a: 'x' }, NaN);
    counter.inc({ a: 'y' }, 1);
    expect((await application.scrapeOpenMetrics()).series('ruined_total')).toMatchObject([{ labels: { a: 'y' } }]);
  });

  it('leaves out default labels that are none', async () => {
    new client.Gauge({ name: 'sound', help: 'Sound.', registers: [registry] }).set(1);
    registry.setDefaultLabels({ 'no-label': 'x', label: 'y' });
    expect((await application.scrape()).value('sound', { label: 'y' })).toBe(1);
  });

  it('publishes counters of an OpenMetrics registry under the names they were registered with', async () => {
    registry = newRegistry(OPEN_METRICS);
    application = new Application([registry]);
    const registers = [registry];
    new client.Counter({ name: 'barks_total', help: 'Barks.', registers }).inc();
    new client.Counter({ name: 'yelps', help: 'Yelps.', registers }).inc();
    const expectBoth = async () => {
      for (const exposition of [await application.scrape(), await application.scrapeOpenMetrics()]) {
        expect([...exposition].map(({ name }) => name)).toEqual(['barks_total', 'yelps_total']);
      }
    };
    await expectBoth();
    expect(await registry.metrics()).toContain('# TYPE barks counter');
    await expectBoth();
    registry.setContentType(client.prometheusContentType);
    expect([...(await application.scrape())].map(({ name }) => name)).toEqual(['barks_total', 'yelps']);
  });

  it('passes exemplars on', async () => {
    registry = newRegistry(OPEN_METRICS);
    application = new Application([registry]);
    const registers: never = loosely([registry]);
    const counter = new client.Counter({ name: 'barks_total', help: 'Barks.', enableExemplars: true, registers });
    counter.inc(loosely({ value: 2, exemplarLabels: { trace_id: 'abc"' } }));
    const histogram = new client.Histogram({ name: 'walk_seconds', help: 'Walks.', enableExemplars: true, registers });
    histogram.observe(loosely({ value: 3, exemplarLabels: { trace_id: 'def' } }));
    histogram.observe(loosely({ value: 0.01, exemplarLabels: { ['x'.repeat(60)]: '\u{1f415}'.repeat(34) } }));

    const exposition = await application.scrapeOpenMetrics();
    expect(exposition.series('barks_total')[0]?.exemplar).toMatchObject({ labels: { trace_id: 'abc"' }, value: 2 });
    const [bucket] = exposition.series('walk_seconds_bucket', { le: '5.0' });
    expect(bucket?.exemplar).toMatchObject({ labels: { trace_id: 'def' }, value: 3 });
    expect(bucket?.exemplar?.timestamp).toBeGreaterThan(1e9);
    expect(await application.page()).not.toContain('trace_id');
  });

  it('leaves names of ours to us, says so once, and again for a new name', async () => {
    const registers = [registry];
    fill(application.store);
    new client.Gauge({ name: 'ours_pool_connections', help: 'Theirs.', registers }).set(77);
    new client.Counter({ name: 'ours_requests', help: 'Theirs.', registers }).inc(77);
    new client.Gauge({ name: 'ours_duration_seconds_sum', help: 'Theirs.', registers }).set(77);
    new client.Gauge({ name: 'theirs', help: 'Theirs.', registers }).set(1);

    const exposition = await application.scrape();
    expect([...exposition].filter(({ value }) => value === 77)).toEqual([]);
    expect(exposition.value('theirs')).toBe(1);
    await application.scrapeOpenMetrics();
    expect(application.warnings).toEqual([
      expect.stringContaining('ours_pool_connections, ours_requests, ours_duration_seconds_sum.'),
    ]);
    expect(application.warnings[0]).toContain('`namespace`');
    expect(application.warnings[0]).not.toContain('runtimeMetrics');

    new client.Gauge({ name: 'ours_duration_seconds_count', help: 'Theirs.', registers }).set(77);
    await application.scrape();
    expect(application.warnings).toHaveLength(2);
    expect(application.warnings[1]).toContain('exporter: ours_duration_seconds_count.');
  });

  it('names runtimeMetrics where the default metrics are there twice', async () => {
    application.store.gauge(defineGauge({ name: 'process_start_time_seconds', help: 'Ours.' })).labels({});
    client.collectDefaultMetrics({ register: registry });
    const { families } = await application.scrape();
    expect(families.get('process_start_time_seconds')?.help).toBe('Ours.');
    expect([...families.keys()]).toContain('nodejs_eventloop_lag_seconds');
    expect(application.warnings).toEqual([expect.stringContaining('`runtimeMetrics: false`')]);
    expect(application.warnings[0]).not.toContain('`namespace`');
    expect(application.faults).toEqual([]);
  });

  it('publishes a name of two registries once', async () => {
    const other = newRegistry();
    for (const [value, one] of [registry, other].entries()) {
      new client.Gauge({ name: 'twice', help: 'Twice.', registers: [one] }).set(value + 1);
    }
    const both = new Application([registry, other]);
    expect((await both.scrape()).value('twice')).toBe(1);
    await both.scrape();
    expect(both.warnings).toEqual([expect.stringContaining('more than one metric of the name twice')]);
  });

  it('survives a registry that throws', async () => {
    const broken: ForeignRegistry = {
      contentType: registry.contentType,
      getMetricsAsArray: () => {
        throw new Error('broken');
      },
      getSingleMetric: () => undefined,
      registerMetric: () => undefined,
      removeSingleMetric: () => undefined,
    };
    new client.Gauge({ name: 'sound', help: 'Sound.', registers: [registry] }).set(1);
    const careful = new Application([broken, registry]);
    careful.bridge.join();
    expect((await careful.scrape()).value('sound')).toBe(1);
    careful.bridge.leave();
  });

  it('lets the application have its turn while it converts a large registry', async () => {
    const gauge = new client.Gauge({ name: 'many', help: 'Many.', labelNames: ['n'], registers: [registry] });
    for (let n = 0; n < 20_000; n += 1) gauge.set({ n }, n);
    let turns = 0;
    const counting = setInterval(() => (turns += 1), 1);
    const [family] = await application.families();
    clearInterval(counting);
    expect(family?.samples).toHaveLength(20_000);
    expect(turns).toBeGreaterThan(3);
  });

  it('stops when nobody waits any more', async () => {
    const gauge = new client.Gauge({ name: 'many', help: 'Many.', labelNames: ['n'], registers: [registry] });
    for (let n = 0; n < 20_000; n += 1) gauge.set({ n }, n);
    const given = new AbortController();
    const [collector] = application.bridge.collectors();
    const result = collector?.collect(given.signal);
    given.abort(new Error('too late'));
    await expect(result).rejects.toThrow('too late');
    expect(application.faults).toEqual([]);
  });
});

describe.each(CLIENTS)('ours in theirs: %s', (_, client) => {
  let registry: promClient.Registry;
  let application: Application;

  beforeEach(() => {
    registry = new client.Registry();
    application = new Application([registry]);
    fill(application.store);
    application.bridge.join();
  });

  afterEach(() => application.bridge.leave());

  it('shows in metrics() what our endpoint shows', async () => {
    const theirs = readExposition(await registry.metrics(), 'text');
    expect(seriesOf(theirs)).toEqual(seriesOf(await application.scrape()));
    expect(theirs.value('ours_duration_seconds_bucket', { route: '/dogs', le: '1' })).toBe(2);
    expect(theirs.value('ours_duration_seconds_sum', { route: '/dogs' })).toBe(5.55);
    expect(theirs.series('ours_pool_connections')).toHaveLength(1);
  });

  it.each(EVIL)('gives the label value %j back as it was', async (value) => {
    application.store.counter(REQUESTS).labels({ route: value }).inc();
    const expected = wellFormed(value);
    const json = await registry.getMetricsAsJSON();
    expect(json.flatMap((metric) => loosely<Valued>(metric).values)).toContainEqual({
      value: 1,
      labels: { route: expected },
    });
    const theirs = readExposition(await registry.metrics(), 'text');
    expect(seriesOf(theirs)).toEqual(seriesOf(await application.scrape()));
  });

  it('carries the labels of every series of ours and of every metric of theirs', async () => {
    const store = new MetricStore({ defaultLabels: { app: 'kennel', quoted: 'a "b"' } });
    fill(store);
    const { bridge } = application;
    bridge.leave();
    const other = new PromClientBridge({
      engine: engineOf(store),
      registries: () => [registry],
      refresh: () => Promise.resolve(),
      warn: () => undefined,
      onFault: () => undefined,
    });
    other.join();
    registry.setDefaultLabels({ app: 'theirs', kennel: 'north' });
    const labels = { app: 'kennel', quoted: 'a "b"', route: '/dogs', kennel: 'north' };
    const theirs = readExposition(await registry.metrics(), 'text');
    expect(theirs.value('ours_requests_total', labels)).toBe(3);
    expect(theirs.value('ours_duration_seconds_count', labels)).toBe(3);
    other.leave();
  });

  it('answers for a single metric', async () => {
    const single = registry.getSingleMetric('ours_requests_total');
    expect(single).toMatchObject({
      name: 'ours_requests_total',
      help: 'Requests.',
      type: 'counter',
      aggregator: 'sum',
    });
    expect(await single?.get()).toMatchObject({ values: [{ value: 3, labels: { route: '/dogs' } }, { value: 0 }] });
    expect(await registry.getSingleMetricAsString('ours_requests_total')).toContain(
      'ours_requests_total{route="/dogs"} 3',
    );
  });

  it('gives labels that may be changed by whoever asked for them', async () => {
    for (const metric of await registry.getMetricsAsJSON()) {
      for (const { labels } of loosely<Valued>(metric).values) labels['route'] = 'changed';
    }
    expect(await registry.metrics()).not.toContain('changed');
  });

  it('speaks OpenMetrics, again and again', async () => {
    const before = seriesOf(readExposition(await registry.metrics(), 'text'));
    for (let round = 0; round < 3; round += 1) {
      registry.setContentType(loosely(OPEN_METRICS));
      // Each round builds on the one before.
      const page = await registry.metrics();
      expect(page).toContain('# TYPE ours_requests counter\nours_requests_total{route="/dogs"} 3\n');
      expect(await registry.getSingleMetricAsString('ours_requests_total')).toContain('\nours_requests_total{');
      registry.setContentType(client.prometheusContentType);
      expect(seriesOf(readExposition(await registry.metrics(), 'text'))).toEqual(before);
    }
  });

  it('is part of a merged registry, whatever becomes of its content type', async () => {
    const other = new client.Registry();
    new client.Gauge({ name: 'other', help: 'Other.', registers: [other] }).set(1);
    const merged = client.Registry.merge([registry, other]);
    const theirs = readExposition(await merged.metrics(), 'text');
    expect(theirs.value('ours_requests_total', { route: '/dogs' })).toBe(3);
    expect(theirs.value('other')).toBe(1);
    merged.setContentType(loosely(OPEN_METRICS));
    expect(await merged.metrics()).toContain('# TYPE ours_requests counter\nours_requests_total{route="/dogs"} 3\n');
    expect(await registry.metrics()).toContain(
      '# TYPE ours_requests_total counter\nours_requests_total{route="/dogs"} 3\n',
    );
  });

  it('adds up over the processes of a cluster', async () => {
    const json = await registry.getMetricsAsJSON();
    const both = client.AggregatorRegistry.aggregate(loosely([json, json]));
    const sum = readExposition(await both.metrics(), 'text');
    expect(sum.value('ours_requests_total', { route: '/dogs' })).toBe(6);
    expect(sum.value('ours_duration_seconds_bucket', { route: '/dogs', le: '+Inf' })).toBe(6);
  });

  it('is pushed to a gateway', async () => {
    const bodies: string[] = [];
    const server = createServer((request, response) => {
      request.on('data', (piece) => bodies.push(String(piece))).on('end', () => response.end());
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = loosely<AddressInfo>(server.address());
    await new client.Pushgateway(`http://127.0.0.1:${port}`, {}, registry).push({ jobName: 'kennel' });
    server.close();
    expect(bodies.join('')).toContain('ours_requests_total{route="/dogs"} 3');
  });

  it('shows metrics that are made later, and what they hold by then', async () => {
    const later = application.store.counter(defineCounter({ name: 'later_total', help: 'Later.' }));
    await Promise.resolve();
    later.labels({}).inc(9);
    expect(await registry.getSingleMetricAsString('later_total')).toContain('later_total 9');
  });

  it('does not show series that were removed, nor their numbers under other labels', async () => {
    const requests = application.store.counter(REQUESTS);
    requests.labels({ route: '/cats' }).inc(8);
    requests.remove({ route: '/dogs' });
    requests.labels({ route: '/birds' });
    const theirs = readExposition(await registry.metrics(), 'text');
    expect(seriesOf(theirs)).toEqual(seriesOf(await application.scrape()));
    expect(theirs.series('ours_requests_total', { route: '/dogs' })).toEqual([]);
    expect(theirs.value('ours_requests_total', { route: '/birds' })).toBe(0);
    expect(theirs.value('ours_requests_total', { route: '/cats' })).toBe(8);
  });

  it('runs our collectors before it reads, once for all families', async () => {
    application.bridge.leave();
    const timed = new Application([registry], () => timed.store.gauge(POOL).labels({ state: 'idle' }).set(5));
    fill(timed.store);
    timed.bridge.join();
    const [page] = await Promise.all([registry.metrics(), registry.getMetricsAsJSON()]);
    expect(page).toContain('ours_pool_connections{state="idle"} 5');
    expect(timed.refreshes).toBe(1);
    await registry.metrics();
    expect(timed.refreshes).toBe(2);
    timed.bridge.leave();
  });

  it('answers with what it has when our collectors fail', async () => {
    application.bridge.leave();
    const failing = new Application([registry], () => {
      throw new Error('pool gone');
    });
    fill(failing.store);
    failing.bridge.join();
    expect(await registry.metrics()).toContain('ours_requests_total{route="/dogs"} 3');
    expect(await registry.metrics()).toContain('ours_requests_total{route="/dogs"} 3');
    expect(failing.messages()).toEqual(['pool gone', 'pool gone']);
    failing.bridge.leave();
  });

  it('is not reset with theirs', async () => {
    registry.resetMetrics();
    expect(await registry.metrics()).toContain('ours_requests_total{route="/dogs"} 3');
  });

  it('comes back after clear(), at the next scrape', async () => {
    registry.clear();
    expect(await registry.metrics()).not.toContain('ours_');
    await application.scrape();
    expect(await registry.metrics()).toContain('ours_requests_total{route="/dogs"} 3');
  });

  it('is never read back through their registry, not by another application either', async () => {
    const other = new Application([registry]);
    other.bridge.join();
    expect((await application.families()).concat(await other.families())).toEqual([]);
    other.bridge.leave();
  });

  it('leaves a name to the metric that was there before', async () => {
    application.bridge.leave();
    const theirs = new client.Gauge({ name: 'ours_requests_total', help: 'Theirs.', registers: [registry] });
    application.bridge.join();
    await application.scrape();
    expect(registry.getSingleMetric('ours_requests_total')).toBe(theirs);
    expect(registry.getSingleMetric('ours_pool_connections')).toBeDefined();
    expect(application.warnings).toHaveLength(1);
    registry.removeSingleMetric('ours_requests_total');
    application.bridge.sync();
    expect(isMarked(registry.getSingleMetric('ours_requests_total'))).toBe(true);
  });

  it('steps aside for a metric that comes later: who could register without us can with us', async () => {
    const name = 'process_cpu_user_seconds_total';
    application.store.counter(defineCounter({ name, help: 'Ours.', unit: 'seconds' })).labels({});
    await Promise.resolve();
    expect(isMarked(registry.getSingleMetric(name))).toBe(true);
    client.collectDefaultMetrics({ register: registry });
    await application.scrape();
    expect(isMarked(registry.getSingleMetric(name))).toBe(false);
    expect(application.warnings).toEqual([expect.stringContaining('`runtimeMetrics: false`')]);
    expect(() => new client.Gauge({ name, help: 'Twice.', registers: [registry] })).toThrow(/already been registered/);
  });

  it('gives the names to the newest application, and back when that leaves', async () => {
    const newer = new Application([registry]);
    newer.store.counter(REQUESTS).labels({ route: '/newer' }).inc();
    newer.bridge.join();
    await application.scrape();
    expect(await registry.metrics()).toContain('ours_requests_total{route="/newer"} 1');
    expect(await registry.metrics()).not.toContain('ours_requests_total{route="/dogs"}');
    expect(await registry.metrics()).toContain('ours_pool_connections');
    newer.bridge.leave();
    await application.scrape();
    expect(await registry.metrics()).toContain('ours_requests_total{route="/dogs"} 3');
    expect([...application.warnings, ...newer.warnings]).toEqual([]);
  });

  it('removes nothing but its own when it leaves, and leaves nothing behind', () => {
    const other = new Application([registry]);
    other.store.counter(REQUESTS).labels({ route: '/other' });
    other.bridge.join();
    application.bridge.leave();
    application.bridge.leave();
    expect(isMarked(registry.getSingleMetric('ours_requests_total'))).toBe(true);
    expect(registry.getMetricsAsArray()).toHaveLength(1);
    other.bridge.leave();
    expect(registry.getMetricsAsArray()).toEqual([]);
    expect(Object.keys(registry)).toEqual(Object.keys(new client.Registry()));
    application.store.counter(defineCounter({ name: 'after_total', help: 'After.' }));
    expect(registry.getMetricsAsArray()).toEqual([]);
  });

  it('can leave and join again', async () => {
    application.bridge.leave();
    application.bridge.join();
    application.bridge.join();
    expect(await registry.metrics()).toContain('ours_requests_total{route="/dogs"} 3');
  });
});

describe('labels of ours as prom-client has them', () => {
  it('are those that the series was made with', () => {
    const value = string({ unit: 'binary' });
    const name = stringMatching(/^[a-zA-Z_][a-zA-Z0-9_]{0,8}$/);
    assert(
      property(dictionary(name, value), (labels) => {
        const text = labelText(Object.entries(labels).map(([label, given]) => labelPair(label, labelValue(given))));
        const parsed = new OwnLabels().of({ labels: text, chunk: 0, at: 0, createdSeconds: 0 });
        const expected = Object.entries(labels).map(([label, given]) => [label, labelValue(given)]);
        expect(Object.entries(parsed)).toEqual(expected);
      }),
    );
  });
});

describe('which registries', () => {
  it('finds those of the packages that are loaded', () => {
    expect(new Set(loadedRegistries())).toEqual(new Set([promClient.register, prometheusClient.register]));
  });

  it('finds each of several copies', async () => {
    const modules = join(await mkdtemp(join(tmpdir(), 'two-copies-')), 'node_modules');
    await cp(join('node_modules', 'prom-client'), join(modules, 'prom-client'), { recursive: true });
    await Promise.all(
      ['tdigest', 'bintrees', '@opentelemetry'].map(async (name) =>
        symlink(resolve('node_modules', name), join(modules, name)),
      ),
    );
    const copy = loosely<typeof promClient>(createRequire(import.meta.url)(join(modules, 'prom-client')));
    expect(copy.register).not.toBe(promClient.register);
    expect(loadedRegistries()).toContain(copy.register);
    await rm(dirname(modules), { recursive: true });
  });

  it('takes the option at its word', () => {
    const registry = new promClient.Registry();
    expect(registriesOf(registry)()).toEqual([registry]);
    expect(registriesOf(false)()).toEqual([]);
    expect(registriesOf(undefined)()).toContain(promClient.register);
  });

  it('accepts the registries of both packages as they are typed', () => {
    const typed: ForeignRegistry[] = [
      promClient.register,
      prometheusClient.register,
      new promClient.Registry<promClient.OpenMetricsContentType>(),
      new prometheusClient.Registry(),
    ];
    expect(typed).toHaveLength(4);
  });
});
