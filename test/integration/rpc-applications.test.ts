import {
  type CanActivate,
  type INestApplicationContext,
  type INestMicroservice,
  Module,
  type ModuleMetadata,
} from '@nestjs/common';
import { ModulesContainer, NestFactory } from '@nestjs/core';
import {
  type CustomTransportStrategy,
  KafkaContext,
  type MicroserviceOptions,
  Server,
  Transport,
} from '@nestjs/microservices';
import { RpcExceptionsHandler } from '@nestjs/microservices/exceptions/rpc-exceptions-handler.js';
import { type Server as TcpServer } from 'node:net';
import { promisify } from 'node:util';
import { MetricsServer, PrometheusModule, type PrometheusOptions } from 'nestjs-prometheus-exporter';
import { afterEach, describe, expect, it } from 'vitest';
import { readExposition } from '../support/exposition.js';
import { send } from '../support/http-client.js';
import { NestApp } from '../support/nest-app.js';
import { DogMessages, PATTERNS, RequestScopedDogMessages } from '../support/rpc/dog-messages.js';
import { exceptionCounts, operationCounts } from '../support/rpc/operation-counts.js';
import { connectByTcp, readMetrics, TCP } from '../support/rpc/tcp-messages.js';
import { waitUntil } from '../support/wait-until.js';

const controllers = [DogMessages, RequestScopedDogMessages];
const exceptionsHandle = (): unknown => Reflect.get(RpcExceptionsHandler.prototype, 'handle');
const originalHandle = exceptionsHandle();

const closing: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

/** An application that is a microservice, and nothing else. */
async function startMicroservice(metrics: PrometheusOptions = {}, further: ModuleMetadata = {}) {
  @Module({ controllers, ...further, imports: [PrometheusModule.forRoot(metrics), ...(further.imports ?? [])] })
  class DogsModule {}
  const app = await NestFactory.createMicroservice<MicroserviceOptions>(DogsModule, { ...TCP, logger: false });
  closing.push(() => app.close());
  await app.listen();
  return app;
}

async function connect(app: INestMicroservice) {
  const client = await connectByTcp(app);
  closing.push(() => client.proxy.close());
  return client;
}

describe('an application that is a microservice', () => {
  it('counts its messages, and tells of them on its own port', async () => {
    const app = await startMicroservice({ server: { port: 0 } });
    const client = await connect(app);
    await client.ask('dog.name', 'Rex');
    await client.ask('dog.bite');
    const { body } = await send(app.get(MetricsServer).port!, { path: '/metrics' });
    const metrics = readExposition(body, 'text');
    expect(operationCounts(metrics, 'tcp')).toEqual(client.counts);
    expect(exceptionCounts(metrics, 'tcp')).toEqual({ 'dog.bite LeashException': 1 });
  });

  it('has none of the metrics with `rpc: false`, and works', async () => {
    const app = await startMicroservice({ rpc: false });
    const client = await connect(app);
    expect(await client.ask('dog.name', 'Rex')).toEqual(['Rex!']);
    expect((await readMetrics(app)).names.filter((name) => name.startsWith('nestjs_rpc_'))).toEqual([]);
    expect(exceptionsHandle()).toBe(originalHandle);
  });

  it('has its buckets', async () => {
    const app = await startMicroservice({ rpc: { durationBuckets: [1, 2] } });
    const bounds = (await readMetrics(app))
      .series('nestjs_rpc_operation_duration_seconds_bucket')
      .filter(({ labels }) => labels['pattern'] === 'dog.name' && labels['outcome'] === 'success')
      .map(({ labels }) => labels['le']);
    expect(bounds).toEqual(['1', '2', '+Inf']);
  });
});

describe('an application without a microservice', () => {
  it('has none of the metrics', async () => {
    const app = await NestApp.start('express', { controllers: [DogMessages] });
    closing.push(() => app.close());
    expect((await app.scrape()).names.filter((name) => name.startsWith('nestjs_rpc_'))).toEqual([]);
  });
});

