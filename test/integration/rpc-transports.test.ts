import { type ClientOptions, ClientProxyFactory, type MicroserviceOptions, Transport } from '@nestjs/microservices';
import { TypeOrmModule } from '@nestjs/typeorm';
import { type AddressInfo, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DatabaseProcess } from '../support/database-process.js';
import { NestApp } from '../support/nest-app.js';
import { startRedis } from '../support/redis/redis-server.js';
import { AskingClient } from '../support/rpc/asking-client.js';
import { startMosquitto, startNats, startRabbitMq } from '../support/rpc/brokers.js';
import { DogMessages, PATTERNS, RequestScopedDogMessages } from '../support/rpc/dog-messages.js';
import { exceptionCounts, operationCounts } from '../support/rpc/operation-counts.js';
import { needs, type ServiceName } from '../support/services.js';
import { SQLITE_IN_MEMORY } from '../support/sqlite.js';
import { waitUntil } from '../support/wait-until.js';

interface TransportCase {
  readonly transport: string;
  readonly service?: ServiceName;
  readonly startBroker?: () => Promise<DatabaseProcess>;
  /** @param port of the broker; for TCP, of the microservice: 0 until it listens */
  readonly options: (port: number) => MicroserviceOptions & ClientOptions;
}

const CASES: readonly TransportCase[] = [
  { transport: 'tcp', options: (port) => ({ transport: Transport.TCP, options: { host: '127.0.0.1', port } }) },
  {
    transport: 'redis',
    service: 'redis',
    startBroker: startRedis,
    options: (port) => ({ transport: Transport.REDIS, options: { host: '127.0.0.1', port } }),
  },
  {
    transport: 'nats',
    service: 'nats',
    startBroker: startNats,
    options: (port) => ({ transport: Transport.NATS, options: { servers: [`nats://127.0.0.1:${port}`] } }),
  },
  {
    transport: 'mqtt',
    service: 'mosquitto',
    startBroker: startMosquitto,
    options: (port) => ({ transport: Transport.MQTT, options: { url: `mqtt://127.0.0.1:${port}` } }),
  },
  {
    transport: 'rmq',
    service: 'rabbitmq',
    startBroker: startRabbitMq,
    options: (port) => ({
      transport: Transport.RMQ,
      options: { urls: [`amqp://127.0.0.1:${port}`], queue: 'dogs', queueOptions: { durable: false } },
    }),
  },
];

for (const { transport, service, startBroker, options } of CASES) {
  const suite = service === undefined ? describe : needs(service);
  suite(`messages by ${transport}`, () => {
    let broker: DatabaseProcess | undefined;
    let app: NestApp;
    let client: AskingClient;

    beforeAll(async () => {
      broker = await startBroker?.();
      app = await NestApp.start('express', {
        imports: [TypeOrmModule.forRoot({ ...SQLITE_IN_MEMORY, logging: false })],
        controllers: [DogMessages, RequestScopedDogMessages],
        metrics: { http: { queriesPerRequest: true } },
        nest: { logger: false },
        prepare: async (nest) => {
          nest.connectMicroservice(options(broker?.port ?? 0));
          await nest.startAllMicroservices();
        },
      });
      client = new AskingClient(ClientProxyFactory.create(options(broker?.port ?? tcpPort(app))));
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

function tcpPort({ app }: NestApp): number {
  return (app.getMicroservices()[0]!.unwrap<Server>().address() as AddressInfo).port;
}

function sum(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((total, count) => total + count, 0);
}
