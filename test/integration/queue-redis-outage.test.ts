import { BullModule, getQueueToken, Processor, WorkerHost } from '@nestjs/bullmq';
import { type Queue } from 'bullmq';
import { type EventEmitter } from 'node:events';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type DatabaseProcess } from '../support/database-process.js';
import { type Exposition } from '../support/exposition.js';
import { NestApp } from '../support/nest-app.js';
import { startRedis } from '../support/redis/redis-server.js';
import { needs } from '../support/services.js';
import { waitUntil } from '../support/wait-until.js';

/** Ends the job that runs. */
let release: () => void = () => undefined;

@Processor('emails')
class Emails extends WorkerHost {
  process(): Promise<void> {
    return new Promise((resolve) => (release = resolve));
  }
}

needs('redis')('a Redis that dies under a queue', () => {
  let dying: DatabaseProcess;
  let healthy: DatabaseProcess;
  let started: NestApp;

  beforeAll(async () => {
    [dying, healthy] = await Promise.all([startRedis(), startRedis()]);
    const queueOn = (name: string, { port }: DatabaseProcess) =>
      BullModule.registerQueue({ name, connection: { host: '127.0.0.1', port } });
    started = await NestApp.start('express', {
      imports: [queueOn('emails', dying), queueOn('reports', healthy)],
      providers: [Emails],
    });
    // Without a listener, BullMQ writes each failed attempt to connect to the console.
    const emitters: readonly EventEmitter[] = [queue('emails'), started.app.get(Emails).worker];
    for (const one of emitters) one.on('error', () => undefined);
  });

  afterAll(async () => {
    await started?.close();
    await Promise.all([dying?.stop(), healthy?.stop()]);
  });

  const queue = (name: string) => started.app.get<Queue>(getQueueToken(name), { strict: false });
  const scrapeUntil = async (what: string, tells: (read: Exposition) => boolean): Promise<Exposition> => {
    let metrics = await started.scrapeUnchecked();
    await waitUntil(what, async () => tells((metrics = await started.scrapeUnchecked())));
    return metrics;
  };

  it('costs the numbers of its queue and nothing else, until it is back', async () => {
    await queue('reports').add('any', {});
    await queue('emails').add('any', {});
    await scrapeUntil('the job runs', (read) => inFlight(read) === 1 && waiting(read, 'reports') === 1);

    await dying.kill();
    const down = await scrapeUntil('it is down', (read) => success(read, 'emails') === 0);
    const again = await started.scrapeUnchecked();
    for (const metrics of [down, again]) {
      expect(waiting(metrics, 'emails')).toBeUndefined();
      expect(waiting(metrics, 'reports')).toBe(1);
      expect(success(metrics, 'reports')).toBe(1);
      expect(inFlight(metrics)).toBe(1);
    }

    release();
    const ended = await scrapeUntil('the processor has ended', (read) => inFlight(read) === 0);
    const labels = { queue: 'emails', name: '_OTHER', outcome: 'success' };
    expect(ended.value('nestjs_queue_operations_total', labels)).toBe(1);

    await dying.restart();
    const back = await scrapeUntil('it is back', (read) => success(read, 'emails') === 1);
    expect(waiting(back, 'emails')).toBe(0);
  });
});

const success = (metrics: Exposition, queue: string) =>
  metrics.value('nestjs_metrics_collector_success', { collector: `queue ${queue}` });
const waiting = (metrics: Exposition, queue: string) => metrics.value('nestjs_queue_jobs', { queue, state: 'waiting' });
const inFlight = (metrics: Exposition) => metrics.sum('nestjs_queue_operations_in_flight', { queue: 'emails' });