describe('a hybrid application', () => {
  const refusing: CanActivate = { canActivate: () => false };

  it.each([
    { inheritAppConfig: true, outcome: 'error' },
    { inheritAppConfig: false, outcome: 'success' },
  ])('counts with inheritAppConfig: $inheritAppConfig', async ({ inheritAppConfig, outcome }) => {
    const app = await NestApp.start('express', {
      controllers,
      nest: { logger: false },
      prepare: async (nest) => {
        nest.useGlobalGuards({
          canActivate: (context) => context.getType() === 'http' || refusing.canActivate(context),
        });
        nest.connectMicroservice(TCP, { inheritAppConfig });
        await nest.startAllMicroservices();
      },
    });
    closing.push(() => app.close());
    const client = await connect(app.app.getMicroservices()[0]!);
    await client.ask('dog.name', 'Rex');
    const metrics = await app.scrape();
    expect(operationCounts(metrics, 'tcp')).toEqual(new Map([[`dog.name ${outcome}`, 1]]));
    expect(exceptionCounts(metrics, 'tcp')).toEqual(outcome === 'error' ? { 'dog.name RpcException': 1 } : {});
  });

  it('counts the messages of several microservices, by transport', async () => {
    const strategy = new LocalStrategy();
    const app = await NestApp.start('express', {
      controllers,
      nest: { logger: false },
      prepare: async (nest) => {
        for (const options of [TCP, TCP, { strategy }]) nest.connectMicroservice<MicroserviceOptions>(options);
        await nest.startAllMicroservices();
      },
    });
    closing.push(() => app.close());
    const [one, other] = app.app.getMicroservices();
    for (const microservice of [one!, other!]) await (await connect(microservice)).ask('dog.name', 'Rex');
    expect(await strategy.deliver('dog.name', 'Bella')).toBe('Bella!');
    await strategy.deliver('cat.name', 'Tom');
    const metrics = await app.scrape();
    expect(operationCounts(metrics, 'tcp')).toEqual(new Map([['dog.name success', 2]]));
    expect(operationCounts(metrics, '_OTHER')).toEqual(
      new Map([
        ['dog.name success', 1],
        ['_unmatched error', 1],
      ]),
    );
  });
});

/** A strategy as the documentation of Nest has it. */
class LocalStrategy extends Server implements CustomTransportStrategy {
  listen(callback: () => void): void {
    callback();
  }

  close(): void {}

  on(): void {}

  unwrap(): never {
    throw new Error('There is nothing below.');
  }

  deliver(pattern: string, data: unknown): Promise<unknown> {
    return Promise.resolve(this.getHandlerByPattern(pattern)?.(data));
  }
}

describe('applications side by side', () => {
  it('count their own messages and exceptions, and the first to close takes nothing from the other', async () => {
    const [one, other] = [await startMicroservice(), await startMicroservice()];
    const [ofOne, ofOther] = [await connect(one), await connect(other)];
    await ofOne.ask('dog.bite');
    await ofOther.ask('dog.lost');
    expect(exceptionCounts(await readMetrics(one), 'tcp')).toEqual({ 'dog.bite LeashException': 1 });
    expect(exceptionCounts(await readMetrics(other), 'tcp')).toEqual({ 'dog.lost RangeError': 1 });
    await ofOne.proxy.close();
    await one.close();
    await ofOther.ask('dog.bite');
    expect(exceptionCounts(await readMetrics(other), 'tcp')).toEqual({
      'dog.bite LeashException': 1,
      'dog.lost RangeError': 1,
    });
  });
});

describe('messages that nobody knows', () => {
  it('are counted as one pattern, 10,000 of them, and answered as without us', async () => {
    const app = await startMicroservice();
    const client = await connect(app);
    const before = (await readMetrics(app)).series('nestjs_rpc_operations_total').length;
    expect(await client.ask('cat.0')).toBe('There is no matching message handler defined in the remote service.');
    await Promise.all(Array.from({ length: 4999 }, (_, i) => client.ask(`cat.${i}`)));
    await Promise.all(Array.from({ length: 5000 }, (_, i) => client.tell({ cat: i }, '', 'error')));
    await waitUntil('all of them have come', async () => {
      return operationCounts(await readMetrics(app), 'tcp').get('_unmatched error') === 10_000;
    });
    expect((await readMetrics(app)).series('nestjs_rpc_operations_total')).toHaveLength(before);
  });
});

describe('a stream that never ends', () => {
  const labels = { transport: 'tcp', pattern: 'dog.watch' };

  it('is in flight until its client leaves, and aborted then', async () => {
    const app = await startMicroservice();
    const inFlight = async () => (await readMetrics(app)).value('nestjs_rpc_operations_in_flight', labels);
    const clients = [await connect(app), await connect(app)];
    for (const { proxy } of clients) {
      for (let i = 0; i < 10; i += 1) await nextOf(proxy.send('dog.watch', ''));
    }
    expect(await inFlight()).toBe(20);
    await clients[0]!.proxy.close();
    await waitUntil('those of the first have ended', async () => (await inFlight()) === 10);
    await clients[1]!.proxy.close();
    await waitUntil('those of the other have ended', async () => (await inFlight()) === 0);
    expect(operationCounts(await readMetrics(app), 'tcp')).toEqual(new Map([['dog.watch aborted', 20]]));
  });
});

