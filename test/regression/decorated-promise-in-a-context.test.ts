import { AsyncLocalStorage } from 'node:async_hooks';
import { Injectable } from '@nestjs/common';
import { Counted } from 'nestjs-prometheus-exporter';
import { expect, it } from 'vitest';
import { NestApp } from '../support/nest-app.js';

@Injectable()
class Walks {
  @Counted()
  async fail(): Promise<void> {
    await new Promise(setImmediate);
    throw new Error('rain');
  }
}

it('a promise that AsyncLocalStorage has put its symbols on is followed to its end', async () => {
  const app = await NestApp.start('express', { providers: [Walks] });
  const walks = app.app.get(Walks);
  await new AsyncLocalStorage<number>().run(1, async () => {
    await expect(walks.fail()).rejects.toThrow('rain');
  });
  const metrics = await app.scrape();
  expect(metrics.sum('nestjs_method_calls_total', { outcome: 'error' })).toBe(1);
  expect(metrics.sum('nestjs_method_calls_total', { outcome: 'success' })).toBe(0);
  await app.close();
});
