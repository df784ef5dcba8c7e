import { getDataSourceToken, TypeOrmModule } from '@nestjs/typeorm';
import { ExportModelOperations, MetricEvents, MetricStore } from 'nestjs-prometheus-exporter';
import { DataSource, type DataSourceOptions, EntitySchema } from 'typeorm';
import { afterEach, describe, expect, it } from 'vitest';
import { engineOf } from '../../lib/metrics/store.js';
import { type Exposition } from '../support/exposition.js';
import { collectGarbage } from '../support/garbage.js';
import { Dog } from '../support/kennel-entities.js';
import { NestApp, type NestAppOptions, PLATFORMS, type Platform, valuesOf } from '../support/nest-app.js';
import { waitUntil } from '../support/wait-until.js';

/** In the heap of the process, so that one that is dropped can be collected. */
const OPTIONS = { type: 'sqljs', entities: [Dog], synchronize: true } as const satisfies DataSourceOptions;

let app: NestApp;
afterEach(() => app.close());

async function start(options: NestAppOptions = {}, platform: Platform = 'express'): Promise<void> {
  app = await NestApp.start(platform, options);
}

const tenant = (name: string) => new DataSource({ ...OPTIONS, name } as DataSourceOptions).initialize();

/** Makes it, inserts a row and destroys it. */
async function visit(name: string): Promise<void> {
  const dataSource = await tenant(name);
  await dataSource.getRepository(Dog).insert({ name: 'Rex' });
  await dataSource.destroy();
}

const ROWS = 'typeorm_model_rows_total';
const of = (metrics: Exposition, data_source: string) =>
  [...metrics].filter(({ labels }) => labels['data_source'] === data_source);
const chunks = () => engineOf(app.app.get(MetricStore)).copyCells().length;

async function scrapes(count: number): Promise<Exposition> {
  let last = await app.scrape();
  for (let more = 1; more < count; more += 1) last = await app.scrape();
  return last;
}

it.each(PLATFORMS)(
  'three hundred that were made and destroyed leave nothing, on %s',
  async (platform) => {
    await start({ imports: [TypeOrmModule.forRoot(OPTIONS)] }, platform);
    const living = await tenant('living');
    const before = await app.scrape();
    await visit('first');
    await scrapes(3);
    const size = chunks();
    let most = 0;
    for (let round = 0; round < 300; round += 1) {
      await visit(`tenant ${round}`);
      await living.getRepository(Dog).insert({ name: `${round}` });
      if (round % 25 === 0) most = Math.max(most, (await app.scrape()).seriesCount);
    }
    const perDataSource = of(before, 'living').length;
    // At most ten wait for a reading, and one was destroyed just now.
    expect(most).toBeLessThanOrEqual(before.seriesCount + 11 * (perDataSource + 50));
    const after = await scrapes(3);
    expect(valuesOf(after, 'typeorm_data_source_up', 'data_source')).toEqual(['default', 'living']);
    for (const family of ['typeorm_query_errors_total', 'typeorm_transactions_total', ROWS]) {
      const now = after.value('nestjs_metrics_series', { metric: family });
      expect(now).toBe(before.value('nestjs_metrics_series', { metric: family }));
    }
    expect(after.value(ROWS, { data_source: 'living', model: 'dog', operation: 'insert' })).toBe(300);
    expect(after.sum('nestjs_metrics_overflow_total')).toBe(0);
    // What the ten that waited took at most, and what is for one of each width.
    expect(chunks()).toBeLessThanOrEqual(size + 2);
    await living.destroy();
  },
  180_000,
);

it('the last numbers of one are in two readings, and in no later one', async () => {
  await start();
  await visit('tenant');
  for (const _ of [1, 2]) {
    const metrics = await app.scrape();
    expect(metrics.value(ROWS, { data_source: 'tenant', model: 'dog', operation: 'insert' })).toBe(1);
    expect(metrics.value('typeorm_data_source_up', { data_source: 'tenant' })).toBe(0);
  }
  const metrics = await app.scrape();
  expect(of(metrics, 'tenant')).toEqual([]);
  // Nobody is left for it to read.
  expect((await app.scrape()).series('nestjs_metrics_collector_success', { collector: 'typeorm' })).toEqual([]);
});

