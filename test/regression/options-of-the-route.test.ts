import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { expect, it } from 'vitest';
import { PrometheusModule } from '../../lib/index.js';
import { send } from '../support/http-client.js';

async function boot(options: object): Promise<Awaited<ReturnType<typeof NestFactory.create>>> {
  @Module({ imports: [PrometheusModule.forRoot(options)] })
  class RootModule {}
  return NestFactory.create(RootModule, { logger: false, abortOnError: false });
}

it.each([{ path: undefined }, { path: '//metrics/' }])(
  '%o serves the metrics where it says it does',
  async (options) => {
    const app = await boot(options);
    try {
      await app.listen(0, '127.0.0.1');
      const { port } = app.getHttpServer().address() as { port: number };
      expect((await send(port, { path: '/metrics' })).status).toBe(200);
    } finally {
      await app.close();
    }
  },
);

it.each([{ guards: null }, { guards: [undefined] }, { guards: {} }, { decorators: null }, { decorators: [5] }])(
  '%o is listed with the other faults, not thrown on the way',
  async (options) => {
    const error: unknown = await boot({ ...options, namespace: '-' }).catch((reason: unknown) => reason);
    expect(String(error).split('\n  - ')).toHaveLength(3);
  },
);

it('a fault is one line, however long the value', async () => {
  const durationBuckets = Array.from({ length: 100 }, (_, i) => -i);
  const error: unknown = await boot({ http: { durationBuckets } }).catch((reason: unknown) => reason);
  expect(String(error).split('\n')).toHaveLength(2);
});

it('guards that come from a factory do not leave the metrics open', async () => {
  @Module({ imports: [PrometheusModule.forRootAsync({ useFactory: () => ({ guards: [] }) as object })] })
  class RootModule {}
  const app = NestFactory.create(RootModule, { logger: false, abortOnError: false });
  await expect(app).rejects.toThrow('Expected `guards` to stand beside the factory of the options');
});
