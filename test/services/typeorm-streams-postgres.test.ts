import { type Readable } from 'node:stream';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { NOTHING } from '../support/faults/database-counts.js';
import { Dog } from '../support/faults/dog.js';
import { unhandledDuring } from '../support/faults/process-faults.js';
import { StatementsApp } from '../support/faults/statements-app.js';
import { PostgresServer } from '../support/postgres-server.js';
import { needs } from '../support/services.js';
import { waitUntil } from '../support/wait-until.js';

const ROWS = 1000;
const SELECTS = { data_source: 'default', operation: 'select', entity: 'Dog' };

needs('postgres')('streams of PostgreSQL', () => {
  let server: PostgresServer;
  let app: StatementsApp;

  beforeAll(async () => {
    server = await PostgresServer.start();
    await server.createDatabase('kennel');
    app = await StatementsApp.start({
      typeorm: { type: 'postgres', url: server.url('kennel'), synchronize: true } as object,
    });
    await app.run((source) =>
      source.getRepository(Dog).insert(Array.from({ length: ROWS }, (_, index) => ({ name: `dog ${index}` }))),
    );
  });
  afterAll(async () => {
    await app.close();
    await server.stop();
  });
  beforeEach(async () => void (await app.atRest()));

  const stream = () => app.run((source) => source.getRepository(Dog).createQueryBuilder('dog').stream());

  it('last until their last row', async () => {
    const changes = await app.changes(async () => {
      const rows = await stream();
      expect((await app.scrape()).sum('typeorm_queries_in_flight')).toBe(1);
      expect(await rows.toArray()).toHaveLength(ROWS);
    });
    expect(changes.value('typeorm_query_duration_seconds_count', SELECTS)).toBe(1);
    expect(changes.sum('typeorm_query_errors_total')).toBe(0);
  });

  it('end when they are given up', async () => {
    const changes = await app.changes(async () => {
      const rows = await stream();
      for await (const _ of rows) break;
      await waitUntil('it is over', async () => (await app.scrape()).sum('typeorm_queries_in_flight') === 0);
    });
    expect(changes.value('typeorm_query_duration_seconds_count', SELECTS)).toBe(1);
    expect(changes.sum('typeorm_query_errors_total')).toBe(0);
  });

  it('that fail say so, and an error that nobody handles stays one', async () => {
    const counts = await app.counts(() =>
      unhandledDuring('uncaughtException', async (seen) => {
        await app.run(async (source) => {
          const runner = source.createQueryRunner();
          const rows: Readable = await runner.stream('SELECT FROM WHERE');
          rows.resume();
          await waitUntil('nobody handled it', () => seen.length > 0);
          await runner.release();
        });
        expect(seen).toEqual([expect.objectContaining({ code: '42601' })]);
      }),
    );
    expect(counts).toEqual({ ...NOTHING, errors: { 'select syntax': 1 } });
  });

  it('whose connection is killed count as such, though they tell nobody', async () => {
    const counts = await app.counts(() =>
      app.run(async (source) => {
        const runner = source.createQueryRunner();
        const rows: Readable = await runner.stream('SELECT pg_sleep(60) AS a_stream');
        rows.resume();
        const beside = await server.connect();
        await waitUntil('it was killed', async () => {
          const killed = await beside.query(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%a_stream' AND pid <> pg_backend_pid()",
          );
          return killed.length > 0;
        });
        await waitUntil('TypeORM has given the connection up', () => runner.isReleased);
        await beside.close();
        await runner.release();
      }),
    );
    expect(counts).toEqual({ ...NOTHING, errors: { 'select connection': 1 } });
  });
});