it('one that comes back in between goes on where it was, and afterwards begins at zero', async () => {
  await start();
  const dataSource = await tenant('tenant');
  const insert = (name: string) => dataSource.getRepository(Dog).insert({ name });
  const rows = (metrics: Exposition) =>
    metrics.value(ROWS, { data_source: 'tenant', model: 'dog', operation: 'insert' });
  await insert('one');
  await dataSource.destroy();
  await app.scrape();
  await dataSource.initialize();
  await insert('two');
  expect(rows(await scrapes(4))).toBe(2);
  await dataSource.destroy();
  expect(of(await scrapes(3), 'tenant')).toEqual([]);
  await dataSource.initialize();
  await insert('three');
  expect(rows(await scrapes(4))).toBe(1);
  await dataSource.destroy();
});

it('of two with one name nothing goes before both have ended', async () => {
  await start();
  const [one, other] = [await tenant('same'), await tenant('same')];
  await one.getRepository(Dog).insert({ name: 'Rex' });
  await one.destroy();
  expect((await scrapes(4)).sum(ROWS, { data_source: 'same' })).toBe(1);
  await other.getRepository(Dog).insert({ name: 'Bella' });
  expect((await app.scrape()).sum(ROWS, { data_source: 'same' })).toBe(2);
  await other.destroy();
  expect(of(await scrapes(3), 'same')).toEqual([]);
});

it('those of the boot stay, in the container and made by hand, and so does whoever has their name', async () => {
  let early!: DataSource;
  await start({
    imports: [TypeOrmModule.forRoot({ ...OPTIONS, name: 'contained' })],
    providers: [{ provide: 'SEEDED', useFactory: async () => void (early = await tenant('early')) }],
  });
  await app.app.get<DataSource>(getDataSourceToken('contained')).destroy();
  await early.destroy();
  await app.scrape();
  await visit('early');
  const metrics = await scrapes(4);
  for (const data_source of ['contained', 'early']) {
    expect(metrics.value('typeorm_data_source_up', { data_source })).toBe(0);
    expect(metrics.sum('typeorm_query_duration_seconds_count', { data_source })).toBeGreaterThan(0);
  }
  await app.app.get<DataSource>(getDataSourceToken('contained')).initialize();
});

it('what ends later makes no new series of it, and counts for nobody else', async () => {
  await start();
  const dataSource = await tenant('slow');
  let end: (() => void) | undefined;
  const held = new Promise<void>((resolve) => (end = resolve));
  const events = app.app.get(MetricEvents);
  const seen: string[] = [];
  events.listen({ dataSourceEnded: ({ name }) => void seen.push(name) });
  const late = dataSource.transaction(async (manager) => {
    await manager.insert(Dog, { name: 'Rex' });
    await held;
  });
  await waitUntil(
    'the transaction is open',
    async () => (await app.scrape()).sum('typeorm_transactions_in_flight') > 0,
  );
  await dataSource.destroy();
  await scrapes(3);
  expect(seen).toEqual(['slow']);
  const other = await tenant('other');
  end?.();
  await late.catch(() => undefined);
  const metrics = await app.scrape();
  expect(of(metrics, 'slow')).toEqual([]);
  expect(metrics.sum('typeorm_transactions_in_flight')).toBe(0);
  expect(metrics.sum('typeorm_queries_in_flight')).toBe(0);
  expect(metrics.sum(ROWS)).toBe(0);
  await other.destroy();
});

it('when nobody reads, a few wait and the others go', async () => {
  await start();
  for (let round = 0; round < 40; round += 1) {
    await visit(`tenant ${round}`);
  }
  const engine = engineOf(app.app.get(MetricStore));
  const up = () => engine.families.find(({ name }) => name === 'typeorm_data_source_up')!.series.length;
  await waitUntil('no more than ten and the last one are left', () => up() <= 11);
  const metrics = await app.scrape();
  expect(valuesOf(metrics, 'typeorm_data_source_up', 'data_source')).toContain('tenant 39');
});

it('one that is dropped without being destroyed is not kept alive, and its series go too', async () => {
  await start();
  const drop = async () => new WeakRef(await tenant('dropped'));
  const dropped = await drop();
  expect((await app.scrape()).value('typeorm_data_source_up', { data_source: 'dropped' })).toBe(1);
  await waitUntil('the data source is collected', () => {
    collectGarbage();
    return dropped.deref() === undefined;
  });
  await waitUntil('its series are gone', async () => of(await app.scrape(), 'dropped').length === 0);
});

it('one that was destroyed is not kept alive', async () => {
  await start();
  const destroyed = await (async () => {
    const dataSource = await tenant('destroyed');
    await dataSource.destroy();
    return new WeakRef(dataSource);
  })();
  await scrapes(3);
  await waitUntil('the data source is collected', () => {
    collectGarbage();
    return destroyed.deref() === undefined;
  });
  expect(destroyed.deref()).toBeUndefined();
});

