import { once } from 'node:events';
import { type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { Body, Controller, Get, Module, Post, Req, Res, StreamableFile } from '@nestjs/common';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { abortAfter, send, sendPipelined, sendRaw } from '../support/http-client.js';
import { aborted, answered, inFlight, NestApp, PLATFORMS, valuesOf } from '../support/nest-app.js';
import { requestText } from '../support/raw-socket.js';
import { waitUntil } from '../support/wait-until.js';
import { nodeOf, type Wrapped } from '../support/wrapped.js';

@Controller()
class AbusedController {
  @Get('ok')
  ok() {
    return 'ok';
  }

  @Post('echo')
  echo(@Body() body: unknown) {
    return { body };
  }

  @Get('never')
  never() {
    return new Promise(() => undefined);
  }

  @Get('large')
  large() {
    return new StreamableFile(Buffer.alloc(20_000_000, 'a'));
  }

  @Get('endless')
  endless() {
    return new StreamableFile(
      new Readable({
        read() {
          this.push(Buffer.alloc(10_000, 'b'));
        },
      }),
    );
  }

  @Get('destroyed/socket')
  destroySocket(@Req() request: Wrapped<IncomingMessage>, @Res() _response: unknown) {
    nodeOf(request).socket.destroy();
  }

  @Get('destroyed/response')
  destroyResponse(@Res() response: Wrapped<ServerResponse>) {
    nodeOf(response).destroy();
  }

  @Get('destroyed/midway')
  destroyMidway(@Res() response: Wrapped<ServerResponse>) {
    const raw = nodeOf(response);
    raw.writeHead(200, { 'content-length': '100' });
    raw.write('some', () => raw.destroy(new Error('midway')));
  }

  @Get('ended/twice')
  endTwice(@Res() response: Wrapped<ServerResponse>) {
    const raw = nodeOf(response);
    raw.on('error', () => undefined);
    raw.write('a');
    raw.end('b');
    raw.end('c');
    raw.write('d');
  }
}

@Module({ controllers: [AbusedController] })
class AbusedModule {}

function open(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  socket.on('error', () => undefined);
  return once(socket, 'connect').then(() => socket);
}

/** Unlike once(), these do not take a connection that the server reset for a failure of the test. */
function closing(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once('close', () => resolve()));
}

function reading(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once('data', () => resolve()));
}

/** The books balance, nothing is left in flight, nothing new is a route, and the application answers. */
async function expectUnharmed(app: NestApp, routes: readonly string[]): Promise<void> {
  const metrics = await app.settled();
  expect(inFlight(metrics)).toBe(1);
  expect(valuesOf(metrics, 'nestjs_http_requests_total', 'route')).toEqual(routes);
  expect(await app.send('/ok')).toMatchObject({ status: 200, body: 'ok' });
}

/** Half of them are unknown paths, half are query strings of a known one. */
function randomPath(number: number): string {
  return number % 2 === 0 ? `/p${number}/${number}` : `/ok?${number}=${number}`;
}

