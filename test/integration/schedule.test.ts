import { Controller, Get, Inject, Injectable, Module, type ModuleMetadata, Scope } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { Cron, CronExpression, Interval, ScheduleModule, SchedulerRegistry, Timeout } from '@nestjs/schedule';
import { TypeOrmModule } from '@nestjs/typeorm';
import { PrometheusModule } from 'nestjs-prometheus-exporter';
import { DataSource } from 'typeorm';
import { afterEach, describe, expect, it } from 'vitest';
import { type Exposition } from '../support/exposition.js';
import { NestApp, type NestAppOptions } from '../support/nest-app.js';
import { SQLITE_IN_MEMORY } from '../support/sqlite.js';
import { waitUntil } from '../support/wait-until.js';

const NEVER_IN_A_TEST = '0 30 4 * * *';
const A_DAY = 86_400;

@Injectable()
class Chores {
  readonly calls: string[] = [];
  /** End the walks that have begun. */
  readonly walks: (() => void)[] = [];

  @Cron(NEVER_IN_A_TEST, { name: 'feed', timeZone: 'UTC' })
  feed(): void {
    this.calls.push('feed');
  }

  @Cron(NEVER_IN_A_TEST, { timeZone: 'UTC' })
  walk(): Promise<void> {
    return new Promise((resolve) => this.walks.push(resolve));
  }

  @Cron(CronExpression.EVERY_SECOND, { name: 'every second' })
  tick(): void {
    this.calls.push('every second');
  }

  @Cron(NEVER_IN_A_TEST, { name: 'disabled', disabled: true })
  disabled(): void {
    this.calls.push('disabled');
  }

  @Interval('beat', 20)
  beat(): void {
    this.calls.push('beat');
  }

  @Interval(20)
  async fail(): Promise<void> {
    this.calls.push('Chores.fail');
    await Promise.resolve();
    throw new RangeError('no dog');
  }

  /** As a query of Prisma or Mongoose: it runs when it is awaited. */
  @Cron(NEVER_IN_A_TEST, { name: 'query' })
  query(): PromiseLike<void> {
    return {
      // oxlint-disable-next-line unicorn/no-thenable
      then: (resolve, reject) => {
        this.calls.push('query');
        return Promise.reject<void>(new SyntaxError('no such dog')).then(resolve, reject);
      },
    };
  }

  @Timeout('once', 5)
  once(): void {
    this.calls.push('once');
    throw new TypeError('no bowl');
  }
}

@Injectable({ scope: Scope.REQUEST })
class Scoped {
  @Cron(NEVER_IN_A_TEST, { name: 'scoped' })
  never(): void {
    throw new Error('schedules of request-scoped classes are not registered');
  }
}

@Module({ imports: [ScheduleModule.forRoot()], providers: [Chores, Scoped] })
class ChoresModule {}

const apps: NestApp[] = [];
afterEach(async () => {
  await Promise.all(apps.splice(0).map((app) => app.close()));
});

async function start(options: NestAppOptions = {}) {
  const started = await NestApp.start('express', { imports: [ChoresModule], ...options });
  apps.push(started);
  return { started, chores: started.app.get(Chores), registry: started.app.get(SchedulerRegistry) };
}

const runs = (metrics: Exposition, name: string, outcome: string) =>
  metrics.value('nestjs_schedule_operations_total', { name, outcome });
const interval = (metrics: Exposition, name: string) => metrics.value('nestjs_schedule_interval_seconds', { name });
const inFlight = (metrics: Exposition, name: string) => metrics.value('nestjs_schedule_operations_in_flight', { name });
const namesOf = (metrics: Exposition) => metrics.names.filter((name) => name.startsWith('nestjs_schedule_'));

/** The first scrape that tells it. */
async function scrapeUntil(started: NestApp, what: string, tells: (read: Exposition) => boolean): Promise<Exposition> {
  let metrics = await started.scrape();
  await waitUntil(what, async () => tells((metrics = await started.scrape())));
  return metrics;
}

/** Stops what runs by itself, and gives what it did. */
function halt({ chores, registry }: Awaited<ReturnType<typeof start>>): readonly string[] {
  for (const name of registry.getIntervals()) registry.deleteInterval(name);
  for (const name of registry.getCronJobs().keys()) registry.deleteCronJob(name);
  return [...chores.calls];
}

