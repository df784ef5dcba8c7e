import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { type ClientHttp2Session, connect as connectHttp2, constants, type OutgoingHttpHeaders } from 'node:http2';
import { request as requestHttps } from 'node:https';
import { type AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { Body, Controller, Get, Module, Post, Sse, StreamableFile } from '@nestjs/common';
import { type AbstractHttpAdapter } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { interval, map, of } from 'rxjs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Certificates } from '../support/certificates.js';
import { delta, type Exposition, readExposition } from '../support/exposition.js';
import { send } from '../support/http-client.js';
import { listen } from '../support/listen.js';
import { madeUpResponse } from '../support/made-up-response.js';
import { aborted, answered, inFlight, NestApp, PLATFORMS } from '../support/nest-app.js';
import { waitUntil } from '../support/wait-until.js';

@Controller()
class ProtocolsController {
  @Get('ok/:id')
  ok() {
    return 'ok';
  }

  @Post('echo')
  echo(@Body() body: unknown) {
    return body;
  }

  @Get('large')
  large() {
    return Buffer.alloc(5_000_000, 'l').toString();
  }

  @Get('file')
  file() {
    return new StreamableFile(Readable.from([Buffer.alloc(1000), Buffer.alloc(2000)]));
  }

  @Sse('events')
  events() {
    return of('a', 'b');
  }

  @Sse('endless')
  endless() {
    return interval(5).pipe(map((number) => `${number}`));
  }

  @Get('never')
  never() {
    return new Promise(() => undefined);
  }
}

@Module({ controllers: [ProtocolsController] })
class ProtocolsModule {}

describe('HTTP/2 on fastify', () => {
  let app: NestApp;
  let session: ClientHttp2Session;

  beforeAll(async () => {
    app = await NestApp.start('fastify', {
      imports: [ProtocolsModule],
      adapter: new FastifyAdapter({ http2: true } as object) as unknown as AbstractHttpAdapter,
      reads: async (port) => {
        session ??= connectHttp2(`http://127.0.0.1:${port}`);
        return (await ask({ ':path': '/metrics' })).body;
      },
      metrics: { http: { timeToFirstByte: true } },
    });
  });

  afterAll(async () => {
    session.destroy();
    await app.close();
  });

  async function ask(headers: OutgoingHttpHeaders, body?: string): Promise<{ status: number; body: string }> {
    const stream = session.request(headers, { endStream: body === undefined });
    if (body !== undefined) stream.end(body);
    const [answer] = (await once(stream, 'response')) as [Record<string, unknown>];
    return { status: Number(answer[':status']), body: (await buffer(stream)).toString() };
  }

  it('counts requests by route, with the version of the protocol', async () => {
    const change = await app.changes(async () => {
      await ask({ ':path': '/ok/1' });
      await ask({ ':path': '/ok/1', ':method': 'HEAD' });
      await ask({ ':path': '/nowhere' });
      await ask({ ':path': '/%FF' });
    });
    expect(answered(change)).toEqual([
      'GET /ok/:id 200',
      'GET _unmatched 400',
      'GET _unmatched 404',
      'HEAD /ok/:id 200',
    ]);
    expect(aborted(change)).toEqual([]);
    const received = (http_version: string) =>
      change.value('nestjs_http_requests_received_total', { transport: 'http', http_version });
    expect(received('2')).toBeGreaterThanOrEqual(4);
    expect(received('1.1')).toBe(0);
  });

  it('counts the bytes of bodies', async () => {
    const body = JSON.stringify({ text: 'ü'.repeat(100) });
    const change = await app.changes(() =>
      ask({ ':path': '/echo', ':method': 'POST', 'content-type': 'application/json' }, body),
    );
    expect(answered(change)).toEqual(['POST /echo 201']);
    expect(change.value('nestjs_http_request_body_bytes_sum')).toBe(Buffer.byteLength(body));
  });

  it.each([
    ['/ok/1', 'GET', '/ok/:id', 0],
    ['/ok/1', 'HEAD', '/ok/:id', 0],
    ['/file', 'GET', '/file', 1],
    ['/events', 'GET', '/events', 1],
  ])('%s to %s: only an answer in pieces is streamed', async (path, method, route, streamed) => {
    const change = await app.changes(() => ask({ ':path': path, ':method': method }));
    expect(change.sum('nestjs_http_requests_total', { method, route })).toBe(1);
    expect(change.sum('nestjs_http_responses_streamed_total', { method, route })).toBe(streamed);
  });

  it('counts a stream that its client cancels as aborted', async () => {
    const change = await app.changes(async () => {
      for (const path of ['/large', '/endless']) {
        const stream = session.request({ ':path': path });
        stream.on('error', () => undefined);
        await once(stream, 'response');
        stream.close(constants.NGHTTP2_CANCEL);
        await once(stream, 'close');
      }
      const never = session.request({ ':path': '/never' });
      never.on('error', () => undefined);
      await waitUntil('the request is in flight', async () => inFlight(await app.scrape()) === 2);
      never.close(constants.NGHTTP2_CANCEL);
    });
    expect(aborted(change)).toEqual(['GET /endless', 'GET /large', 'GET /never']);
    expect(answered(change)).toEqual([]);
  });

  it('counts streams whose connection broke as aborted', async () => {
    const change = await app.changes(async () => {
      const other = connectHttp2(`http://127.0.0.1:${app.port}`);
      other.on('error', () => undefined);
      for (const path of ['/never', '/never', '/endless'])
        other.request({ ':path': path }).on('error', () => undefined);
      await waitUntil('the requests are in flight', async () => inFlight(await app.scrape()) === 4);
      other.destroy();
    });
    expect(aborted(change)).toEqual(['GET /endless', 'GET /never ×2']);
  });
});

async function askHttps(port: number, path: string): Promise<{ body: string }> {
  const request = requestHttps({ host: '127.0.0.1', port, path, rejectUnauthorized: false, agent: false }).end();
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return { body: (await buffer(response)).toString() };
}

describe.each(PLATFORMS)('https on %s', (platform) => {
  let app: NestApp;

  beforeAll(async () => {
    const { key, cert } = new Certificates().selfSigned('a');
    const https = { key: readFileSync(key), cert: readFileSync(cert) };
    const fastify = () => new FastifyAdapter({ https } as object) as unknown as AbstractHttpAdapter;
    app = await NestApp.start(platform, {
      imports: [ProtocolsModule],
      reads: async (port) => (await askHttps(port, '/metrics')).body,
      ...(platform === 'express' ? { nest: { httpsOptions: https } } : { adapter: fastify() }),
    });
  });

  afterAll(async () => {
    await app.close();
  });

  it('counts requests with their transport', async () => {
    const change = await app.changes(() => askHttps(app.port, '/ok/1'));
    expect(answered(change)).toEqual(['GET /ok/:id 200']);
    expect(change.sum('nestjs_http_requests_received_total', { transport: 'https' })).toBeGreaterThanOrEqual(1);
    expect(change.sum('nestjs_http_requests_received_total', { transport: 'http' })).toBe(0);
  });

  it('counts a download whose client left as aborted', async () => {
    const change = await app.changes(async () => {
      const request = requestHttps({ host: '127.0.0.1', port: app.port, path: '/large', rejectUnauthorized: false });
      request.on('error', () => undefined).end();
      await once(request, 'response');
      request.destroy();
    });
    expect(aborted(change)).toEqual(['GET /large']);
    expect(answered(change)).toEqual([]);
  });
});

describe('inject() of fastify', () => {
  let app: NestApp;

  beforeAll(async () => {
    app = await NestApp.start('fastify', { imports: [ProtocolsModule], metrics: { http: { timeToFirstByte: true } } });
  });

  afterAll(() => app.close());

  const inject = (options: object) =>
    (app.app.getHttpAdapter().getInstance() as { inject(options: object): Promise<{ statusCode: number }> }).inject(
      options,
    );

  it('is counted like any other request', async () => {
    const change = await app.changes(async () => {
      await inject({ url: '/ok/1' });
      await inject({ url: '/nowhere' });
      await inject({ url: '/file' });
      await inject({ url: '/echo', method: 'POST', payload: { a: 1 } });
      await inject({ url: '/ok/1', method: 'HEAD' });
    });
    expect(answered(change)).toEqual([
      'GET /file 200',
      'GET /ok/:id 200',
      'GET _unmatched 404',
      'HEAD /ok/:id 200',
      'POST /echo 201',
    ]);
    expect(change.value('nestjs_http_request_body_bytes_sum')).toBe(7);
    expect(change.value('nestjs_http_responses_streamed_total', { method: 'GET', route: '/file' })).toBe(1);
    expect(change.value('nestjs_http_responses_streamed_total', { method: 'GET', route: '/ok/:id' })).toBe(0);
  });
});

describe('an Express application called as a function', () => {
  let app: NestApp;
  let handle: RequestListener;

  beforeEach(async () => {
    app = await NestApp.start('express', { imports: [ProtocolsModule] });
    handle = app.app.getHttpAdapter().getInstance() as RequestListener;
  });

  afterEach(() => app.close());

  it('counts the requests of another server', async () => {
    const server = createServer((request, response) => handle(request, response));
    const port = await listen(server);
    const change = await app.changes(async () => {
      await send(port, { path: '/ok/1' });
      await send(port, { path: '/nowhere' });
    });
    expect(answered(change)).toEqual(['GET /ok/:id 200', 'GET _unmatched 404']);
    server.close();
  });

  it('counts what middleware of that server made of the response before', async () => {
    const server = createServer((request, response) => {
      const end = response.end.bind(response) as (chunk: unknown) => ServerResponse;
      response.end = ((chunk: unknown) => end(chunk)) as ServerResponse['end'];
      handle(request, response);
    });
    const port = await listen(server);
    const change = await app.changes(async () => {
      expect((await send(port, { path: '/ok/1' })).body).toBe('ok');
    });
    expect(answered(change)).toEqual(['GET /ok/:id 200']);
    server.close();
  });

  it('counts requests that a serverless platform makes up, whose responses are never closed', async () => {
    const change = await app.changes(async () => {
      const request = Object.assign(Readable.from([]), {
        method: 'GET',
        url: '/ok/1',
        headers: {},
        httpVersionMajor: 1,
        httpVersionMinor: 1,
        socket: { encrypted: true },
      }) as unknown as IncomingMessage;
      const response = madeUpResponse(request);
      handle(request, response);
      await once(response, 'finish');
    });
    expect(answered(change)).toEqual(['GET /ok/:id 200']);
    expect(change.sum('nestjs_http_requests_received_total', { transport: 'https' })).toBe(1);
  });
});

async function readFrom(app: NestApp): Promise<Exposition> {
  const { address, family } = app.app.getHttpServer().address() as AddressInfo;
  const host = family === 'IPv6' ? `[${address}]` : address;
  const response = await fetch(`http://${host}:${app.port}/metrics`);
  return readExposition(await response.text(), 'text');
}

describe('a server that listens on localhost', () => {
  it.each(PLATFORMS)('counts what comes in on all of its addresses, on %s', async (platform) => {
    const app = await NestApp.start(platform, { imports: [ProtocolsModule], host: 'localhost' });
    try {
      const addresses = ['127.0.0.1', '[::1]'];
      const before = await readFrom(app);
      let reached = 0;
      for (const address of addresses) {
        const response = await fetch(`http://${address}:${app.port}/ok/1`).catch(() => undefined);
        await response?.text();
        if (response?.status === 200) reached += 1;
      }
      const labels = { method: 'GET', route: '/ok/:id', status: '200' };
      expect(reached).toBeGreaterThanOrEqual(1);
      await waitUntil('all of them are counted', async () => {
        const after = await readFrom(app);
        return delta(before, after).value('nestjs_http_requests_total', labels) === reached;
      });
    } finally {
      await app.close();
    }
  });
});
