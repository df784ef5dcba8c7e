import { Injectable, Module, Scope, type WebSocketAdapter, type WsMessageHandler } from '@nestjs/common';
import { NestApplication, NestFactory } from '@nestjs/core';
import { IoAdapter } from '@nestjs/platform-socket.io';
import { Ack, MessageBody, SubscribeMessage, WebSocketGateway, WsException } from '@nestjs/websockets';
import { PrometheusModule } from 'nestjs-prometheus-exporter';
import { snapshot } from 'nestjs-prometheus-exporter/testing';
import { lastValueFrom, type Observable, of } from 'rxjs';
import { afterEach, describe, expect, it } from 'vitest';
import { NestApp, type NestAppOptions } from '../support/nest-app.js';
import { waitUntil } from '../support/wait-until.js';
import {
  connectSocket,
  connectSocketIo,
  SOCKET_TRANSPORTS,
  socketAdapter,
  type SocketIoClient,
} from '../support/websocket-client.js';

@WebSocketGateway()
class DogsGateway {
  @SubscribeMessage('bark')
  bark(@MessageBody() data: unknown): unknown {
    return { said: data };
  }

  @SubscribeMessage('by hand')
  byHand(@MessageBody() data: unknown, @Ack() ack: (...answer: unknown[]) => void): string {
    ack(data, 'by hand');
    return 'not sent';
  }

  @SubscribeMessage('stream')
  stream(@MessageBody() data: unknown): Observable<unknown> {
    return of(data);
  }

  @SubscribeMessage('answer')
  answer(@MessageBody() data: unknown): object {
    return { event: 'answer', data };
  }
}

/** Nest makes one for each message. */
@Injectable({ scope: Scope.REQUEST })
@WebSocketGateway()
class FreshGateway {
  @SubscribeMessage('fresh')
  fresh(@MessageBody() data: unknown): unknown {
    if (data === 'bad') throw new WsException('bad');
    return { said: data };
  }
}

const registerWsModule = Object.getOwnPropertyDescriptor(NestApplication.prototype, 'registerWsModule');

const apps: NestApp[] = [];
const clients: SocketIoClient[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  for (const app of apps.splice(0)) await app.close();
});

async function start(options: NestAppOptions = {}): Promise<NestApp> {
  const app = await NestApp.start('express', { providers: [DogsGateway], nest: { logger: false }, ...options });
  apps.push(app);
  return app;
}

async function connect(app: NestApp): Promise<SocketIoClient> {
  const client = await connectSocketIo(app.port);
  clients.push(client);
  return client;
}

const ended = async (app: NestApp) => (await app.scrape()).sum('nestjs_websocket_operations_total');