describe('schedules', () => {
  it('exist at zero from boot, and not those of request-scoped classes', async () => {
    const { started } = await start();
    const metrics = await started.scrape();
    for (const name of ['feed', 'Chores.walk', 'disabled']) {
      for (const outcome of ['success', 'error']) expect(runs(metrics, name, outcome)).toBe(0);
      expect(inFlight(metrics, name)).toBe(0);
      expect(metrics.value('nestjs_schedule_overlaps_total', { name })).toBe(0);
      expect(metrics.value('nestjs_schedule_last_success_timestamp_seconds', { name })).toBe(0);
    }
    expect(metrics.series('nestjs_schedule_operations_in_flight').map(({ labels }) => labels['name'])).toEqual(
      expect.not.arrayContaining(['scoped']),
    );
  });

  it('are counted as often as they run, failures and timeouts too', async () => {
    const began = Date.now() / 1000;
    const all = await start();
    await waitUntil('each has run', () =>
      ['every second', 'beat', 'Chores.fail', 'once'].every((name) => all.chores.calls.includes(name)),
    );
    const calls = halt(all);
    const metrics = await all.started.scrape();
    const called = (name: string) => calls.filter((one) => one === name).length;
    expect(runs(metrics, 'beat', 'success')).toBe(called('beat'));
    expect(runs(metrics, 'every second', 'success')).toBe(called('every second'));
    expect(runs(metrics, 'Chores.fail', 'error')).toBe(called('Chores.fail'));
    expect(runs(metrics, 'Chores.fail', 'success')).toBe(0);
    expect(runs(metrics, 'once', 'error')).toBe(1);
    expect(metrics.sum('nestjs_schedule_operation_duration_seconds_count')).toBe(calls.length);
    expect(metrics.value('nestjs_schedule_exceptions_total', { name: 'once', error_type: 'TypeError' })).toBe(1);
    expect(metrics.value('nestjs_schedule_exceptions_total', { name: 'Chores.fail', error_type: 'RangeError' })).toBe(
      called('Chores.fail'),
    );
    const lastSuccess = (name: string) => metrics.value('nestjs_schedule_last_success_timestamp_seconds', { name });
    expect(lastSuccess('beat')).toBeGreaterThan(began);
    expect(lastSuccess('beat')).toBeLessThanOrEqual(Date.now() / 1000);
    expect(lastSuccess('Chores.fail')).toBe(0);
  });

  it('that overlap are counted, and one that is deleted while it runs is followed to its end', async () => {
    const { started, chores, registry } = await start();
    const [key, job] = [...registry.getCronJobs()].find(
      ([name]) => !['feed', 'disabled', 'every second'].includes(name),
    )!;
    void job.fireOnTick();
    void job.fireOnTick();
    void job.fireOnTick();
    const during = await started.scrape();
    expect(inFlight(during, 'Chores.walk')).toBe(3);
    expect(during.value('nestjs_schedule_overlaps_total', { name: 'Chores.walk' })).toBe(2);
    expect(interval(during, 'Chores.walk')).toBe(A_DAY);
    registry.deleteCronJob(key);
    expect(interval(await started.scrape(), 'Chores.walk')).toBe(0);
    for (const end of chores.walks) end();
    const after = await scrapeUntil(started, 'they have ended', (read) => inFlight(read, 'Chores.walk') === 0);
    expect(runs(after, 'Chores.walk', 'success')).toBe(3);
    expect(after.value('nestjs_schedule_overlaps_total', { name: 'Chores.walk' })).toBe(2);
  });

  it('tell the interval between their next runs', async () => {
    const { started, registry } = await start();
    const metrics = await started.scrape();
    expect(interval(metrics, 'feed')).toBe(A_DAY);
    expect(interval(metrics, 'every second')).toBe(1);
    expect(interval(metrics, 'beat')).toBe(0.02);
    expect(interval(metrics, 'once')).toBe(0);
    expect(interval(metrics, 'disabled')).toBe(0);
    void registry.getCronJob('feed').stop();
    registry.deleteInterval('beat');
    registry.getCronJob('disabled').start();
    const later = await started.scrape();
    expect(interval(later, 'feed')).toBe(0);
    expect(interval(later, 'beat')).toBe(0);
    expect(interval(later, 'disabled')).toBe(A_DAY);
  });

  it('work out their next runs when a run is due or the time is set, and not at each scrape', async () => {
    const { started, registry } = await start();
    const [feed, often] = [registry.getCronJob('feed'), registry.getCronJob('every second')];
    const askedOf = (job: typeof feed) => {
      const asked = { times: 0 };
      const nextDates = job.nextDates.bind(job);
      job.nextDates = (...args) => {
        asked.times += 1;
        return nextDates(...args);
      };
      return asked;
    };
    const [ofFeed, ofOften] = [askedOf(feed), askedOf(often)];
    await scrapeUntil(started, 'a run was due', () => ofOften.times > 1);
    expect(ofFeed.times).toBe(1);
    const CronTime = feed.cronTime.constructor as new (source: string, timeZone: string) => typeof feed.cronTime;
    feed.setTime(new CronTime('0 30 * * * *', 'UTC'));
    expect(interval(await started.scrape(), 'feed')).toBe(3600);
    expect(ofFeed.times).toBe(2);
  });

  it('end with the query that they return, which runs once', async () => {
    const { started, chores, registry } = await start();
    await registry.getCronJob('query').fireOnTick();
    const metrics = await scrapeUntil(started, 'it has ended', (read) => runs(read, 'query', 'error') === 1);
    expect(runs(metrics, 'query', 'success')).toBe(0);
    expect(metrics.value('nestjs_schedule_exceptions_total', { name: 'query', error_type: 'SyntaxError' })).toBe(1);
    expect(chores.calls.filter((call) => call === 'query')).toHaveLength(1);
  });

  it('that a program adds to the registry itself add no series', async () => {
    const { started, chores, registry } = await start();
    const before = (await started.scrape()).series('nestjs_schedule_operations_in_flight').length;
    const CronJob = registry.getCronJob('feed').constructor as unknown as {
      from(options: object): ReturnType<SchedulerRegistry['getCronJob']>;
    };
    for (let i = 0; i < 100; i += 1) {
      registry.addCronJob(`of customer ${i}`, CronJob.from({ cronTime: NEVER_IN_A_TEST, onTick: () => chores.feed() }));
    }
    void registry.getCronJob('of customer 1').fireOnTick();
    const metrics = await started.scrape();
    expect(chores.calls).toContain('feed');
    expect(metrics.series('nestjs_schedule_operations_in_flight')).toHaveLength(before);
    expect(runs(metrics, 'feed', 'success')).toBe(0);
  });

  it.each([
    ['before ours', [ChoresModule, PrometheusModule.forRoot({ runtimeMetrics: false })]],
    ['after ours', [PrometheusModule.forRoot({ runtimeMetrics: false }), ChoresModule]],
  ])('are found when their module is imported %s', async (_order, imports) => {
    const { started } = await start({ metrics: false, imports: imports as NonNullable<ModuleMetadata['imports']> });
    const metrics = await scrapeUntil(started, 'it failed', (read) => runs(read, 'Chores.fail', 'error')! > 0);
    expect(interval(metrics, 'feed')).toBe(A_DAY);
  });

  it('of two applications in one process are counted apart', async () => {
    const [one, other] = [await start(), await start()];
    void one.registry.getCronJob('feed').fireOnTick();
    expect(runs(await one.started.scrape(), 'feed', 'success')).toBe(1);
    expect(runs(await other.started.scrape(), 'feed', 'success')).toBe(0);
  });

  it('have their SQL', async () => {
    @Injectable()
    class Report {
      constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

      @Cron(NEVER_IN_A_TEST, { name: 'report' })
      async report(): Promise<void> {
        await this.dataSource.query('SELECT 1');
        await this.dataSource.query('SELECT 2');
      }
    }
    const { started, registry } = await start({
      imports: [ChoresModule, TypeOrmModule.forRoot({ ...SQLITE_IN_MEMORY })],
      providers: [Report],
      metrics: { http: { queriesPerRequest: true } },
    });
    void registry.getCronJob('report').fireOnTick();
    const metrics = await scrapeUntil(started, 'it has ended', (read) => runs(read, 'report', 'success') === 1);
    expect(metrics.value('nestjs_schedule_operation_db_queries_sum', { name: 'report' })).toBe(2);
    expect(metrics.value('nestjs_schedule_operation_db_queries_count', { name: 'report' })).toBe(1);
  });
});

