import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { PromqlFault } from '../../lib/promql/promql-fault.js';
import { selectorsIn } from '../../lib/promql/selectors-in.js';
import { MetricUses } from '../../scripts/docs/metric-uses.js';
import { operatorQueries } from '../../scripts/docs/operator-queries.js';
import { CATALOGUE, definitionsOf, labelsOfSeries } from '../support/catalogue.js';
import { labelsLeft } from '../support/labels-left.js';
import { promqlFences } from '../support/promql-fences.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const pagesIn = (folder: string) =>
  readdirSync(ROOT + folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `${folder}/${name}`);
const PAGES = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'bench/README.md',
  ...pagesIn('docs'),
  ...pagesIn('examples'),
];

const QUERIES = operatorQueries();
const RECORDED = new Map(QUERIES.filter(({ kind }) => kind === 'record').map((query) => [query.title, query]));

/** What Prometheus adds to every series that it scrapes. */
const TARGET_LABELS = ['job', 'instance'];

/** Series that Prometheus writes itself. */
const OF_PROMETHEUS: Readonly<Record<string, readonly string[]>> = {
  up: [],
  scrape_duration_seconds: [],
  scrape_samples_scraped: [],
  scrape_samples_post_metric_relabeling: [],
  scrape_series_added: [],
  ALERTS: ['alertname', 'alertstate', 'severity'],
  ALERTS_FOR_STATE: ['alertname', 'severity'],
};

/** Series that the Pushgateway adds to each group. */
const OF_THE_PUSHGATEWAY: Readonly<Record<string, readonly string[]>> = { push_time_seconds: [] };

/** In the examples of the migration guides, and of a job. */
const OF_THE_APPLICATION: Readonly<Record<string, readonly string[]>> = {
  orders_total: ['kind'],
  kennel_wash_last_success_timestamp_seconds: [],
};

const EVERY_LABEL = new Set([
  ...TARGET_LABELS,
  'le',
  ...[...CATALOGUE.values()].flat().flatMap(({ labels }) => Object.keys(labels)),
]);

/** The labels of the series with a name; undefined if there are none. */
function labelsOf(name: string): readonly string[] | undefined {
  const record = RECORDED.get(name);
  const labels = record
    ? [...labelsLeft(record.expression, known), ...(record.added ?? [])]
    : (labelsOfSeries(name) ?? OF_PROMETHEUS[name] ?? OF_THE_PUSHGATEWAY[name] ?? OF_THE_APPLICATION[name]);
  return labels && [...TARGET_LABELS, ...labels];
}

const known = (name: string) => labelsOf(name) ?? [];

/** What a query names that does not exist. */
function faultsOf(expression: string): readonly string[] {
  return selectorsIn(expression).flatMap(({ name, labels, ignoredLabels }) => {
    const existing = labelsOf(name);
    if (existing === undefined) return [`There is no ${name || 'name'} in ${expression}`];
    const missing = labels.filter((label) => !existing.includes(label));
    const unheardOf = ignoredLabels.filter((label) => !EVERY_LABEL.has(label));
    return [...missing, ...unheardOf].map((label) => `${name} has no label ${label} in ${expression}`);
  });
}

describe('the check', () => {
  it.each([
    ['nestjs_http_request_total', 'There is no nestjs_http_request_total'],
    ['nestjs_http_requests_bucket', 'There is no nestjs_http_requests_bucket'],
    ['sum by (path) (nestjs_http_requests_total)', 'has no label path'],
    ['nestjs_http_requests_total{code="200"}', 'has no label code'],
    ['sum without (statuss) (nestjs_http_requests_total)', 'has no label statuss'],
    ['sum by (le) (nestjs_http_requests_total)', 'has no label le'],
    ['sum by (method) (job_route:nestjs_http_requests:rate5m)', 'has no label method'],
    ['{job="x"}', 'There is no name'],
  ])('refuses %s', (expression, fault) => {
    expect(faultsOf(expression).join('\n')).toContain(fault);
  });

  it('accepts the labels of targets, of buckets and of recording rules', () => {
    const expressions = [
      'histogram_quantile(0.9, sum by (job, instance, le) (nestjs_http_request_duration_seconds_bucket))',
      'sum by (route) (job_route:nestjs_http_requests:rate5m)',
      'count by (alertname) (ALERTS{alertstate="firing"})',
    ];
    expect(expressions.flatMap(faultsOf)).toEqual([]);
  });
});

