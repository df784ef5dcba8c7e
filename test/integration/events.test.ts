import { Injectable, Module, Scope } from '@nestjs/common';
import { EventEmitter2, EventEmitterModule, OnEvent } from '@nestjs/event-emitter';
import { afterEach, describe, expect, it } from 'vitest';
import { PLATFORMS, NestApp, type NestAppOptions } from '../support/nest-app.js';

/** Promises that the test settles. */
let release: () => void = () => undefined;

@Injectable()
class DogListener {
  readonly #heard: unknown[] = [];

  @OnEvent('dog.created')
  created(dog: unknown): string {
    this.#heard.push(dog);
    return 'heard';
  }

  @OnEvent('dog.created')
  @OnEvent('dog.renamed')
  async welcome(): Promise<void> {
    await Promise.resolve();
  }

  @OnEvent('dog.lost')
  lost(): void {
    throw new RangeError('where is it?');
  }

  @OnEvent('dog.*.strict', { suppressErrors: false })
  async strict(): Promise<void> {
    await Promise.resolve();
    throw new TypeError('not suppressed');
  }

  @OnEvent('dog.walked')
  walked(): Promise<void> {
    return new Promise((resolve) => (release = resolve));
  }

  get heard(): readonly unknown[] {
    return this.#heard;
  }
}

@Injectable({ scope: Scope.REQUEST })
class RequestScopedListener {
  @OnEvent(Symbol('dog.fed'))
  @OnEvent(['dog', 'slept'])
  fed(): void {
    throw new Error('no bowl');
  }
}

@Module({
  imports: [EventEmitterModule.forRoot({ wildcard: true })],
  providers: [DogListener, RequestScopedListener],
})
class DogsModule {}

let app: NestApp | undefined;
afterEach(async () => {
  await app?.close();
  app = undefined;
});

const start = async (platform: (typeof PLATFORMS)[number] = 'express', options: NestAppOptions = {}) => {
  app = await NestApp.start(platform, { imports: [DogsModule], nest: { logger: false }, ...options });
  return { app, emitter: app.app.get(EventEmitter2, { strict: false }) };
};

describe.each(PLATFORMS)('handlers of @OnEvent on %s', (platform) => {
  it('exist at zero from boot', async () => {
    const { app: started } = await start(platform);
    const metrics = await started.scrape();
    for (const event of ['dog.created', 'dog.renamed', 'dog.lost', 'dog.*.strict', 'dog.fed', 'dog.slept']) {
      expect(metrics.value('nestjs_events_operations_in_flight', { event })).toBe(0);
      for (const outcome of ['success', 'error']) {
        expect(metrics.value('nestjs_events_operations_total', { event, outcome })).toBe(0);
      }
    }
  });

  it('are counted by event, each handler apart, and get what was emitted', async () => {
    const { app: started, emitter } = await start(platform);
    expect(await emitter.emitAsync('dog.created', 'Rex')).toEqual(['heard', undefined]);
    await emitter.emitAsync('dog.renamed');
    const metrics = await started.scrape();
    expect(metrics.value('nestjs_events_operations_total', { event: 'dog.created', outcome: 'success' })).toBe(2);
    expect(metrics.value('nestjs_events_operations_total', { event: 'dog.renamed', outcome: 'success' })).toBe(1);
    expect(metrics.sum('nestjs_events_operation_duration_seconds_count')).toBe(3);
    expect(started.app.get(DogListener).heard).toEqual(['Rex']);
  });

  it('that fail are counted, whether or not the error is suppressed', async () => {
    const { app: started, emitter } = await start(platform);
    await emitter.emitAsync('dog.lost');
    await expect(emitter.emitAsync('dog.big.strict')).rejects.toThrow('not suppressed');
    await emitter.emitAsync('dog.slept');
    const metrics = await started.scrape();
    const failed = (event: string) => metrics.value('nestjs_events_operations_total', { event, outcome: 'error' });
    expect([failed('dog.lost'), failed('dog.*.strict'), failed('dog.slept')]).toEqual([1, 1, 1]);
    const thrown = (event: string, error_type: string) =>
      metrics.value('nestjs_events_exceptions_total', { event, error_type });
    expect(thrown('dog.lost', 'RangeError')).toBe(1);
    expect(thrown('dog.*.strict', 'TypeError')).toBe(1);
    expect(thrown('dog.slept', 'Error')).toBe(1);
  });

  it('are in flight until their promise settles', async () => {
    const { app: started, emitter } = await start(platform);
    const walk = emitter.emitAsync('dog.walked');
    expect((await started.scrape()).value('nestjs_events_operations_in_flight', { event: 'dog.walked' })).toBe(1);
    release();
    await walk;
    expect((await started.scrape()).value('nestjs_events_operations_in_flight', { event: 'dog.walked' })).toBe(0);
  });

  it('that nobody declared add no series', async () => {
    const { app: started, emitter } = await start(platform);
    const before = (await started.scrape()).families.get('nestjs_events_operations_total')?.samples.length;
    for (let i = 0; i < 10_000; i += 1) emitter.emit(`cat.${i}`);
    expect((await started.scrape()).families.get('nestjs_events_operations_total')?.samples).toHaveLength(before!);
  });
});

describe('metrics of events', () => {
  it('do not exist without the EventEmitterModule', async () => {
    const { app: started } = { app: (app = await NestApp.start('express')) };
    expect((await started.scrape()).names.filter((name) => name.startsWith('nestjs_events_'))).toEqual([]);
  });

  it('do not exist with `events: false`, and handlers work', async () => {
    const { app: started, emitter } = await start('express', { metrics: { events: false } });
    await emitter.emitAsync('dog.created', 'Rex');
    expect((await started.scrape()).names.filter((name) => name.startsWith('nestjs_events_'))).toEqual([]);
    expect(started.app.get(DogListener).heard).toEqual(['Rex']);
  });

  it('have their buckets', async () => {
    const { app: started } = await start('express', { metrics: { events: { durationBuckets: [1, 2] } } });
    const labels = { event: 'dog.lost', outcome: 'error' };
    const metrics = await started.scrape();
    const bounds = metrics
      .series('nestjs_events_operation_duration_seconds_bucket')
      .filter((one) => one.labels['event'] === labels.event && one.labels['outcome'] === labels.outcome)
      .map((one) => one.labels['le']);
    expect(bounds).toEqual(['1', '2', '+Inf']);
  });
});