describe('metrics of schedules', () => {
  it('do not exist without the ScheduleModule', async () => {
    @Controller()
    class DogsController {
      @Get('dogs')
      @Cron(NEVER_IN_A_TEST)
      dogs(): string {
        return 'dogs';
      }
    }
    const started = await NestApp.start('express', { controllers: [DogsController] });
    apps.push(started);
    expect(namesOf(await started.scrape())).toEqual([]);
  });

  it('do not exist with `schedule: false`, and schedules run', async () => {
    const { started, chores } = await start({ metrics: { schedule: false } });
    await waitUntil('it has run', () => chores.calls.includes('beat'));
    expect(namesOf(await started.scrape())).toEqual([]);
  });

  it('leave nothing in the package after the end', async () => {
    const { started } = await start();
    const explorer = explorerOf(started);
    const prototype = Object.getPrototypeOf(explorer) as object;
    const declared = Object.getOwnPropertyNames(prototype);
    expect(Object.hasOwn(explorer, 'wrapFunctionInTryCatchBlocks')).toBe(true);
    await started.close();
    apps.pop();
    expect(Object.hasOwn(explorer, 'wrapFunctionInTryCatchBlocks')).toBe(false);
    expect(Object.hasOwn(explorer, 'lookupSchedulers')).toBe(false);
    expect(Object.getOwnPropertyNames(prototype)).toEqual(declared);
    expect(String(Reflect.get(prototype, 'onModuleInit'))).toContain('this.explore()');
  });
});

function explorerOf({ app }: NestApp): object {
  const modules = [...app.get(ModulesContainer).values()];
  const wrappers = modules.flatMap(({ providers }) => [...providers.values()]);
  return wrappers.find(({ name }) => name === 'ScheduleExplorer')!.instance as object;
}
