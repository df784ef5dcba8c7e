import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DatabaseProcess } from '../support/database-process.js';
import { DocumentedKennel } from '../support/documented-kennel.js';
import { load } from '../support/documented-load.js';
import { listed } from '../support/guide-tables.js';
import { PostgresServer } from '../support/postgres-server.js';
import { type QueriedSample } from '../support/prometheus-api.js';
import { type PrometheusServer, startPrometheus } from '../support/prometheus-server.js';
import { promqlFences } from '../support/promql-fences.js';
import { startRedis, urlOf } from '../support/redis/redis-server.js';
import { needs } from '../support/services.js';

const DOCS = fileURLToPath(new URL('../../docs/', import.meta.url));
const PAGES = readdirSync(DOCS, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.md'))
  .map((name) => `docs/${name}`);
const GUIDES = PAGES.filter((page) => page.startsWith('docs/from-'));
const OTHERS = PAGES.filter((page) => page !== 'docs/metrics.md' && !GUIDES.includes(page));

/** Queries of docs/metrics.md that return nothing in this application, by what they contain. */
const WITHOUT_DATA: Readonly<Record<string, string>> = {
  process_virtual_memory_max_bytes: 'The process has no limit of its address space.',
  nestjs_metrics_processes: 'The application does not have option `processes`.',
  nestjs_metrics_pushes_total: 'The process is scraped.',
  'nestjs_graphql_operations_in_flight{type="subscription"}': 'The schema has no subscription.',
  nestjs_schedule_exceptions_total: 'What is run here does not fail.',
};

let postgres: PostgresServer;
let redis: DatabaseProcess;
let kennel: DocumentedKennel;
let prometheus: PrometheusServer;
/** Of all queries, so that the old and the new ones see the same samples. In seconds. */
let time: number;

needs(
  'prometheus',
  'postgres',
  'redis',
)('the PromQL in the documentation', () => {
  beforeAll(async () => {
    postgres = await PostgresServer.start();
    redis = await startRedis();
    kennel = await DocumentedKennel.start(postgres.url(), urlOf(redis));
    // Twice: a series that is new at a scrape has no rate. Those of this library are at zero before, the others are not.
    await load(kennel);
    prometheus = await startPrometheus({ targets: [kennel.target] });
    await load(kennel);
    await kennel.becomeQuiet();
    await prometheus.nextScrape();
    await prometheus.nextScrape();
    time = Date.now() / 1000;
  }, 240_000);

  afterAll(async () => {
    await prometheus?.stop();
    await kennel?.close();
    await postgres?.stop();
    await redis?.stop();
  });

  describe('of docs/metrics.md', () => {
    it.each(promqlFences('docs/metrics.md'))('$query', async ({ query }) => {
      const isWithout = Object.keys(WITHOUT_DATA).some((part) => query.includes(part));
      expect(numbersIn(await prometheus.query(query, time)).length > 0).toBe(!isWithout);
    });
  });

  describe.each(GUIDES)('of %s', (page) => {
    const queries = promqlFences(page);
    const replaced = queries.filter(({ before }) => before !== undefined);
    const equal = replaced.filter(({ verdict = '' }) => verdict.startsWith('the same numbers'));
    const numbersOf = async (query = '') => numbersIn(await prometheus.query(query, time));

    it.each(queries)('$query returns data', async ({ query }) => {
      expect(await numbersOf(query)).not.toEqual([]);
    });

    it.each(replaced)('$before returned data', async ({ before }) => {
      expect(await numbersOf(before)).not.toEqual([]);
    });

    it.each(equal)('$query returns the same numbers', async ({ before, query }) => {
      expect(await numbersOf(query)).toEqual(await numbersOf(before));
    });

    it('has queries of the old package', () => {
      expect(replaced.length).toBeGreaterThan(3);
      expect(equal).not.toEqual([]);
    });
  });

  it('of docs/from-opentelemetry.md is about every metric and label that OpenTelemetry publishes', async () => {
    const text = await kennel.textOfOpenTelemetry();
    const metrics = Array.from(text.matchAll(/^# TYPE (\w+)/gm), ([, name = '']) => name);
    const series = text.split('\n').filter((line) => line.startsWith('http_'));
    const labels = series.flatMap((line) => Array.from(line.matchAll(/(\w+)="/g), ([, label = '']) => label));
    expect(metrics).toContain('http_server_request_duration');
    expect(labels).toContain('http_route');
    const names = new Set([...metrics, ...labels.filter((label) => label !== 'le')]);
    const known = listed('opentelemetry', 'OpenTelemetry');
    expect([...names].filter((name) => !known.includes(name))).toEqual([]);
    // Only of requests that the application sends.
    expect(known.filter((name) => !names.has(name))).toEqual(['http_client_request_duration']);
  });

  it('of every other page is accepted', async () => {
    for (const { query } of OTHERS.flatMap(promqlFences)) {
      await expect(prometheus.query(query, time), query).resolves.toBeDefined();
    }
  });
});

/**
 * What a query returned, in ascending order and rounded, because the names of labels differ. Series at 0 are left out:
 * the old packages begin a series when it is first used. If all are at 0, one 0 is left.
 */
function numbersIn(samples: readonly QueriedSample[]): readonly number[] {
  const numbers = samples.map(({ value }) => Number(value.toPrecision(9))).filter((value) => !Number.isNaN(value));
  const counted = numbers.filter((value) => value !== 0);
  return counted.length > 0 ? counted.toSorted((one, other) => one - other) : numbers.slice(0, 1);
}