describe('a stream that begins when its client has left', () => {
  it('is aborted', async () => {
    const app = await startMicroservice();
    const dogs = app.get(DogMessages);
    const { proxy } = await connect(app);
    proxy.send('dog.seek', '').subscribe({ error: () => undefined });
    const labels = { transport: 'tcp', pattern: 'dog.seek' };
    const inFlight = async () => (await readMetrics(app)).value('nestjs_rpc_operations_in_flight', labels);
    await waitUntil('it is sought', async () => (await inFlight()) === 1);
    await proxy.close();
    const server = app.unwrap<TcpServer>();
    await waitUntil('the server knows', async () => (await promisify(server.getConnections.bind(server))()) === 0);
    dogs.release();
    await waitUntil('it has ended', async () => (await inFlight()) === 0);
    expect(operationCounts(await readMetrics(app), 'tcp')).toEqual(new Map([['dog.seek aborted', 1]]));
  });
});

/** Resolves with the first value; whoever asked goes on listening. */
function nextOf(stream: ReturnType<Awaited<ReturnType<typeof connectByTcp>>['proxy']['send']>): Promise<unknown> {
  return new Promise((resolve, reject) => void stream.subscribe({ next: resolve, error: reject }));
}

describe('when a listener of ours throws', () => {
  it('messages are answered all the same', async () => {
    const broken = {
      executionStarted: () => {
        throw new Error('broken');
      },
      executionEnded: () => {
        throw new Error('broken');
      },
    };
    const app = await startMicroservice({ listeners: [broken] });
    const client = await connect(app);
    expect(await client.ask('dog.bark', 2)).toEqual([1, 2]);
    expect(await client.ask('dog.bite')).toMatchObject({ message: 'no biting' });
  });
});

/** No broker is to be had, so the server gets its messages from the test. */
describe('a microservice with Kafka', () => {
  it('registers its handlers in the same place', async () => {
    const app = await NestApp.start('express', {
      controllers,
      nest: { logger: false },
      prepare: (nest) => void nest.connectMicroservice<MicroserviceOptions>({ transport: Transport.KAFKA }),
    });
    closing.push(() => app.close());
    const server = serverOf(app.app);
    const context = new KafkaContext([] as never);
    await server.handleEvent('dog.born', { pattern: 'dog.born', data: 'Rex' }, context);
    const mourning = server.handleEvent(
      'dog.died',
      { pattern: 'dog.died', data: 'Rex' },
      new KafkaContext([] as never),
    );
    await expect(mourning).rejects.toMatchObject({ message: 'too sad about Rex' });
    const metrics = await app.scrape();
    expect(operationCounts(metrics, 'kafka')).toEqual(
      new Map([
        ['dog.born success', 1],
        ['dog.died error', 1],
      ]),
    );
    expect(exceptionCounts(metrics, 'kafka')).toEqual({ 'dog.died RpcException': 1 });
    expect(metrics.series('nestjs_rpc_operations_in_flight').map(({ labels }) => labels['pattern'])).not.toContain(
      '_unmatched',
    );
  });
});

describe('after the application has closed', () => {
  it('nothing of ours is left', async () => {
    const app = await startMicroservice();
    const server = serverOf(app);
    const handler = server.getHandlerByPattern('dog.born');
    await app.close();
    expect(server.getHandlerByPattern('dog.born')).not.toBe(handler);
    expect(Object.keys(server.getHandlers())).toEqual([]);
    expect(Object.getOwnPropertyNames(server.getHandlers())).toEqual([]);
    for (const method of ['getHandlerByPattern', 'handleEvent']) expect(Object.hasOwn(server, method)).toBe(false);
    expect([...server.getHandlers().keys()].toSorted()).toEqual(PATTERNS.toSorted());
    expect(exceptionsHandle()).toBe(originalHandle);
  });
});

function serverOf(app: INestApplicationContext): Server {
  let found: Server | undefined;
  app
    .get(ModulesContainer)
    .getRpcTargetRegistry<Server>()
    .subscribe((server) => (found = server))
    .unsubscribe();
  return found!;
}
