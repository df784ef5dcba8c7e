import { BullModule, BullRegistrar, getQueueToken, OnWorkerEvent, Processor, WorkerHost } from '@nestjs/bullmq';
import { type DynamicModule, Inject, Injectable, Module, Scope } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DelayedError, FlowProducer, type Job, Queue, QueueEvents, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { PrometheusModule } from 'nestjs-prometheus-exporter';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type DatabaseProcess } from '../support/database-process.js';
import { type Exposition } from '../support/exposition.js';
import { NestApp, type NestAppOptions } from '../support/nest-app.js';
import { startRedis } from '../support/redis/redis-server.js';
import { needs } from '../support/services.js';
import { SQLITE_IN_MEMORY } from '../support/sqlite.js';
import { waitUntil } from '../support/wait-until.js';

const NAMES = ['sent', 'flaky', 'doomed', 'slow', 'postponed', 'queries'];
/** Ends the job that is slow. */
let release: () => void = () => undefined;

@Processor('emails', { concurrency: 20, stalledInterval: 200 })
class Emails extends WorkerHost {
  readonly completed: string[] = [];

  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {
    super();
  }

  async process(job: Job, token?: string): Promise<string> {
    if (job.name === 'doomed') throw new RangeError('never');
    if (job.name === 'flaky' && job.attemptsMade < 2) throw new TypeError('not yet');
    if (job.name === 'slow') await new Promise<void>((resolve) => (release = resolve));
    if (job.name === 'postponed' && job.attemptsStarted === 1) {
      await job.moveToDelayed(Date.now() + 1, token);
      throw new DelayedError();
    }
    if (job.name === 'queries') await this.dataSource.query('SELECT 1');
    return `${job.name} is done`;
  }

  @OnWorkerEvent('completed')
  heard(job: Job): void {
    this.completed.push(job.name);
  }
}

@Processor({ name: 'scoped', scope: Scope.REQUEST })
class Scoped extends WorkerHost {
  process(): Promise<string> {
    return Promise.resolve('scoped');
  }
}

/** A queue of which this application only is a producer. */
@Injectable()
class Reports {
  constructor(@Inject(getQueueToken('reports')) readonly queue: Queue) {}
}

/** Queues in Redis, and what works on them. */
function mailModule(port: number, manualRegistration = false): DynamicModule {
  @Module({})
  class MailModule {}
  return {
    module: MailModule,
    imports: [
      BullModule.forRoot({ connection: { host: '127.0.0.1', port }, extraOptions: { manualRegistration } }),
      BullModule.registerQueue({ name: 'emails' }, { name: 'scoped' }, { name: 'reports' }),
      TypeOrmModule.forRoot({ ...SQLITE_IN_MEMORY }),
    ],
    providers: [Emails, Scoped, Reports],
  };
}