describe('applications with gateways', () => {
  it('acknowledge as ever', async () => {
    const app = await start();
    const client = await connect(app);
    expect(await client.ask('bark', 'woof')).toEqual({ said: 'woof' });
    expect(await client.ask('by hand', 'paw')).toBe('paw');
    await waitUntil('both have ended', async () => (await ended(app)) === 2);
  });

  it('count messages of gateways that are made for each of them', async () => {
    const app = await start({ providers: [FreshGateway] });
    const labels = { gateway: 'FreshGateway', event: 'fresh' };
    const endedAs = async (outcome: string) =>
      (await app.scrape()).value('nestjs_websocket_operations_total', { ...labels, outcome });
    expect(await endedAs('success')).toBe(0);
    const client = await connect(app);
    expect(await client.ask('fresh', 1)).toEqual({ said: 1 });
    expect(await client.ask('fresh', 2)).toEqual({ said: 2 });
    client.send('fresh', 'bad');
    await waitUntil('the last one has failed', async () => (await endedAs('error')) === 1);
    expect(await endedAs('success')).toBe(2);
  });

  it('count their own messages only', async () => {
    const [one, other] = [await start(), await start()];
    const client = await connect(one);
    await client.ask('bark');
    await client.ask('bark');
    await waitUntil('both have ended', async () => (await ended(one)) === 2);
    expect(await ended(other)).toBe(0);
    expect((await other.scrape()).sum('nestjs_websocket_connections_opened_total')).toBe(0);
  });

  it("have Nest's own class back once they have booted, and when they have closed", async () => {
    const app = await start();
    expect(Object.getOwnPropertyDescriptor(NestApplication.prototype, 'registerWsModule')).toEqual(registerWsModule);
    const controller = controllerOf(app);
    expect(Object.hasOwn(controller, 'getConnectionHandler')).toBe(true);
    await app.close();
    expect(Object.hasOwn(controller, 'getConnectionHandler')).toBe(false);
    expect(Object.hasOwn(controller.contextCreator, 'create')).toBe(false);
  });

  it.each(SOCKET_TRANSPORTS)('that close have no connection open: %s', async (transport) => {
    const app = await start({ prepare: (nest) => void nest.useWebSocketAdapter(socketAdapter(transport, nest)) });
    const client = await connectSocket(transport, app.port);
    await waitUntil('it is open', async () => (await app.scrape()).sum('nestjs_websocket_connections') === 1);
    await app.close();
    await client.closed;
    const metrics = await waitUntil('it has closed', async () => {
      const now = await app.readStore();
      return now.sum('nestjs_websocket_connections') === 0 && now;
    });
    expect(metrics.sum('nestjs_websocket_connections_opened_total')).toBe(1);
  });

  it('answer when a listener throws', async () => {
    const fail = () => {
      throw new Error('a listener');
    };
    const failing = { executionStarted: fail, executionEnded: fail, websocketOpened: fail, websocketClosed: fail };
    const app = await start({ metrics: { listeners: [failing] } });
    const client = await connect(app);
    expect(await client.ask('bark', 1)).toEqual({ said: 1 });
    const metrics = await waitUntil('it has ended', async () => {
      const now = await app.scrapeUnchecked();
      return now.sum('nestjs_websocket_operations_total') === 1 && now;
    });
    expect(metrics.value('nestjs_metrics_errors_total', { part: 'listener' })).toBe(3);
  });

  it('count messages, and no connections, with an adapter that does not tell of their end', async () => {
    class SilentAdapter extends IoAdapter {
      override bindClientDisconnect = undefined as never;
    }
    const app = await start({ prepare: (nest) => void nest.useWebSocketAdapter(new SilentAdapter(nest)) });
    const client = await connect(app);
    await client.ask('bark');
    const metrics = await app.scrape();
    expect(metrics.sum('nestjs_websocket_connections_opened_total')).toBe(0);
    expect(metrics.sum('nestjs_websocket_operations_total')).toBe(1);
  });

  it('are counted with an adapter that names its clients by a text', async () => {
    const adapter = new LocalAdapter();
    const app = await start({ prepare: (nest) => void nest.useWebSocketAdapter(adapter) });
    adapter.connect('Rex');
    expect(await adapter.ask('stream', 'woof')).toBe('woof');
    adapter.disconnect();
    const metrics = await app.scrape();
    const labels = { gateway: 'DogsGateway', event: 'stream', outcome: 'success' };
    expect(metrics.value('nestjs_websocket_operations_total', labels)).toBe(1);
    expect(metrics.sum('nestjs_websocket_connections_opened_total')).toBe(1);
    expect(metrics.sum('nestjs_websocket_connections')).toBe(0);
    expect(metrics.value('nestjs_metrics_errors_total', { part: 'websocket' })).toBe(0);
  });

  it('have buckets', async () => {
    const app = await start({ metrics: { websocket: { durationBuckets: [1, 2] } } });
    const bounds = (await app.scrape())
      .series('nestjs_websocket_operation_duration_seconds_bucket')
      .filter(({ labels }) => labels['event'] === 'bark' && labels['outcome'] === 'success')
      .map(({ labels }) => labels['le']);
    expect(bounds).toEqual(['1', '2', '+Inf']);
  });
});

/** Without a server: the test is its client. */
class LocalAdapter implements WebSocketAdapter {
  connect: (client: string) => void = () => undefined;
  disconnect: () => void = () => undefined;
  ask: (message: string, data: unknown) => Promise<unknown> = () => Promise.resolve();

  create(): object {
    return {};
  }

  bindClientConnect(_server: unknown, callback: (client: string) => void): void {
    this.connect = callback;
  }

  bindClientDisconnect(_client: unknown, callback: () => void): void {
    this.disconnect = callback;
  }

  bindMessageHandlers(
    _client: unknown,
    handlers: WsMessageHandler[],
    transform: (answer: unknown) => Observable<unknown>,
  ): void {
    this.ask = (message, data) => {
      const handler = handlers.find((one) => one.message === message);
      return lastValueFrom(transform(handler?.callback(data)), { defaultValue: undefined });
    };
  }

  close(): void {}

  dispose(): void {}
}

describe('metrics of gateways', () => {
  const namesOf = async (app: NestApp) =>
    (await app.scrape()).names.filter((name) => name.startsWith('nestjs_websocket_'));

  it('do not exist without a gateway', async () => {
    expect(await namesOf(await start({ providers: [] }))).toEqual([]);
  });

  it('do not exist with `websocket: false`, and messages are answered', async () => {
    const app = await start({ metrics: { websocket: false } });
    expect(await (await connect(app)).ask('bark', 2)).toEqual({ said: 2 });
    expect(await namesOf(app)).toEqual([]);
    expect(Object.hasOwn(controllerOf(app), 'getConnectionHandler')).toBe(false);
  });

  it('are no error in an application that does not connect its gateways', async () => {
    @Module({ imports: [PrometheusModule.forRoot({ runtimeMetrics: false })], providers: [DogsGateway] })
    class StandaloneModule {}

    const standalone = await NestFactory.createApplicationContext(StandaloneModule, { logger: false });
    const metrics = await snapshot(standalone);
    await standalone.close();
    expect(metrics.sum('nestjs_metrics_errors_total')).toBe(0);
    expect(metrics.value('nestjs_metrics_errors_total', { part: 'websocket' })).toBe(0);
  });
});

/** What Nest keeps to itself. */
function controllerOf({ app }: NestApp): { readonly contextCreator: object } {
  const { socketModule } = app as unknown as {
    readonly socketModule: { readonly webSocketsController: { readonly contextCreator: object } };
  };
  return socketModule.webSocketsController;
}
