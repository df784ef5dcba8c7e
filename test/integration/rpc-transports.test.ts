import { Controller } from '@nestjs/common';
import {
  type ClientOptions,
  ClientProxyFactory,
  EventPattern,
  type MicroserviceOptions,
  Payload,
  Transport,
} from '@nestjs/microservices';
import { TypeOrmModule } from '@nestjs/typeorm';
import { lastValueFrom } from 'rxjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DatabaseProcess } from '../support/database-process.js';
import { NestApp } from '../support/nest-app.js';
import { startRedis } from '../support/redis/redis-server.js';
import { AskingClient } from '../support/rpc/asking-client.js';
import { startMosquitto, startNats, startRabbitMq } from '../support/rpc/brokers.js';
import { DogMessages, PATTERNS, RequestScopedDogMessages } from '../support/rpc/dog-messages.js';
import { exceptionCounts, operationCounts } from '../support/rpc/operation-counts.js';
import { tcpPort } from '../support/rpc/tcp-messages.js';
import { needs, type ServiceName } from '../support/services.js';
import { SQLITE_IN_MEMORY } from '../support/sqlite.js';
import { waitUntil } from '../support/wait-until.js';

interface TransportCase {
  readonly transport: string;
  readonly service?: ServiceName;
  readonly startBroker?: () => Promise<DatabaseProcess>;
  /** @param port of the broker; for TCP, of the microservice: 0 until it listens */
  readonly options: Options;
  /** Whether clients can send what no handler is subscribed to. */
  readonly hasUnknown?: boolean;
  /** A pattern, something that it matches, and options for it if wildcards need a microservice of their own. */
  readonly wildcard?: { readonly pattern: string; readonly topic: string; readonly options?: Options };
}

type Options = (port: number) => MicroserviceOptions & ClientOptions;

const CASES: readonly TransportCase[] = [
  {
    transport: 'tcp',
    options: (port) => ({ transport: Transport.TCP, options: { host: '127.0.0.1', port } }),
    hasUnknown: true,
  },
  {
    transport: 'redis',
    service: 'redis',
    startBroker: startRedis,
    options: (port) => ({ transport: Transport.REDIS, options: { host: '127.0.0.1', port, wildcards: true } }),
    wildcard: { pattern: 'cat.*', topic: 'cat.tom' },
  },
  {
    transport: 'nats',
    service: 'nats',
    startBroker: startNats,
    options: (port) => ({ transport: Transport.NATS, options: { servers: [`nats://127.0.0.1:${port}`] } }),
    wildcard: { pattern: 'cat.*', topic: 'cat.tom' },
  },
  {
    transport: 'mqtt',
    service: 'mosquitto',
    startBroker: startMosquitto,
    options: (port) => ({ transport: Transport.MQTT, options: { url: `mqtt://127.0.0.1:${port}` } }),
    wildcard: { pattern: 'cat/+', topic: 'cat/tom' },
  },
  {
    transport: 'rmq',
    service: 'rabbitmq',
    startBroker: startRabbitMq,
    options: rabbitMq({ queue: 'dogs' }),
    hasUnknown: true,
    wildcard: { pattern: 'cat.*', topic: 'cat.tom', options: rabbitMq({ queue: 'cats', wildcards: true }) },
  },
];

function rabbitMq(further: { readonly queue: string; readonly wildcards?: boolean }): Options {
  return (port) => ({
    transport: Transport.RMQ,
    options: { urls: [`amqp://127.0.0.1:${port}`], queueOptions: { durable: false }, ...further },
  });
}

function catMessages(pattern: string) {
  @Controller()
  class CatMessages {
    @EventPattern(pattern)
    heard(@Payload() sound: unknown): unknown {
      return sound;
    }
  }
  return CatMessages;
}

