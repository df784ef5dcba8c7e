import { beforeEach, describe, expect, it } from 'vitest';
import { type CollectorSource } from '../../lib/expose/collector.js';
import { type FamilyGroups } from '../../lib/expose/family-groups.js';
import { type Filter, filtered } from '../../lib/expose/filter.js';
import { type ForeignFamily } from '../../lib/expose/foreign-family.js';
import { openMetrics } from '../../lib/expose/formats/openmetrics.js';
import { TEXT } from '../../lib/expose/formats/text.js';
import { readEngine } from '../../lib/expose/read-engine.js';
import { defineCounter, defineGauge, defineHistogram } from '../../lib/metrics/definition.js';
import { engineOf, MetricStore } from '../../lib/metrics/store.js';
import { scraperOf } from '../support/scraper.js';

const FOREIGN: readonly ForeignFamily[] = [
  family('theirs_total', 'counter'),
  family('theirs_seconds', 'histogram'),
  family('theirs_summary', 'summary'),
  family('their_counter', 'counter'),
];

const GROUPS: FamilyGroups = {
  known: ['walks', 'application'],
  ofFamily: new Map([
    ['shop_walk_seconds', 'walks'],
    ['shop_walks_total', 'walks'],
  ]),
};

let store: MetricStore;

beforeEach(() => {
  store = new MetricStore({ namespace: 'shop' });
  store
    .counter(defineCounter({ name: 'walks_total', help: 'Walks.' }))
    .labels({})
    .inc(3);
  store
    .histogram(defineHistogram({ name: 'walk_seconds', help: 'Walks.', buckets: [1] }))
    .labels({})
    .observe(2);
  store
    .gauge(defineGauge({ name: 'dogs', help: 'Dogs.' }))
    .labels({})
    .set(7);
});

function family(name: string, type: ForeignFamily['type']): ForeignFamily {
  return { name, help: 'Theirs.', type, samples: [] };
}

function names(filter: Filter | undefined): readonly string[] {
  const { own, foreign } = filtered(readEngine(engineOf(store), FOREIGN), filter, GROUPS);
  return [...own, ...foreign].map(({ name }) => name);
}

const byName = (...asked: readonly string[]) => names({ names: asked, groups: undefined });
const byGroup = (...groups: readonly string[]) => names({ names: undefined, groups });

describe('a filter by name', () => {
  it.each([
    ['shop_walks_total', 'shop_walks_total'],
    ['shop_walks', 'shop_walks_total'],
    ['shop_walks_created', 'shop_walks_total'],
    ['shop_walk_seconds', 'shop_walk_seconds'],
    ['shop_walk_seconds_bucket', 'shop_walk_seconds'],
    ['shop_walk_seconds_sum', 'shop_walk_seconds'],
    ['shop_walk_seconds_count', 'shop_walk_seconds'],
    ['shop_dogs', 'shop_dogs'],
    ['theirs_total', 'theirs_total'],
    ['theirs', 'theirs_total'],
    ['theirs_seconds_bucket', 'theirs_seconds'],
    ['theirs_summary_count', 'theirs_summary'],
    ['their_counter', 'their_counter'],
  ])('%s gives %s', (asked, expected) => {
    expect(byName(asked)).toEqual([expected]);
  });

  it.each(['dogs', 'shop_dogs_total', 'shop_dogs_sum', 'shop_walks_bucket', 'their', 'SHOP_DOGS', '', '*', 'shop_.*'])(
    '%s gives nothing',
    (asked) => expect(byName(asked)).toEqual([]),
  );

  it('gives what one of several names means, in the usual order', () => {
    expect(byName('theirs_total', 'shop_dogs', 'none')).toEqual(['shop_dogs', 'theirs_total']);
  });
});

describe('a filter by group', () => {
  it('gives the families of these groups', () => {
    expect(byGroup('walks')).toEqual(['shop_walks_total', 'shop_walk_seconds']);
    expect(byGroup('walks', 'application')).toEqual(names(undefined));
    expect(byGroup()).toEqual([]);
  });

  it('counts every family that has no group as one of the application', () => {
    expect(byGroup('application')).toEqual(['shop_dogs', ...FOREIGN.map(({ name }) => name)]);
  });

  it('and by name gives what both allow', () => {
    expect(names({ names: ['shop_dogs', 'shop_walks'], groups: ['walks'] })).toEqual(['shop_walks_total']);
  });
});

describe('scrapes with filters', () => {
  let started: string[];
  let waiting: (() => void)[];
  const source = (group: string): CollectorSource => ({
    ...(group !== 'application' && { group }),
    collectors: () => [{ name: 'slow', collect: () => collect(group) }],
  });
  const collect = (group: string) => {
    started.push(group);
    return new Promise<undefined>((resolve) => waiting.push(() => resolve(undefined)));
  };
  const end = () => {
    for (const resolve of waiting.splice(0)) resolve();
  };
  const sources = [source('walks'), source('application')];
  const scraper = (collected: (name: string) => void = () => undefined) =>
    scraperOf(store, sources, { collected }, undefined, GROUPS);
  const WALKS: Filter = { names: undefined, groups: ['walks'] };

  beforeEach(() => {
    [started, waiting] = [[], []];
  });

  it('run the collectors of their groups only, under the names that these always have', async () => {
    const reported: string[] = [];
    const scraping = scraper((name) => reported.push(name));
    const one = scraping.scrape(10, undefined, { names: undefined, groups: ['application'] });
    end();
    await one;
    expect(started).toEqual(['application']);
    expect(reported).toEqual(['slow_']);
    const all = scraping.scrape(10);
    end();
    await all;
    expect(reported).toEqual(['slow_', 'slow', 'slow_']);
  });

  it('run no collector for no group', async () => {
    const scrape = await scraper().scrape(10, undefined, { names: undefined, groups: [] });
    expect(started).toEqual([]);
    expect(Buffer.concat(await scrape.as(TEXT, undefined, { names: undefined, groups: [] })).toString()).toBe('');
  });

  it('share the collection of those that ask for the same groups, and of no others', async () => {
    const scraping = scraper();
    const filters = [WALKS, { ...WALKS, names: ['shop_walks'] }, undefined, undefined];
    const scrapes = filters.map((filter) => scraping.scrape(10, undefined, filter));
    // The scrape of everything waits for the collector that is running already, and starts the other one.
    expect(started).toEqual(['walks', 'application']);
    end();
    const [walks, named, all, again] = await Promise.all(scrapes);
    expect(named).toBe(walks);
    expect(all).not.toBe(walks);
    expect(again).toBe(all);
  });

  it('share what is rendered for the same question, and nothing else', async () => {
    const pending = scraper().scrape(10, undefined, WALKS);
    end();
    const scrape = await pending;
    const rendered = (filter: Filter) => scrape.as(TEXT, undefined, filter);
    const all = await rendered(WALKS);
    expect(await rendered({ ...WALKS })).toBe(all);
    const named = await rendered({ ...WALKS, names: ['shop_walks'] });
    expect(Buffer.concat(named).toString()).toBe(
      '# HELP shop_walks_total Walks.\n# TYPE shop_walks_total counter\nshop_walks_total 3\n',
    );
    expect(Buffer.concat(all).toString()).toContain('shop_walk_seconds_count 1');
    const metrics = await scrape.as(openMetrics('underscores'), undefined, { ...WALKS, names: ['none'] });
    expect(Buffer.concat(metrics).toString()).toBe('# EOF\n');
  });
});