describe('the budget', () => {
  it('that those used up that have ended is there for the living once they are gone', async () => {
    const models = Array.from({ length: 30 }, (_, index) => {
      const columns = { id: { type: Number, primary: true, generated: true } } as const;
      const model = new EntitySchema<{ id: number }>({ name: `Model${index}`, columns });
      ExportModelOperations(`model ${index}`)(model);
      return model;
    });
    const wide = (name: string) => new DataSource({ ...OPTIONS, name, entities: models } as DataSourceOptions);
    await start();
    for (let round = 0; round < 8; round += 1) {
      await (await wide(`tenant ${round}`).initialize()).destroy();
    }
    const living = await wide('living').initialize();
    const insert = () => Promise.all(models.map((model) => living.getRepository(model).insert({})));
    await insert();
    // All went to _overflow so far, and what did so stays there.
    expect((await scrapes(4)).sum(ROWS, { data_source: '_overflow' })).toBe(30);
    await insert();
    const metrics = await app.scrape();
    expect(metrics.sum(ROWS, { data_source: '_overflow' })).toBe(30);
    for (let index = 0; index < 30; index += 1) {
      expect(metrics.value(ROWS, { data_source: 'living', model: `model ${index}`, operation: 'insert' })).toBe(1);
    }
    await living.destroy();
  });

  it('is there for its errors as well, and for whether it is up, and no gauge falls below zero', async () => {
    await start({ metrics: { limits: { labelSetsPerMetric: 1 } } });
    await visit('first');
    const living = await tenant('living');
    let end: (() => void) | undefined;
    const held = new Promise<void>((resolve) => (end = resolve));
    const transaction = living.transaction(() => held);
    const fail = () => living.query('SELECT nothing FROM nowhere').catch(() => undefined);
    const inFlight = { data_source: '_overflow' };
    await waitUntil(
      'the transaction is open',
      async () => (await app.scrape()).value('typeorm_transactions_in_flight', inFlight) === 1,
    );
    expect(valuesOf(await scrapes(4), 'typeorm_data_source_up', 'data_source')).toEqual(['living']);
    await fail();
    end?.();
    await transaction;
    const metrics = await app.scrape();
    expect(metrics.value('typeorm_data_source_up', { data_source: 'living' })).toBe(1);
    expect(metrics.sum('typeorm_transactions_total', { data_source: 'living' })).toBe(1);
    expect(metrics.sum('typeorm_transactions_in_flight')).toBe(0);
    expect([...metrics].filter(({ value }) => value < 0)).toEqual([]);
    await living.destroy();
  });
});

describe('one that has never connected', () => {
  /** Nobody listens there. */
  const warehouse = () =>
    new DataSource({ type: 'postgres', host: '127.0.0.1', port: 1, name: 'warehouse' } as DataSourceOptions);
  const attempt = (dataSource: DataSource) => dataSource.initialize().catch(() => undefined);
  const refused = { data_source: 'warehouse', error_type: 'refused' };

  it('stays at 0 as long as somebody has it, and its errors add up', async () => {
    await start();
    const dataSource = warehouse();
    for (const attempts of [1, 2]) {
      await attempt(dataSource);
      const metrics = await scrapes(5);
      expect(metrics.value('typeorm_data_source_up', { data_source: 'warehouse' })).toBe(0);
      expect(metrics.value('typeorm_connection_errors_total', refused)).toBe(attempts);
    }
  });

  it('makes way for another of its name, and says nothing about one that is connected', async () => {
    await start();
    const ended: string[] = [];
    app.app.get(MetricEvents).listen({ dataSourceEnded: ({ name }) => void ended.push(name) });
    const all = [warehouse(), warehouse(), warehouse()];
    for (const dataSource of all) await attempt(dataSource);
    const metrics = await scrapes(4);
    expect(ended).toEqual(['warehouse', 'warehouse']);
    expect(metrics.value('typeorm_data_source_up', { data_source: 'warehouse' })).toBe(0);
    expect(metrics.value('typeorm_connection_errors_total', refused)).toBe(3);
    const connected = await tenant('warehouse');
    await attempt(all[0]!);
    expect((await scrapes(4)).value('typeorm_data_source_up', { data_source: 'warehouse' })).toBe(1);
    await connected.destroy();
  });

  it('goes when nobody has it any more', async () => {
    await start();
    await attempt(warehouse());
    expect((await app.scrape()).value('typeorm_data_source_up', { data_source: 'warehouse' })).toBe(0);
    await waitUntil('its series are gone', async () => {
      collectGarbage();
      return of(await app.scrape(), 'warehouse').length === 0;
    });
  });
});