describe.each(PLATFORMS)('abuse on %s', (platform) => {
  let app: NestApp;
  let routes: string[];

  beforeAll(async () => {
    app = await NestApp.start(platform, { imports: [AbusedModule] });
    routes = valuesOf(await app.settled(), 'nestjs_http_requests_total', 'route');
  });

  afterEach(() => expectUnharmed(app, routes));

  afterAll(() => app.close());

  const requestsInFlight = (count: number) =>
    waitUntil(`${count} requests and the scrape are in flight`, async () => inFlight(await app.scrape()) === count + 1);

  describe('what a client may invent', () => {
    it('makes no series of ten thousand paths and query strings', async () => {
      await Promise.all([app.send('/p'), app.send('/ok')]);
      const before = await app.settled();
      const perSocket = 250;
      for (let first = 0; first < 10_000; first += perSocket) {
        const paths = Array.from({ length: perSocket }, (_, number) => ({ path: randomPath(first + number) }));
        await sendPipelined(app.port, paths);
      }
      const after = await app.settled();
      expect(after.seriesCount).toBe(before.seriesCount);
      const grown = (labels: Record<string, string>) =>
        after.sum('nestjs_http_requests_total', labels) - before.sum('nestjs_http_requests_total', labels);
      expect(grown({ route: '_unmatched', status: '404' })).toBe(5000);
      expect(grown({ route: '/ok', status: '200' })).toBe(5000);
    }, 120_000);

    it.each(['PROPFIND', 'PURGE', 'M-SEARCH', 'UNLINK', 'SOURCE'])('calls the method %s _OTHER', async (method) => {
      const change = await app.changes(() => app.send({ method, path: '/ok' }));
      expect(answered(change)).toEqual(['_OTHER _unmatched 404']);
    });

    it.each(['BREW', 'get', 'G\u0000T', 'GETGETGET'])('has no request of the method %j', async (method) => {
      const change = await app.changes(() => sendRaw(app.port, `${method} /ok HTTP/1.1\r\nHost: a\r\n\r\n`));
      expect(answered(change)).toEqual([]);
    });

    it.each([
      '/%FF',
      '/%',
      '/ok/%E0%A4%A',
      '//',
      '///ok',
      '/./ok',
      '/../../etc/passwd',
      '/ok;a=b',
      '/ok%00',
      '/ok%2F..',
      '*',
      '?',
      '/\u00ff\u00fe',
      `/${'a'.repeat(8000)}`,
      `/ok?${'a'.repeat(8000)}`,
      'http://example.com/nowhere',
      'http://',
      'https://user:password@example.com:99999/ok',
      'example.com:80',
    ])('answers the target %s once, under no new route', async (target) => {
      const change = await app.changes(() =>
        sendRaw(app.port, Buffer.from(`GET ${target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`, 'latin1')),
      );
      expect(aborted(change)).toEqual([]);
      expect(answered(change).length).toBeLessThanOrEqual(1);
    });

    it('knows a route by its absolute form', async () => {
      const target = `GET http://127.0.0.1:${app.port}/ok HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`;
      const change = await app.changes(() => sendRaw(app.port, target));
      expect(answered(change)).toEqual([expect.stringMatching(/^GET (\/ok 200|_unmatched 404)$/)]);
    });

    it.each([
      'Content-Length: -1',
      'Content-Length: 99999999999999999999',
      'Content-Length: 0x10',
      'Content-Length: 3\r\nContent-Length: 4',
      'Content-Length: 3, 3',
      'Content-Length:',
      'Content-Length: 3\r\nTransfer-Encoding: chunked',
      'Transfer-Encoding: gzip',
      'Transfer-Encoding: chunked, identity',
      'X-Nul: a\u0000b',
      'X\u00e4: \u00ff',
      'X-Long: '.padEnd(20_000, 'a'),
      `${'X: y\r\n'.repeat(3000)}X: y`,
      'No colon at all',
      ': nameless',
      'Host: b',
      'Expect: the-unexpected',
      'Upgrade: websocket\r\nConnection: Upgrade',
      'Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABkAAQAAP__',
    ])('survives the header %s', async (header) => {
      const bytes = Buffer.from(`POST /echo HTTP/1.1\r\nHost: a\r\n${header}\r\n\r\nabc`, 'latin1');
      const change = await app.changes(async () => {
        const socket = await open(app.port);
        socket.end(bytes);
        socket.resume();
        await closing(socket);
      });
      expect(answered(change).length + aborted(change).length).toBeLessThanOrEqual(1);
    });
  });

  describe('clients that leave', () => {
    it.each(['close', 'reset'] as const)('before a handler that never answers does, by %s', async (how) => {
      const change = await app.changes(() => abortAfter(app.port, requestsInFlight(1), { path: '/never' }, { how }));
      expect(aborted(change)).toEqual(['GET /never']);
    });

    it('that only connect and never send are no requests', async () => {
      const change = await app.changes(() => abortAfter(app.port, 'connected'));
      expect([...answered(change), ...aborted(change)]).toEqual([]);
    });

    it('in the middle of a head are no requests', async () => {
      const change = await app.changes(async () => {
        const socket = await open(app.port);
        socket.write('GET /ok HTTP/1.1\r\nHo', () => socket.resetAndDestroy());
        await closing(socket);
      });
      expect([...answered(change), ...aborted(change)]).toEqual([]);
    });

    it.each(['response head', 'first body byte'] as const)('in a download, with the %s', async (moment) => {
      for (const path of ['/large', '/endless']) {
        const change = await app.changes(() => abortAfter(app.port, moment, { path }));
        expect(aborted(change)).toEqual([`GET ${path}`]);
        expect(answered(change)).toEqual([]);
      }
    });

    it('in the middle of an upload', async () => {
      const upload = {
        method: 'POST',
        path: '/echo',
        headers: { 'content-type': 'application/json', 'content-length': '1000' },
        body: '{"a":',
      };
      const change = await app.changes(() => abortAfter(app.port, requestsInFlight(1), upload));
      const labels = { method: 'POST' };
      expect(change.sum('nestjs_http_requests_aborted_total') + change.sum('nestjs_http_requests_total', labels)).toBe(
        1,
      );
      expect(change.value('nestjs_http_request_body_bytes_sum')).toBe(5);
    });

    it('in the middle of a chunked upload, with a chunk that is none', async () => {
      const head =
        'POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n';
      const change = await app.changes(() => sendRaw(app.port, `${head}3\r\n{"a\r\nnonsense\r\n`));
      expect(answered(change).length + aborted(change).length).toBe(1);
    });

    it('that close their half once they have asked get their answer', async () => {
      const change = await app.changes(async () => {
        const socket = await open(app.port);
        socket.end('GET /ok HTTP/1.1\r\nHost: a\r\n\r\n');
        socket.resume();
        await closing(socket);
      });
      expect(answered(change)).toEqual(['GET /ok 200']);
    });

    it('that close their half and then the rest while a handler never answers', async () => {
      const change = await app.changes(async () => {
        const socket = await open(app.port);
        socket.end('GET /never HTTP/1.1\r\nHost: a\r\n\r\n');
        // Node closes its half as well: there is nobody left to answer.
        await closing(socket.resume());
      });
      expect(aborted(change)).toEqual(['GET /never']);
    });

    it('with requests waiting behind one another', async () => {
      const change = await app.changes(async () => {
        const socket = await open(app.port);
        socket.write(['/never', '/ok', '/nowhere', '/never', '/large'].map((path) => requestText({ path })).join(''));
        await requestsInFlight(5);
        socket.destroy();
      });
      expect(aborted(change)).toEqual(['GET /large', 'GET /never ×2', 'GET /ok', 'GET _unmatched']);
    });

    it('at any moment of any number of requests on one connection', async () => {
      const path = fc.constantFrom('/ok', '/nowhere', '/never', '/large', '/destroyed/midway', '/%FF');
      const plan = fc.record({
        paths: fc.array(path, { minLength: 1, maxLength: 6 }),
        // How much is written, in parts of the whole, and whether the client leaves before it has read anything.
        written: fc.double({ min: 0.1, max: 1, noNaN: true }),
        reads: fc.boolean(),
        how: fc.constantFrom('end', 'destroy', 'reset'),
      });
      await fc.assert(
        fc.asyncProperty(fc.array(plan, { minLength: 1, maxLength: 4 }), async (plans) => {
          const before = await app.settled();
          await Promise.all(
            plans.map(async ({ paths, written, reads, how }) => {
              const text = paths.map((one) => requestText({ path: one })).join('');
              const socket = await open(app.port);
              const closed = closing(socket);
              const bytes = text.slice(0, Math.ceil(text.length * written));
              await new Promise((resolve) => socket.write(bytes, resolve));
              // The first request would never be answered, or was not sent in full: nothing to wait for.
              const mute = paths[0] === '/never' || !bytes.includes('\r\n\r\n');
              if (reads && !mute) await Promise.race([reading(socket), closed]);
              if (how === 'end') socket.end().resume();
              else if (how === 'reset') socket.resetAndDestroy();
              else socket.destroy();
              await closed;
            }),
          );
          const after = await app.settled();
          const sent = plans.reduce((sum, { paths }) => sum + paths.length, 0);
          const grown =
            after.sum('nestjs_http_requests_received_total') - before.sum('nestjs_http_requests_received_total');
          const scrapes = after.sum('nestjs_http_requests_total', { route: '/metrics' });
          const scrapesBefore = before.sum('nestjs_http_requests_total', { route: '/metrics' });
          expect(grown - (scrapes - scrapesBefore)).toBeLessThanOrEqual(sent);
        }),
        { numRuns: 25, interruptAfterTimeLimit: 8000 },
      );
    });
  });

  describe('servers that leave', () => {
    it.each(['/destroyed/socket', '/destroyed/response', '/destroyed/midway'])('%s counts as aborted', async (path) => {
      const change = await app.changes(() => sendRaw(app.port, requestText({ path })));
      expect(aborted(change)).toEqual([`GET ${path}`]);
      expect(answered(change)).toEqual([]);
    });

    it('counts an answer that is ended twice once, and its bytes up to the first end', async () => {
      const before = await app.settled();
      const answer = await app.send('/ended/twice');
      expect(answer.body).toBe('ab');
      const after = await app.settled();
      const labels = { method: 'GET', route: '/ended/twice', status: '200' };
      expect(before.value('nestjs_http_requests_total', labels)).toBe(0);
      expect(after.value('nestjs_http_requests_total', labels)).toBe(1);
    });
  });

  describe('connections', () => {
    it('counts every request of a connection that is kept alive', async () => {
      const change = await app.changes(() =>
        sendPipelined(
          app.port,
          Array.from({ length: 200 }, () => ({ path: '/ok' })),
        ),
      );
      expect(answered(change)).toEqual(['GET /ok 200 ×200']);
    });

    it.each(['close', 'keep-alive'])('counts HTTP/1.0 with Connection: %s', async (connection) => {
      const change = await app.changes(async () => {
        const socket = await open(app.port);
        socket.write(`GET /ok HTTP/1.0\r\nConnection: ${connection}\r\n\r\n`);
        await reading(socket);
        socket.destroy();
      });
      expect(answered(change)).toEqual(['GET /ok 200']);
      expect(change.value('nestjs_http_requests_received_total', { transport: 'http', http_version: '1.0' })).toBe(1);
    });

    it('lets a client wait for 100 Continue', async () => {
      const body = '{"a":1}';
      const change = await app.changes(async () => {
        const answer = await send(app.port, {
          method: 'POST',
          path: '/echo',
          headers: { expect: '100-continue', 'content-type': 'application/json', 'content-length': body.length },
          body,
        });
        expect(answer.body).toBe('{"body":{"a":1}}');
      });
      expect(answered(change)).toEqual(['POST /echo 201']);
      expect(change.value('nestjs_http_request_body_bytes_sum')).toBe(body.length);
    });

    it('leaves CONNECT and upgrades to the server', async () => {
      const change = await app.changes(() =>
        sendRaw(app.port, 'CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n'),
      );
      expect(answered(change)).toEqual([]);
    });
  });

  it('survives whatever bytes', async () => {
    const line = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.constantFrom(
        'GET /ok HTTP/1.1',
        'POST /echo HTTP/1.1',
        'HEAD /ok HTTP/1.0',
        'PUT /nowhere HTTP/1.1',
        'Host: a',
        'Connection: close',
        'Connection: keep-alive',
        'Content-Length: 5',
        'Content-Length: 0',
        'Transfer-Encoding: chunked',
        'Content-Type: application/json',
        'Expect: 100-continue',
        '5',
        '0',
        '',
        '{"a":1}',
      ),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 12 }), async (lines) => {
        const socket = await open(app.port);
        const closed = closing(socket);
        socket.end(`${lines.join('\r\n')}\r\n\r\n`);
        socket.resume();
        await closed;
        const metrics = await app.settled();
        expect(valuesOf(metrics, 'nestjs_http_requests_total', 'route')).toEqual(routes);
      }),
      { numRuns: 60, interruptAfterTimeLimit: 8000 },
    );
  });
});

describe.each(PLATFORMS)('a shutdown on %s', (platform) => {
  it('ends a request that is never answered as aborted', async () => {
    const app = await NestApp.start(platform, { imports: [AbusedModule] });
    const socket = connect(app.port, '127.0.0.1');
    socket.resume().on('error', () => undefined);
    socket.write(requestText({ path: '/never' }));
    await waitUntil('the request and the scrape are in flight', async () => inFlight(await app.scrape()) === 2);
    const closed = closing(socket);
    await app.close();
    await closed;
    const metrics = await app.readStore();
    expect(metrics.value('nestjs_http_requests_aborted_total', { method: 'GET', route: '/never' })).toBe(1);
    expect(inFlight(metrics)).toBe(0);
  });
});
