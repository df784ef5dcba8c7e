import 'reflect-metadata';
import { BullModule, Processor, WorkerHost } from '@nestjs/bullmq';
import { Controller, Injectable, Module, type Type, type WebSocketAdapter } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { EventEmitter2, EventEmitterModule, OnEvent } from '@nestjs/event-emitter';
import { GraphQLModule, GraphQLSchemaHost, Query, Resolver } from '@nestjs/graphql';
import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { type CustomTransportStrategy, MessagePattern, Server } from '@nestjs/microservices';
import { Cron, ScheduleModule, SchedulerRegistry } from '@nestjs/schedule';
import { type MessageMappingProperties, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { Job } from 'bullmq';
import { execute, parse } from 'graphql';
import { PrometheusModule } from 'nestjs-prometheus-exporter';
import { isObservable, lastValueFrom } from 'rxjs';
import { answer } from '../child.js';
import { tellOfFetch, tellOfHttpRequest } from '../outgoing-messages.js';

/** An application with a handler at each door, with or without the library. It calls them without a network. */
const [variant] = process.argv.slice(2) as ['bare' | 'ours'];

@Injectable()
class Listener {
  @OnEvent('dog.barked')
  barked(): string {
    return 'heard';
  }

  @Cron('0 0 1 1 *', { name: 'new year' })
  newYear(): void {
    // It is called by the bench.
  }
}

@Controller()
class Messages {
  @MessagePattern('bark')
  bark(): string {
    return 'heard';
  }
}

@Resolver()
class Barks {
  @Query('bark')
  bark(): string {
    return 'heard';
  }
}

@WebSocketGateway()
class Gateway {
  @SubscribeMessage('bark')
  bark(): string {
    return 'heard';
  }
}

@Processor('barks', { autorun: false })
class Barker extends WorkerHost {
  async process(): Promise<string> {
    return 'heard';
  }
}

/** What connects the clients of Redis: it never does. */
class Nowhere {
  connect(): Promise<never> {
    return new Promise(() => undefined);
  }

  check(): boolean {
    return true;
  }

  disconnect(): void {
    // It is not connected.
  }
}

/** A transport without a network. */
class Loop extends Server implements CustomTransportStrategy {
  listen(callback: () => void): void {
    callback();
  }

  close(): void {
    // Nothing was opened.
  }

  on(): void {
    // There are no events.
  }

  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- as the base class declares it
  unwrap<T>(): T {
    return undefined as T;
  }
}

/** An adapter of WebSockets without a network: one client is there from the beginning. */
class LoopAdapter implements WebSocketAdapter {
  handlers: readonly MessageMappingProperties[] = [];
  private connected: (client: object) => void = () => undefined;

  create(): object {
    return { on: () => undefined };
  }

  bindClientConnect(_server: object, callback: (client: object) => void): void {
    this.connected = callback;
  }

  bindClientDisconnect(): void {
    // It stays.
  }

  bindMessageHandlers(_client: object, handlers: MessageMappingProperties[]): void {
    this.handlers = handlers;
  }

  close(): void {
    // Nothing was opened.
  }

  connect(): void {
    this.connected({ on: () => undefined, id: 'client' });
  }
}

@Module({
  imports: [
    ...(variant === 'ours' ? [PrometheusModule.forRoot({ runtimeMetrics: false, registry: false })] : []),
    EventEmitterModule.forRoot(),
    ScheduleModule.forRoot(),
    BullModule.registerQueue({ name: 'barks', connection: { Connector: Nowhere } }),
    GraphQLModule.forRoot<ApolloDriverConfig>({ driver: ApolloDriver, typeDefs: 'type Query { bark: String }' }),
  ],
  controllers: [Messages],
  providers: [Listener, Barks, Gateway, Barker],
})
class KennelModule {}

const app = await NestFactory.create(KennelModule as Type, { logger: false });
const loop = new Loop();
const sockets = new LoopAdapter();
app.useWebSocketAdapter(sockets);
app.connectMicroservice({ strategy: loop });
await app.startAllMicroservices();
await app.init();
sockets.connect();

const emitter = app.get(EventEmitter2);
const pattern = [...loop.getHandlers().keys()][0] ?? '';
const cronJob = app.get(SchedulerRegistry).getCronJob('new year');
const { worker } = app.get(Barker);
const { schema } = app.get(GraphQLSchemaHost);
const document = parse('{ bark }');

/** Messages per measurement, so that it takes some tenths of a second. */
const TIMES = 50_000;
/** Where one takes about ten microseconds. */
const FEW_TIMES = 10_000;
/** Where one takes less than a microsecond. */
const MANY_TIMES = 200_000;

const commands = {
  events: () => timed(() => emitter.emitAsync('dog.barked'), MANY_TIMES),
  rpc: () => timed(async () => inTransport(TRANSPORT_DEPTH, answerMessage), FEW_TIMES),
  websocket: () => timed(async () => ended(await sockets.handlers[0]?.callback('Rex', () => undefined))),
  graphql: () => timed(async () => execute({ schema, document, contextValue: {} })),
  schedule: () => timed(async () => cronJob.fireOnTick()),
  queue: () => timed(processJob, MANY_TIMES),
  'outgoing http': () => timed(async () => tellOfHttpRequest(), MANY_TIMES),
  'outgoing fetch': () => timed(async () => tellOfFetch(), MANY_TIMES),
};
export type DoorRunner = typeof commands;

/**
 * The calls between a socket and the server of a transport. Nest parses each pattern as JSON, and a name is none: the
 * error has a stack trace, which costs more per frame up to ten.
 */
const TRANSPORT_DEPTH = 10;

function inTransport<T>(depth: number, run: () => T): T {
  return depth === 0 ? run() : inTransport(depth - 1, run);
}

async function answerMessage(): Promise<unknown> {
  return ended(await loop.getHandlerByPattern(pattern)?.({}, { getPattern: () => pattern }));
}

/** Without what a worker asks Redis before and after it. */
async function processJob(): Promise<void> {
  const job = new Job(worker, 'bark', {});
  const result: unknown = await worker['callProcessJob'](job, 'token');
  worker.emit('completed', job, result, 'active');
}

function ended(result: unknown): unknown {
  return isObservable(result) ? lastValueFrom(result) : result;
}

/** Microseconds of CPU per message. */
async function timed(run: () => Promise<unknown>, times = TIMES): Promise<number> {
  const before = process.cpuUsage();
  for (let i = 0; i < times; i += 1) await run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / times;
}

answer(commands);
