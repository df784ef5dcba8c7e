import { type INestApplication } from '@nestjs/common';
import { baseline, delta, expectMetric, lintMetrics, snapshot } from 'nestjs-prometheus-exporter/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createKennel } from '../kennel.js';

const ROWS = 'typeorm_model_rows_total';
const LAIKA = { name: 'Laika', breed: 'Mongrel', age: 3 };

let app: INestApplication;

beforeAll(async () => {
  app = await createKennel({ databaseUrl: 'sqlite::memory:' });
  await app.listen(0, '127.0.0.1');
});
afterAll(() => app.close());

/** The values that the assertions below compare with. */
beforeEach(() => baseline(app));

async function post(path: string, body?: object): Promise<number> {
  const response = await fetch(new URL(path, await app.getUrl()), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body ?? {}),
  });
  await response.text();
  return response.status;
}

describe('POST /dogs', () => {
  it('inserts one dog', async () => {
    expect(await post('/dogs', LAIKA)).toBe(201);
    await expectMetric(app, ROWS, { model: 'dog', operation: 'insert' }).toHaveIncreasedBy(1);
    await expectMetric(app, ROWS).toHaveIncreasedBy(1);
  });

  it('is counted as answered once the answer is complete, which its client may know first', async () => {
    await post('/dogs', LAIKA);
    await expectMetric(app, 'nestjs_http_requests_total', { method: 'POST', route: '/dogs', status: '201' })
      .eventually()
      .toHaveIncreasedBy(1);
  });

  it('asks the database nothing about a dog that is none', async () => {
    expect(await post('/dogs', { name: 'Laika' })).toBe(400);
    await expectMetric(app, 'typeorm_query_duration_seconds_count').toHaveIncreasedBy(0);
    await expectMetric(app, 'nestjs_http_exceptions_total', { error_type: 'BadRequestException' }).toHaveIncreasedBy(1);
  });
});

describe('POST /no-room', () => {
  it('changes no row, for its transaction is rolled back', async () => {
    const before = await snapshot(app);
    expect(await post('/no-room')).toBe(409);
    const changes = delta(before, await snapshot(app));
    expect(changes.value('typeorm_transactions_total', { data_source: 'default', outcome: 'rollback' })).toBe(1);
    expect(changes.sum(ROWS)).toBe(0);
  });
});

describe('the metrics of the kennel', () => {
  it('tell of the migration that is still to come', async () => {
    await expectMetric(app, 'typeorm_migrations_pending').eventually().toBe(1);
  });

  it('have nothing that Prometheus would complain about', async () => {
    expect(await lintMetrics(app)).toEqual([]);
  });
});
