import { type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Controller, Get, Module } from '@nestjs/common';
import { WebSocketGateway } from '@nestjs/websockets';
import { describe, expect, it } from 'vitest';
import { Connection } from '../support/connection.js';
import { aborted, answered, inFlight, NestApp, PLATFORMS } from '../support/nest-app.js';
import { waitUntil } from '../support/wait-until.js';

@WebSocketGateway()
class DefaultGateway {}

@WebSocketGateway({ path: '/barks/', namespace: 'dogs' })
class BarksGateway {}

@WebSocketGateway(0, { path: '/barks' })
class BarksAgainGateway {}

@Controller('dogs')
class DogsController {
  @Get()
  all() {
    return [];
  }
}

@Module({ controllers: [DogsController], providers: [DefaultGateway] })
class DefaultModule {}

@Module({ controllers: [DogsController], providers: [BarksGateway, BarksAgainGateway] })
class BarksModule {}

const POLL = '?EIO=4&transport=polling';

function serverOf({ app }: NestApp): Server {
  return app.getHttpServer() as Server;
}

describe.each(PLATFORMS)('requests that %s never sees', (platform) => {
  it.each([
    [DefaultModule, '/socket.io'],
    [BarksModule, '/barks'],
  ])("are counted under socket.io's path: %o %s", async (module, path) => {
    const app = await NestApp.start(platform, { imports: [module] });
    const change = await app.changes(async () => {
      expect((await app.send(`${path}/${POLL}`)).body).toContain('"sid"');
      await app.send(`${path}/stranger${POLL}`);
      await app.send('/dogs');
      await app.send('/socket.io.php');
    });
    expect(answered(change)).toEqual(['GET /dogs 200', `GET ${path} 200 ×2`, 'GET _unmatched 404'].toSorted());
    await app.close();
  });

  it('are in flight while they hang, and aborted when their client leaves', async () => {
    const app = await NestApp.start(platform, { imports: [DefaultModule] });
    const { body } = await app.send(`/socket.io/${POLL}`);
    const { sid } = JSON.parse(body.slice(1)) as { sid: string };
    const change = await app.changes(async () => {
      const connection = await Connection.open(app.port);
      await connection.write(`GET /socket.io/${POLL}&sid=${sid} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
      await waitUntil('the poll is in flight', async () => inFlight(await app.scrape()) === 2);
      await connection.leave('reset');
    });
    expect(aborted(change)).toEqual(['GET /socket.io']);
    expect(answered(change)).toEqual([]);
    await app.close();
  });

  it('are counted where a listener of the application answers, whenever it was put there', async () => {
    const app = await NestApp.start(platform, { controllers: [DogsController] });
    const server = serverOf(app);
    const listeners = server.listeners('request') as ((request: IncomingMessage, response: ServerResponse) => void)[];
    server.removeAllListeners('request');
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      if (request.url === '/healthz') response.end('healthy');
      else for (const listener of listeners) listener.call(server, request, response);
    });
    const change = await app.changes(async () => {
      expect((await app.send('/healthz')).body).toBe('healthy');
      await app.send('/dogs');
    });
    expect(answered(change)).toEqual(['GET /dogs 200', 'GET _unmatched 200']);
    await app.close();
  });

  it('leave no listener of ours behind', async () => {
    const app = await NestApp.start(platform, { imports: [DefaultModule] });
    const server = serverOf(app);
    const before = server.listenerCount('request');
    await app.close();
    expect(server.listenerCount('request')).toBe(before - 1);
    expect(server.listenerCount('newListener')).toBe(0);
  });
});

it('costs Express no listener while nobody else listens', async () => {
  const app = await NestApp.start('express', { controllers: [DogsController] });
  expect(serverOf(app).listenerCount('request')).toBe(1);
  await app.close();
});
