import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { delta, type Delta } from '../support/exposition.js';
import { type Received, send, type SentRequest } from '../support/http-client.js';
import { type Kennel, startKennel } from '../support/kennel.js';
import { MariadbServer } from '../support/mariadb-server.js';
import { PostgresServer } from '../support/postgres-server.js';
import { needs, type ServiceName } from '../support/services.js';
import { waitUntil } from '../support/wait-until.js';

/** An empty database, until it is closed. */
interface Database {
  readonly url: string;
  readonly close: () => void | Promise<void>;
}

interface DatabaseKind {
  readonly title: string;
  readonly services: readonly ServiceName[];
  readonly driver: string;
  readonly mostConnections: number;
  readonly open: () => Database | Promise<Database>;
}

const DATABASES: readonly DatabaseKind[] = [
  { title: 'SQLite', services: [], driver: 'sqljs', mostConnections: 1, open: openSqlite },
  {
    title: 'PostgreSQL',
    services: ['postgres'],
    driver: 'postgres',
    mostConnections: 10,
    open: async () => openOn(await PostgresServer.start()),
  },
  {
    title: 'MariaDB',
    services: ['mariadb'],
    driver: 'mariadb',
    mostConnections: 10,
    open: async () => openOn(await MariadbServer.start()),
  },
];

const DEFAULT = { data_source: 'default' };
const ROWS = 'typeorm_model_rows_total';
const TRANSACTIONS = 'typeorm_transactions_total';
const ERRORS = 'typeorm_query_errors_total';
const QUERIES_PER_REQUEST = 'nestjs_http_request_db_queries';
const LAIKA = JSON.stringify({ name: 'Laika', breed: 'Mongrel', age: 3 });
const JSON_BODY = { 'content-type': 'application/json' };