needs('redis')('jobs of BullMQ', () => {
  let redis: DatabaseProcess;
  let started: NestApp;
  let emails: Queue;
  let events: QueueEvents;
  /** What QueueEvents told, as `event id`. */
  const told: string[] = [];

  beforeAll(async () => {
    redis = await startRedis();
    await leaveStalledJob(connection());
    started = await start();
    emails = started.app.get<Queue>(getQueueToken('emails'));
    events = new QueueEvents('emails', { connection: connection() });
    for (const event of ['active', 'completed', 'failed'] as const)
      events.on(event, ({ jobId }: { jobId: string }) => void told.push(`${event} ${jobId}`));
    await events.waitUntilReady();
  });

  afterAll(async () => {
    await events?.close();
    await started?.close();
    await redis?.stop();
  });

  const connection = () => ({ host: '127.0.0.1', port: redis.port });
  const start = (options: NestAppOptions = {}) =>
    NestApp.start('express', {
      imports: [mailModule(redis.port)],
      metrics: { queue: { jobNames: NAMES }, http: { queriesPerRequest: true } },
      ...options,
    });

  it('exist at zero from boot', async () => {
    const metrics = await started.scrape();
    for (const name of [...NAMES, '_OTHER']) {
      expect(attempts(metrics, name, 'success'), name).toBe(name === '_OTHER' ? attempts(metrics, name, 'success') : 0);
      expect(attempts(metrics, name, 'error'), name).toBe(0);
    }
    expect(metrics.value('nestjs_queue_job_attempts_count', { queue: 'scoped' })).toBe(0);
    expect(metrics.value('nestjs_queue_job_wait_seconds_count', { queue: 'scoped' })).toBe(0);
    expect(metrics.value('nestjs_queue_stalled_jobs_total', { queue: 'scoped' })).toBe(0);
  });

  it('that stalled in another process are counted, and done', async () => {
    const metrics = await scrapeUntil(started, 'it is done', (read) => attempts(read, '_OTHER', 'success') === 1);
    expect(metrics.value('nestjs_queue_stalled_jobs_total', { queue: 'emails' })).toBe(1);
    expect(metrics.value('nestjs_queue_job_wait_seconds_count', { queue: 'emails' })).toBe(0);
  });

  it('are counted as QueueEvents count them, each attempt apart', async () => {
    const before = await started.scrape();
    const { completed } = started.app.get(Emails);
    const heardBefore = completed.length;
    const jobs = await emails.addBulk([
      { name: 'sent', data: {} },
      { name: 'flaky', data: {}, opts: { attempts: 5, backoff: { type: 'fixed', delay: 5 } } },
      { name: 'doomed', data: {}, opts: { attempts: 2 } },
      { name: 'queries', data: {} },
    ]);
    const count = (event: string) => told.filter((one) => jobs.some(({ id }) => one === `${event} ${id}`)).length;
    await waitUntil('all have ended', () => count('completed') + count('failed') === 4);
    const metrics = await scrapeUntil(started, 'all are counted', (read) => finished(read) - finished(before) === 4);
    const all = (read: Exposition) => read.sum('nestjs_queue_operations_total', { queue: 'emails' });
    expect(all(metrics) - all(before)).toBe(count('active'));
    expect(count('completed')).toBe(3);
    expect(count('failed')).toBe(1);
    expect(attempts(metrics, 'sent', 'success')).toBe(1);
    expect(attempts(metrics, 'flaky', 'success')).toBe(1);
    expect(attempts(metrics, 'flaky', 'error')).toBe(2);
    expect(attempts(metrics, 'doomed', 'error')).toBe(2);
    expect(thrown(metrics, 'flaky', 'TypeError')).toBe(2);
    expect(thrown(metrics, 'doomed', 'RangeError')).toBe(2);
    // One attempt, one, two and three.
    expect(attemptsSum(metrics) - attemptsSum(before)).toBe(7);
    expect(metrics.value('nestjs_queue_operation_db_queries_sum', { queue: 'emails', name: 'queries' })).toBe(1);
    expect(metrics.value('nestjs_queue_operation_db_queries_sum', { queue: 'emails', name: 'sent' })).toBe(0);
    expect(completed.slice(heardBefore).toSorted()).toEqual(['flaky', 'queries', 'sent']);
  });

  it('wait from when they could have begun, and a retry from when it was due', async () => {
    const before = await started.scrape();
    const aMinuteAgo = { timestamp: Date.now() - 100_000, delay: 40_000 };
    await emails.add('flaky', {}, { ...aMinuteAgo, attempts: 3, backoff: { type: 'fixed', delay: 1 } });
    const metrics = await scrapeUntil(started, 'it has ended', (read) => finished(read) - finished(before) === 1);
    const added = (suffix: string) =>
      metrics.sum(`nestjs_queue_job_wait_seconds_${suffix}`) - before.sum(`nestjs_queue_job_wait_seconds_${suffix}`);
    expect(added('count')).toBe(3);
    // Counted from the same moment, the two retries would add a minute each.
    expect(added('sum')).toBeGreaterThanOrEqual(60);
    expect(added('sum')).toBeLessThan(120);
  });

  it('are in flight until they end', async () => {
    await emails.add('slow', {});
    const inFlight = (metrics: Exposition) =>
      metrics.value('nestjs_queue_operations_in_flight', { queue: 'emails', name: 'slow' });
    const during = await scrapeUntil(started, 'it runs', (read) => inFlight(read) === 1);
    expect(during.value('nestjs_queue_jobs', { queue: 'emails', state: 'active' })).toBe(1);
    release();
    const after = await scrapeUntil(started, 'it has ended', (read) => attempts(read, 'slow', 'success') === 1);
    expect(inFlight(after)).toBe(0);
  });

  it('that put themselves back do not fail', async () => {
    const before = await started.scrape();
    await emails.add('postponed', {});
    const metrics = await scrapeUntil(started, 'it has ended', (read) => finished(read) - finished(before) === 1);
    expect(attempts(metrics, 'postponed', 'success')).toBe(2);
    expect(attempts(metrics, 'postponed', 'error')).toBe(0);
    expect(attemptsSum(metrics) - attemptsSum(before)).toBe(1);
  });

  it('of flows are counted, parents and children', async () => {
    const before = await started.scrape();
    const flow = new FlowProducer({ connection: connection() });
    const child = { name: 'sent', queueName: 'emails' };
    await flow.add({ name: 'sent', queueName: 'emails', children: [child, child] });
    const metrics = await scrapeUntil(started, 'all have ended', (read) => finished(read) - finished(before) === 3);
    expect(attempts(metrics, 'sent', 'success') - attempts(before, 'sent', 'success')).toBe(3);
    await flow.close();
  });

  it('of a request-scoped processor are counted', async () => {
    await started.app.get<Queue>(getQueueToken('scoped')).add('any', {});
    const count = (read: Exposition) =>
      read.value('nestjs_queue_operations_total', { queue: 'scoped', name: '_OTHER', outcome: 'success' });
    const metrics = await scrapeUntil(started, 'it has ended', (read) => count(read) === 1);
    expect(metrics.sum('nestjs_queue_operation_duration_seconds_count', { queue: 'scoped' })).toBe(1);
  });

  it('of 10,000 names add no series', async () => {
    const series = (read: Exposition) =>
      read.names.filter((name) => name.startsWith('nestjs_queue_')).flatMap((name) => read.series(name)).length;
    const before = await started.scrape();
    const { worker } = started.app.get(Emails);
    const processFn = Reflect.get(worker, 'processFn') as (job: object) => Promise<unknown>;
    // Handed to the worker as BullMQ does it, which takes half a minute for so many.
    for (let i = 0; i < 10_000; i += 1) {
      await processFn.call(worker, { name: `of customer ${i}`, opts: {}, timestamp: Date.now(), attemptsMade: 0 });
      // A worker that hears nothing for seconds believes that its connection is dead.
      if (i % 100 === 0) await nextTurn();
    }
    const waiting = finished(before) + 50;
    await emails.addBulk(Array.from({ length: 50 }, (_, i) => ({ name: `of host ${i}`, data: {} })));
    const after = await scrapeUntil(started, 'all have ended', (read) => finished(read) === waiting);
    expect(attempts(after, '_OTHER', 'success') - attempts(before, '_OTHER', 'success')).toBe(10_050);
    expect(series(after)).toBe(series(before));
  });

  it('are told by state, as the queue does', async () => {
    const { queue } = started.app.get(Reports);
    await queue.addBulk([
      { name: 'a', data: {} },
      { name: 'b', data: {} },
      { name: 'c', data: {}, opts: { delay: 100_000 } },
      { name: 'd', data: {}, opts: { priority: 3 } },
    ]);
    const metrics = await started.scrape();
    const counts = await queue.getJobCounts();
    for (const state of ['waiting', 'active', 'delayed', 'prioritized', 'waiting-children', 'completed', 'failed']) {
      const labels = { queue: 'reports', state: state.replace('-', '_') };
      expect(metrics.value('nestjs_queue_jobs', labels), state).toBe(counts[state]);
    }
    expect(counts).toMatchObject({ waiting: 2, delayed: 1, prioritized: 1 });
    expect(metrics.value('nestjs_metrics_collector_success', { collector: 'queue reports' })).toBe(1);
    expect(metrics.series('nestjs_queue_operations_total').some(({ labels }) => labels['queue'] === 'reports')).toBe(
      false,
    );
  });

  it('cost no connection', async () => {
    const client = new Redis(redis.port, '127.0.0.1');
    const clients = async () => (await client.client('LIST')) as string;
    const before = await clients();
    await started.scrape();
    expect(idsOf(await clients()).filter((id) => !idsOf(before).includes(id))).toEqual([]);
    client.disconnect();
  });

  it('leave nothing in the packages after the end', async () => {
    const other = await start({ metrics: { queue: { jobNames: NAMES } } });
    await connected(other);
    const { worker } = other.app.get(Emails);
    const explorer = explorerOf(other.app.get(BullRegistrar, { strict: false }));
    const observed: unknown = Reflect.get(worker, 'processFn');
    expect(Object.hasOwn(explorer, 'register')).toBe(true);
    expect(Object.getOwnPropertyNames(BullRegistrar.prototype)).toContain('onModuleInit');
    await other.close();
    expect(Object.hasOwn(explorer, 'register')).toBe(false);
    expect(Reflect.get(worker, 'processFn')).not.toBe(observed);
    expect(worker.listenerCount('failed')).toBe(0);
    expect(worker.listenerCount('stalled')).toBe(0);
    // That of the application.
    expect(worker.listenerCount('completed')).toBe(1);
  });

  it('are seen when our module is imported last, and when processors are registered by hand', async () => {
    for (const isManual of [false, true]) {
      const imports = [mailModule(redis.port, isManual), PrometheusModule.forRoot({ runtimeMetrics: false })];
      const other = await start({ metrics: false, imports });
      const known = async () => (await other.scrape()).names.includes('nestjs_queue_operations_total');
      expect(await known()).toBe(!isManual);
      if (isManual) other.app.get(BullRegistrar, { strict: false }).register();
      expect(await known()).toBe(true);
      await connected(other);
      await other.close();
    }
  });

  it('are not observed with `queue: false`', async () => {
    const other = await start({ metrics: { queue: false } });
    await connected(other);
    const metrics = await other.scrape();
    expect(metrics.names.filter((name) => name.startsWith('nestjs_queue_'))).toEqual([]);
    await other.close();
  });
});