describe('the rules, dashboards and consoles in examples/', () => {
  it('are found', () => {
    expect(RECORDED.size).toBeGreaterThan(20);
  });
});

describe.each([...new Set(QUERIES.map(({ file }) => file))])('%s', (path) => {
  const queries = QUERIES.filter(({ file }) => file === path);

  it('reads metrics and labels that exist', () => {
    expect(queries.flatMap(({ expression }) => faultsOf(expression))).toEqual([]);
  });

  it('shows labels that its queries have', () => {
    const faults = queries.flatMap(({ expression, shown }) => {
      const left = [...TARGET_LABELS, ...labelsLeft(expression, known)];
      return shown.filter((label) => !left.includes(label)).map((label) => `${label} is not left by ${expression}`);
    });
    expect(faults).toEqual([]);
  });
});

describe.skipIf(QUERIES.every(({ kind }) => kind !== 'dashboard'))('the dashboards', () => {
  it('show every metric, except those of lib/dashboards/unused-metrics.ts', async () => {
    const list = `${ROOT}lib/dashboards/unused-metrics.ts`;
    const { UNUSED_METRICS } = (await import(list)) as { UNUSED_METRICS: Readonly<Record<string, string>> };
    const uses = new MetricUses(QUERIES);
    const isShown = (name: string) => uses.of(name).some(({ kind }) => kind === 'dashboard');
    const names = definitionsOf('nest').map(({ name }) => name);
    expect(names.filter((name) => !isShown(name)).toSorted()).toEqual(Object.keys(UNUSED_METRICS).toSorted());
  });
});

describe.each(PAGES)('%s', (page) => {
  it('has PromQL with metrics and labels that exist', () => {
    expect(promqlFences(page).flatMap(({ query }) => faultsOf(query))).toEqual([]);
  });

  it('names no metric, label or recorded metric that does not exist', () => {
    const text = readFileSync(ROOT + page, 'utf8');
    // What comes after `shop_` is a name with a namespace, and a name that ends in `_` stands for all that begin so.
    const selectors = text.matchAll(/(?<![:\w])(?:shop_)?((?:nestjs|typeorm)_[a-z0-9_]+)(\{[^{}\n]*\})?/g);
    const recorded = text.matchAll(/\b[a-z_]+:(?:nestjs|typeorm|nodejs|process)_[a-z0-9_]+:[a-z0-9_]+/g);
    const named = [
      ...Array.from(selectors, ([, name = '', braces = '']) => name + withoutEllipsis(braces)),
      ...Array.from(recorded, ([name]) => name),
    ].filter((selector) => !selector.endsWith('_'));
    expect([...new Set(named)].flatMap(faultsOfMention)).toEqual([]);
  });
});

const withoutEllipsis = (braces: string) => braces.replaceAll(/,?\s*(?:…|\.\.\.)/g, '');

/** A name without its series is a mention too: that of a histogram. What is no PromQL, such as code, has no labels. */
function faultsOfMention(selector: string): readonly string[] {
  const [name = ''] = selector.split('{');
  const isHistogram = [...CATALOGUE.values()].flat().some((definition) => definition.name === name);
  if (isHistogram && name === selector) return [];
  try {
    return faultsOf(selector);
  } catch (error) {
    if (error instanceof PromqlFault) return faultsOf(name);
    throw error;
  }
}
