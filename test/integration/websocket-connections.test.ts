import { type Type } from '@nestjs/common';
import { SubscribeMessage, WebSocketGateway, WebSocketServer } from '@nestjs/websockets';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Exposition } from '../support/exposition.js';
import { freePortsInARow } from '../support/free-ports.js';
import { NestApp, PLATFORMS } from '../support/nest-app.js';
import { waitUntil } from '../support/wait-until.js';
import {
  connectSocket,
  SOCKET_TRANSPORTS,
  type SocketClient,
  socketAdapter,
  type SocketTransport,
} from '../support/websocket-client.js';

/** Gateways have their ports in their decorators. */
const OWN_PORT = await freePortsInARow(1);

/** What both libraries have in common on the server. */
interface ServerSocket {
  disconnect?(close: boolean): void;
  terminate?(): void;
}

@WebSocketGateway()
class DogsGateway {
  @SubscribeMessage('bark')
  bark(): object {
    return { event: 'answer', data: 'woof' };
  }
}

/** On the connections of the other one. */
@WebSocketGateway()
class PuppiesGateway {}

@WebSocketGateway(OWN_PORT)
class CatsGateway {
  @WebSocketServer()
  server: unknown = undefined;
}

/** Namespaces are socket.io's, paths tell the gateways of ws apart. */
function gatewaysBelow(transport: SocketTransport): readonly Type[] {
  const below = (name: string) => (transport === 'ws' ? { path: `/${name}` } : { namespace: name });

  @WebSocketGateway(below('birds'))
  class BirdsGateway {}

  @WebSocketGateway(below('strict'))
  class StrictGateway {
    handleConnection(client: ServerSocket): void {
      if (client.terminate === undefined) client.disconnect?.(true);
      else client.terminate();
    }
  }

  return [BirdsGateway, StrictGateway];
}

const COMBINATIONS = [
  ...SOCKET_TRANSPORTS.map((transport) => ({ transport, platform: PLATFORMS[0] })),
  { transport: SOCKET_TRANSPORTS[0], platform: PLATFORMS[1] },
];

const open = (metrics: Exposition, gateway: string) => metrics.value('nestjs_websocket_connections', { gateway });
const opened = (metrics: Exposition, gateway: string) =>
  metrics.value('nestjs_websocket_connections_opened_total', { gateway });

describe.each(COMBINATIONS)('connections of $transport on $platform', ({ transport, platform }) => {
  let app: NestApp;

  beforeAll(async () => {
    app = await NestApp.start(platform, {
      nest: { logger: false },
      providers: [DogsGateway, PuppiesGateway, CatsGateway, ...gatewaysBelow(transport)],
      prepare: (nest) => void nest.useWebSocketAdapter(socketAdapter(transport, nest)),
    });
  });
  afterAll(() => app.close());

  const connect = (path?: string, port = app.port) => connectSocket(transport, port, path);
  const whenOpen = (gateway: string, count: number) =>
    waitUntil(`${gateway} has ${count} open connections`, async () => {
      const metrics = await app.scrape();
      return open(metrics, gateway) === count && metrics;
    });

  it('exist at zero from boot, also without a handler', async () => {
    const metrics = await app.scrape();
    for (const gateway of ['DogsGateway', 'PuppiesGateway', 'CatsGateway', 'BirdsGateway', 'StrictGateway']) {
      expect([gateway, open(metrics, gateway), opened(metrics, gateway)]).toEqual([gateway, 0, 0]);
    }
  });

  it('are counted by gateway, those on one server in each of them', async () => {
    const clients = await Promise.all([connect(), connect(), connect('/birds'), connect('/', OWN_PORT)]);
    await whenOpen('DogsGateway', 2);
    await whenOpen('BirdsGateway', 1);
    const metrics = await whenOpen('CatsGateway', 1);
    expect([open(metrics, 'PuppiesGateway'), opened(metrics, 'PuppiesGateway')]).toEqual([2, 2]);
    for (const client of clients) client.close();
    for (const gateway of ['PuppiesGateway', 'BirdsGateway', 'CatsGateway']) await whenOpen(gateway, 0);
    const after = await whenOpen('DogsGateway', 0);
    expect(opened(after, 'DogsGateway')).toBe(2);
  });

  it('that the gateway ends at once are not open', async () => {
    const before = opened(await app.scrape(), 'StrictGateway')!;
    const clients = await Promise.allSettled([connect('/strict'), connect('/strict'), connect('/strict')]);
    for (const client of clients) if (client.status === 'fulfilled') client.value.close();
    await waitUntil('all have come', async () => opened(await app.scrape(), 'StrictGateway') === before + 3);
    expect(open(await whenOpen('StrictGateway', 0), 'StrictGateway')).toBe(0);
  });

  it('leave nothing behind, however their clients go', async () => {
    const before = await app.scrape();
    const rounds = 5;
    for (let round = 0; round < rounds; round++) {
      // A round after the other, so that connections come while others go.
      const clients = await Promise.all(Array.from({ length: 10 }, () => connect()));
      for (const client of clients) client.send('bark');
      leave(clients);
    }
    const metrics = await whenOpen('DogsGateway', 0);
    expect(opened(metrics, 'DogsGateway')).toBe(opened(before, 'DogsGateway')! + 10 * rounds);
    expect(open(metrics, 'PuppiesGateway')).toBe(0);
    expect(metrics.sum('nestjs_websocket_operations_in_flight')).toBe(0);
  });

  it('end when the server ends them', async () => {
    const { server } = app.app.get(CatsGateway) as { server: OwnServer };
    const clients = await Promise.all([connect('/', OWN_PORT), connect('/', OWN_PORT)]);
    await whenOpen('CatsGateway', 2);
    for (const client of server.clients ?? []) client.terminate?.();
    server.disconnectSockets?.(true);
    await Promise.all(clients.map(({ closed }) => closed));
    expect(open(await whenOpen('CatsGateway', 0), 'CatsGateway')).toBe(0);
  });

  // A server of ws cannot listen again.
  it.runIf(transport === 'socket.io')(
    'end when the server of the gateway closes, and come when it restarts',
    async () => {
      const { server } = app.app.get(CatsGateway) as { server: OwnServer };
      const before = opened(await app.scrape(), 'CatsGateway')!;
      const clients = await Promise.all([connect('/', OWN_PORT), connect('/', OWN_PORT)]);
      await whenOpen('CatsGateway', 2);
      await new Promise((resolve) => server.close(resolve));
      await Promise.all(clients.map(({ closed }) => closed));
      await whenOpen('CatsGateway', 0);
      server.listen?.(OWN_PORT);
      const again = await connect('/', OWN_PORT);
      expect(opened(await whenOpen('CatsGateway', 1), 'CatsGateway')).toBe(before + 3);
      again.vanish();
      await whenOpen('CatsGateway', 0);
    },
  );
});

/** The server of a gateway with a port of its own, of either library. */
interface OwnServer {
  close(done: (result: unknown) => void): void;
  /** Of socket.io. */
  listen?(port: number): void;
  disconnectSockets?(close: boolean): void;
  /** Of ws. */
  readonly clients?: Iterable<ServerSocket>;
}

function leave(clients: readonly SocketClient[]): void {
  for (const [i, client] of clients.entries()) {
    if (i % 2 === 0) client.close();
    else client.vanish();
  }
}