for (const { transport, service, startBroker, options, hasUnknown, wildcard } of CASES) {
  const suite = service === undefined ? describe : needs(service);
  suite(`messages by ${transport}`, () => {
    let broker: DatabaseProcess | undefined;
    let app: NestApp;
    let client: AskingClient;

    beforeAll(async () => {
      broker = await startBroker?.();
      app = await NestApp.start('express', {
        imports: [TypeOrmModule.forRoot({ ...SQLITE_IN_MEMORY, logging: false })],
        controllers: [DogMessages, RequestScopedDogMessages, ...(wildcard ? [catMessages(wildcard.pattern)] : [])],
        metrics: { http: { queriesPerRequest: true } },
        nest: { logger: false },
        prepare: async (nest) => {
          for (const each of [options, wildcard?.options]) {
            if (each !== undefined) nest.connectMicroservice(each(broker?.port ?? 0));
          }
          await nest.startAllMicroservices();
        },
      });
      const port = broker?.port ?? tcpPort(app.app.getMicroservices()[0]!);
      client = new AskingClient(ClientProxyFactory.create(options(port)));
      await client.proxy.connect();
    });
    afterAll(async () => {
      await client.proxy.close();
      await app.close();
      await broker?.stop();
    });

    it('exist at zero from boot', async () => {
      const metrics = await app.scrape();
      for (const pattern of [...PATTERNS, '_unmatched']) {
        expect(metrics.value('nestjs_rpc_operations_in_flight', { transport, pattern })).toBe(0);
        for (const outcome of ['success', 'error', 'aborted']) {
          expect(metrics.value('nestjs_rpc_operations_total', { transport, pattern, outcome })).toBe(0);
        }
      }
    });

    it('are counted as the client sent them and got answers', async () => {
      expect(await client.ask('dog.name', 'Rex')).toEqual(['Rex!']);
      expect(await client.ask({ cmd: 'dog.find', by: { id: 1 } }, 7)).toEqual([7]);
      expect(await client.ask({ by: { id: 1 }, cmd: 'dog.find' }, 8)).toEqual([8]);
      expect(await client.ask('dog.bark', 3)).toEqual([1, 2, 3]);
      expect(await client.ask('dog.weigh', '30')).toEqual([30]);
      expect(await client.ask('dog.chew')).toEqual(['forgiven']);
      expect(await client.ask('dog.groom', 'Bella')).toEqual(['Bella shines']);
      expect(await client.ask('dog.bite')).toMatchObject({ message: 'no biting' });
      for (const pattern of ['dog.lost', 'dog.enter', 'dog.weigh', 'dog.groom']) await client.ask(pattern, 'Rex');
      await client.tell('dog.born', 'Rex', 'success');
      await client.tell('dog.born', 'Bella', 'success');
      await client.tell('dog.died', 'Bella', 'error');
      await waitUntil('the server has counted what the client sent', async () => {
        const counts = operationCounts(await app.scrape(), transport);
        return sum(counts) === sum(client.counts);
      });
      expect(operationCounts(await app.scrape(), transport)).toEqual(client.counts);
      expect(app.app.get(DogMessages).born.map(String).toSorted()).toEqual(['Bella', 'Bella', 'Rex', 'Rex']);
    });

    it('have their exceptions counted by class, whoever threw them and whatever filters made of them', async () => {
      expect(exceptionCounts(await app.scrape(), transport)).toEqual({
        'dog.bite LeashException': 1,
        'dog.lost RangeError': 1,
        'dog.enter RpcException': 1,
        'dog.weigh BadRequestException': 1,
        'dog.chew TypeError': 1,
        'dog.groom TypeError': 1,
        'dog.died RpcException': 1,
      });
    });

    it('have their SQL counted, and their duration observed', async () => {
      const metrics = await app.scrape();
      const found = { transport, pattern: '{"by":{"id":1},"cmd":"dog.find"}' };
      expect(metrics.value('nestjs_rpc_operation_db_queries_count', found)).toBe(2);
      expect(metrics.value('nestjs_rpc_operation_db_queries_sum', found)).toBe(4);
      expect(metrics.value('nestjs_rpc_operation_db_seconds_sum', found)).toBeGreaterThan(0);
      expect(metrics.sum('nestjs_rpc_operation_db_queries_sum')).toBe(4);
      expect(metrics.sum('nestjs_rpc_operation_duration_seconds_count')).toBe(sum(client.counts));
    });

    it.each(wildcard === undefined ? [] : [wildcard])(
      'are counted by $pattern',
      async ({ pattern, topic, options: own = options }) => {
        const proxy = ClientProxyFactory.create(own(broker!.port));
        await lastValueFrom(proxy.emit(topic, ''), { defaultValue: undefined });
        const labels = { transport, pattern, outcome: 'success' };
        const count = async () => (await app.scrape()).value('nestjs_rpc_operations_total', labels);
        expect(await waitUntil('it is counted', count)).toBe(1);
        await proxy.close();
      },
    );

    it.each(hasUnknown === true ? ['_unmatched error'] : [])(
      'that nobody knows are counted once each: %s',
      async (unmatched) => {
        const before = (await app.scrape()).series('nestjs_rpc_operations_total').length;
        await client.tell('cat.unknown', '', 'error');
        await client.tell({ cat: 'unknown' }, '', 'error');
        await client.ask('cat.name');
        const count = async () => operationCounts(await app.scrape(), transport).get(unmatched) ?? 0;
        await waitUntil('all of them have come', async () => (await count()) >= 3);
        expect(await count()).toBe(3);
        expect((await app.scrape()).series('nestjs_rpc_operations_total')).toHaveLength(before);
      },
    );

    it('are in flight until they have an answer', async () => {
      const labels = { transport, pattern: 'dog.fetch' };
      const answer = client.ask('dog.fetch');
      await waitUntil(
        'the handler runs',
        async () => (await app.scrape()).value('nestjs_rpc_operations_in_flight', labels) === 1,
      );
      app.app.get(DogMessages).release();
      expect(await answer).toEqual(['the stick']);
      expect((await app.scrape()).sum('nestjs_rpc_operations_in_flight')).toBe(0);
    });
  });
}

function sum(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((total, count) => total + count, 0);
}