const idsOf = (clients: string): string[] => [...clients.matchAll(/^id=(\d+)/gm)].map(([, id]) => id!);
const attempts = (metrics: Exposition, name: string, outcome: string): number =>
  metrics.value('nestjs_queue_operations_total', { queue: 'emails', name, outcome }) ?? NaN;
const thrown = (metrics: Exposition, name: string, error_type: string) =>
  metrics.value('nestjs_queue_exceptions_total', { queue: 'emails', name, error_type });
const finished = (metrics: Exposition) => metrics.sum('nestjs_queue_job_attempts_count', { queue: 'emails' });
const attemptsSum = (metrics: Exposition) => metrics.sum('nestjs_queue_job_attempts_sum', { queue: 'emails' });

/** What makes the workers, those of scoped processors too. */
function explorerOf(registrar: BullRegistrar): { readonly workers: readonly Worker[] } {
  return Reflect.get(registrar, 'bullExplorer') as { readonly workers: readonly Worker[] };
}

/** BullMQ rejects promises of its own when it is closed before. */
async function connected({ app }: NestApp): Promise<void> {
  const queues = ['emails', 'scoped', 'reports'].map((name) => app.get<Queue>(getQueueToken(name)));
  const { workers } = explorerOf(app.get(BullRegistrar, { strict: false }));
  await Promise.all([...queues, ...workers].map((one) => one.waitUntilReady()));
}

/** The first scrape that tells it. */
async function scrapeUntil(started: NestApp, what: string, tells: (read: Exposition) => boolean): Promise<Exposition> {
  let metrics = await started.scrape();
  await waitUntil(what, async () => tells((metrics = await started.scrape())));
  return metrics;
}

/** A job that a worker took which has died since: nobody renews its lock. */
async function leaveStalledJob(connection: { host: string; port: number }): Promise<void> {
  const queue = new Queue('emails', { connection });
  await queue.add('stalled', {});
  const worker = new Worker('emails', undefined, { connection, lockDuration: 10 });
  await worker.getNextJob('of the dead');
  await worker.close();
  await queue.close();
}
