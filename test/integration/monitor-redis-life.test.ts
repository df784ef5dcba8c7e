import { Controller, Get, Injectable, Module, type OnModuleDestroy, type OnModuleInit, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { Redis } from 'ioredis';
import { MonitorModule, type MonitorState, PrometheusModule } from 'nestjs-prometheus-exporter';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startRedis } from '../support/cache-servers.js';
import { type DatabaseProcess } from '../support/database-process.js';
import { NestApp, PLATFORMS } from '../support/nest-app.js';
import { needs } from '../support/services.js';
import { waitUntil } from '../support/wait-until.js';

@Controller('dogs')
class DogsController {
  @Get()
  dogs(): string {
    return 'dogs';
  }
}

needs('redis')('the life of an application with a Redis for its monitor', () => {
  let server: DatabaseProcess;
  let view: Redis;
  const url = () => `redis://127.0.0.1:${server.port}`;
  const clients = async () =>
    String(await view.client('LIST'))
      .trim()
      .split('\n').length;
  const hits = async (prefix: string) => Number(await view.hget(`${prefix}requests:totals`, 'hits'));

  beforeAll(async () => {
    server = await startRedis();
    view = new Redis(server.port);
  });
  afterAll(async () => {
    view.disconnect();
    await server.stop();
  });

  it('whose client is closed by its owner as early as it can be loses nothing', async () => {
    const client = new Redis(server.port);
    @Injectable()
    class Owner implements OnModuleDestroy {
      onModuleDestroy(): void {
        // As it would in a module that is destroyed after the monitor; the order of modules is Nest's.
        setImmediate(() => client.disconnect());
      }
    }
    const store = { redis: client, keyPrefix: 'owned:' };
    const lines: string[] = [];
    const note = (line: unknown) => void lines.push(String(line));
    const app = await NestApp.start('express', {
      imports: [MonitorModule.forRoot({ store })],
      controllers: [DogsController],
      providers: [Owner],
      prepare: (one) => one.useLogger({ log: note, warn: note, error: note }),
    });
    await waitUntil('it reports', () => view.exists('owned:monitor:processes'));
    await app.send('/dogs');
    await app.close();
    expect(await hits('owned:')).toBe(1);
    expect(await view.zcard('owned:monitor:processes')).toBe(0);
    expect(lines.filter((line) => line.includes('Redis'))).toEqual([]);
  });

  it('shows no process that somebody else has written down wrongly', async () => {
    const store = { redis: url(), keyPrefix: 'odd:' };
    const now = Math.floor(Date.now() / 1000);
    const odd = [
      '',
      '{',
      '[]',
      '["a","b",null,"today"]',
      '["a","b",1,"no date"]',
      '["a","b","1","2026-11-21T09:00:00Z"]',
    ];
    for (const member of odd) await view.zadd('odd:monitor:processes', now + 5, member);
    await view.zadd('odd:monitor:processes', '+inf', '["a","b",1,"2026-11-21T09:00:00Z"]');
    const app = await NestApp.start('express', { imports: [MonitorModule.forRoot({ store })] });
    const seen = async () => {
      const { scope, processes } = JSON.parse((await app.send('/monitor/data.json')).body) as MonitorState;
      return scope === 'fleet' && processes;
    };
    try {
      const processes = await waitUntil('the fleet is read', seen);
      expect(processes).toMatchObject([{ pid: process.pid }]);
    } finally {
      await app.close();
    }
  });

  it('that fails to boot leaves no connection', async () => {
    @Injectable()
    class Failing implements OnModuleInit {
      onModuleInit(): void {
        throw new Error('not today');
      }
    }
    @Module({
      imports: [PrometheusModule.forRoot(), MonitorModule.forRoot({ store: { redis: url() } })],
      providers: [Failing],
    })
    class RootModule {}
    await waitUntil('only we are connected', async () => (await clients()) === 1);
    const boot = NestFactory.createApplicationContext(RootModule, { logger: false, abortOnError: false });
    await expect(boot).rejects.toThrow('not today');
    expect(await clients()).toBe(1);
  });

  it('that is closed before it began says nothing', async () => {
    const lines: unknown[] = [];
    const note = (line: unknown) => void lines.push(line);
    const module = await Test.createTestingModule({
      imports: [PrometheusModule.forRoot(), MonitorModule.forRoot({ store: { redis: url() } })],
    })
      .setLogger({ log: note, warn: note, error: note })
      .compile();
    await module.close();
    expect(lines.filter((line) => String(line).includes('Redis'))).toEqual([]);
  });

  it('whose logger throws goes on, while Redis is away and when it is back', async () => {
    const own = await startRedis();
    await own.kill();
    const broken = (line: unknown) => {
      if (String(line).includes('Redis')) throw new Error('no log today');
    };
    const store = { redis: `redis://127.0.0.1:${own.port}` };
    const app = await NestApp.start('fastify', {
      imports: [MonitorModule.forRoot({ store })],
      controllers: [DogsController],
      prepare: (one) => one.useLogger({ log: broken, warn: broken, error: broken }),
    });
    try {
      expect((await app.send('/dogs')).status).toBe(200);
      await own.restart();
      const totals = new Redis(own.port);
      await waitUntil('it is delivered', async () => (await totals.hget('requests:totals', 'hits')) === '1');
      totals.disconnect();
    } finally {
      await app.close();
      await own.stop();
    }
  });
});

it.each(PLATFORMS)(
  'on %s the routes of another method that are called like those of the monitor stay',
  async (platform) => {
    @Controller('monitor')
    class MonitorsController {
      @Post()
      create(): string {
        return 'created';
      }

      @Post('events')
      happen(): string {
        return 'happened';
      }
    }
    const app = await NestApp.start(platform, {
      imports: [MonitorModule.forRoot()],
      controllers: [MonitorsController],
      prepare: (one) => void one.setGlobalPrefix('api'),
    });
    try {
      expect((await app.send({ method: 'POST', path: '/api/monitor' })).body).toBe('created');
      expect((await app.send({ method: 'POST', path: '/api/monitor/events' })).body).toBe('happened');
      expect((await app.send('/monitor')).status).toBe(200);
      expect(JSON.parse((await app.send('/monitor/data.json')).body)).toMatchObject({
        totals: { requests: { count: 2 } },
      });
    } finally {
      await app.close();
    }
  },
);

it.each([Redis, () => 1, { masters: [], sendCommand: () => undefined }])('%o is no client', async (redis) => {
  @Module({ imports: [PrometheusModule.forRoot(), MonitorModule.forRoot({ store: { redis: redis as never } })] })
  class RootModule {}
  const boot = NestFactory.createApplicationContext(RootModule, { logger: false, abortOnError: false });
  await expect(boot).rejects.toThrow('Expected `store.redis` to be a redis:// or rediss:// URL, or a connected client');
});