for (const { title, services, driver, mostConnections, open } of DATABASES) {
  // The tests go on from each other: the kennel has the dogs that the test before has left in it.
  needs(...services)(`the sample application on ${title}`, () => {
    let database: Database;
    let kennel: Kennel;
    beforeAll(async () => {
      database = await open();
      kennel = await startKennel({ adapter: 'express', databaseUrl: database.url });
    });
    afterAll(async () => {
      await kennel.stop();
      await database.close();
    });

    /** What the requests, sent one after the other, were answered and changed. */
    const during = async (...requests: readonly SentRequest[]): Promise<{ answers: Received[]; grown: Delta }> => {
      const before = await kennel.quietScrape();
      const answers: Received[] = [];
      for (const request of requests) answers.push(await send(kennel.port, request));
      return { answers, grown: delta(before, await kennel.quietScrape()) };
    };

    /** They are compared in the background. */
    const migrations = async (): Promise<Record<string, number | undefined>> => {
      const name = (what: string) => `typeorm_migrations_${what}`;
      const isCompared = async () =>
        ((await kennel.scrape()).value(name('checked_timestamp_seconds'), DEFAULT) ?? 0) > 0;
      await waitUntil('the migrations are compared', isCompared);
      const exposition = await kennel.scrape();
      return Object.fromEntries(
        ['applied', 'pending', 'unknown'].map((what) => [what, exposition.value(name(what), DEFAULT)]),
      );
    };

    it('has executed all migrations but the last, and let in the first dogs', async () => {
      expect(await migrations()).toEqual({ applied: 3, pending: 1, unknown: 0 });
      const exposition = await kennel.scrape();
      expect(exposition.value(ROWS, { ...DEFAULT, model: 'dog', operation: 'insert' })).toBe(3);
      expect(exposition.sum(ROWS)).toBe(3);
      expect(exposition.value(TRANSACTIONS, { ...DEFAULT, outcome: 'commit' })).toBe(1);
      expect(exposition.value(TRANSACTIONS, { ...DEFAULT, outcome: 'rollback' })).toBe(0);
      expect(exposition.sum(ERRORS)).toBe(0);
    });

    it('tells of its data source and its pool', async () => {
      const exposition = await kennel.quietScrape();
      const master = { ...DEFAULT, role: 'master' };
      expect(exposition.value('typeorm_data_source_up', DEFAULT)).toBe(1);
      expect(exposition.value('typeorm_data_source_info', { ...DEFAULT, driver, replicated: 'false' })).toBe(1);
      expect(exposition.value('typeorm_pool_connections', { ...master, state: 'used' })).toBe(0);
      expect(exposition.value('typeorm_pool_connections', { ...master, state: 'idle' })).toBeGreaterThan(0);
      expect(exposition.value('typeorm_pool_connections_max', master)).toBe(mostConnections);
      expect(exposition.value('typeorm_pool_pending_acquires', master)).toBe(0);
    });

    it('counts the dogs that come, change and go', async () => {
      const { answers, grown } = await during(
        { method: 'POST', path: '/dogs', headers: JSON_BODY, body: LAIKA },
        { method: 'PATCH', path: '/dogs/2', headers: JSON_BODY, body: '{"age":9}' },
        { method: 'PATCH', path: '/dogs/0', headers: JSON_BODY, body: '{"age":9}' },
        { method: 'DELETE', path: '/dogs/3' },
        { method: 'DELETE', path: '/dogs/3' },
      );
      expect(answers.map(({ status }) => status)).toEqual([201, 200, 404, 204, 404]);
      for (const operation of ['insert', 'update', 'delete']) {
        expect(grown.value(ROWS, { ...DEFAULT, model: 'dog', operation })).toBe(1);
      }
      expect(grown.sum(ROWS)).toBe(3);
      expect(grown.sum(TRANSACTIONS)).toBe(0);
    });

    it('shows which of two equal answers takes a statement for each dog', async () => {
      const { answers, grown } = await during({ path: '/walks' }, { path: '/walks/one-by-one' });
      const [together, oneByOne] = answers.map(({ body }) => JSON.parse(body) as readonly unknown[]);
      expect(together).toHaveLength(3);
      expect(oneByOne).toEqual(together);
      expect(grown.value(`${QUERIES_PER_REQUEST}_sum`, { method: 'GET', route: '/walks' })).toBe(1);
      expect(grown.value(`${QUERIES_PER_REQUEST}_sum`, { method: 'GET', route: '/walks/one-by-one' })).toBe(1 + 3);
      expect(grown.sum(`${QUERIES_PER_REQUEST}_count`, { route: '/walks/one-by-one' })).toBe(1);
    });

    it('counts transactions that are rolled back, and none of their rows', async () => {
      const { answers, grown } = await during(
        { path: '/dogs' },
        { method: 'POST', path: '/no-room' },
        { method: 'POST', path: '/dogs', headers: JSON_BODY, body: LAIKA },
        { method: 'POST', path: '/no-room' },
        { path: '/dogs' },
      );
      expect(answers.map(({ status }) => status)).toEqual([200, 409, 201, 409, 200]);
      const [before, after] = [answers[0], answers[4]].map((answer) => JSON.parse(answer?.body ?? '') as unknown[]);
      expect(after).toHaveLength((before?.length ?? NaN) + 1);
      expect(grown.value(TRANSACTIONS, { ...DEFAULT, outcome: 'rollback' })).toBe(2);
      expect(grown.sum(TRANSACTIONS)).toBe(2);
      expect(grown.value(ROWS, { ...DEFAULT, model: 'dog', operation: 'insert' })).toBe(1);
      expect(grown.sum(ROWS)).toBe(1);
      expect(grown.sum('typeorm_query_duration_seconds_count', { operation: 'insert', entity: 'Dog' })).toBe(3);
    });

    it('times a slow query', async () => {
      const { answers, grown } = await during({ path: '/slow-query?ms=100' });
      expect(answers[0]?.status).toBe(200);
      const raw = { ...DEFAULT, operation: 'select', entity: '_none' };
      expect(grown.value('typeorm_query_duration_seconds_count', raw)).toBe(1);
      expect(grown.value('typeorm_query_duration_seconds_bucket', { ...raw, le: '0.05' })).toBe(0);
      expect(
        grown.value('nestjs_http_request_db_seconds_sum', { method: 'GET', route: '/slow-query' }),
      ).toBeGreaterThan(0.05);
    });

    it('counts a query that fails, by its cause', async () => {
      const { answers, grown } = await during({ path: '/failing-query' });
      expect(answers[0]?.status).toBe(500);
      expect(grown.value(ERRORS, { ...DEFAULT, operation: 'select', error_type: 'syntax' })).toBe(1);
      expect(grown.sum(ERRORS)).toBe(1);
    });

    it('counts what the query result cache was asked for and had', async () => {
      const { answers, grown } = await during({ path: '/breeds' }, { path: '/breeds' });
      const [fresh, cached] = answers.map(({ body }) => JSON.parse(body) as unknown);
      expect(fresh).toContainEqual({ breed: 'Mongrel', dogs: 2 });
      expect(cached).toEqual(fresh);
      expect(grown.value('typeorm_query_cache_gets_total', DEFAULT)).toBe(2);
      expect(grown.value('typeorm_query_cache_hits_total', DEFAULT)).toBe(1);
    });

    it('finds its dogs and its migrations again when it is started anew', async () => {
      const { body } = await send(kennel.port, { path: '/walks' });
      expect(await kennel.stop()).toBe(0);
      kennel = await startKennel({ adapter: 'fastify', databaseUrl: database.url });
      expect((await send(kennel.port, { path: '/walks' })).body).toBe(body);
      expect(await migrations()).toEqual({ applied: 3, pending: 1, unknown: 0 });
      expect((await kennel.scrape()).sum(ROWS)).toBe(0);
    });
  });
}

function openSqlite(): Database {
  const folder = mkdtempSync(join(tmpdir(), 'kennel-database-'));
  return { url: `sqlite://${folder}/kennel.sqlite`, close: () => rmSync(folder, { recursive: true }) };
}

async function openOn(server: PostgresServer | MariadbServer): Promise<Database> {
  await server.createDatabase('kennel');
  return { url: server.url('kennel'), close: () => server.stop() };
}
