import { type IncomingMessage, type OutgoingHttpHeaders, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip, gunzipSync } from 'node:zlib';
import { Body, Controller, Get, HttpCode, Module, Param, Post, Req, Res, StreamableFile } from '@nestjs/common';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Delta } from '../support/exposition.js';
import { type SentRequest } from '../support/http-client.js';
import { NestApp, PLATFORMS } from '../support/nest-app.js';
import { nodeOf, type Wrapped } from '../support/wrapped.js';

/** What the handler under test does with Node's response; set by each test. */
let answer: (response: ServerResponse, request: IncomingMessage) => unknown;

@Controller()
class BodiesController {
  @Get('text/:length')
  text(@Param('length') length: string) {
    return 'é'.repeat(Number(length));
  }

  @Get('buffer/:length')
  buffer(@Param('length') length: string) {
    return new StreamableFile(Buffer.alloc(Number(length), 'b'));
  }

  @Get('streamed/:pieces')
  streamed(@Param('pieces') pieces: string) {
    return new StreamableFile(Readable.from(Array.from({ length: Number(pieces) }, () => Buffer.alloc(1000, 's'))));
  }

  @Get('json')
  json() {
    return { name: 'Bjørn' };
  }

  @Get('raw')
  raw(@Res() response: Wrapped<ServerResponse>, @Req() request: Wrapped<IncomingMessage>) {
    void answer(nodeOf(response), nodeOf(request));
  }

  @Post('raw')
  rawPost(@Res() response: Wrapped<ServerResponse>, @Req() request: Wrapped<IncomingMessage>) {
    void answer(nodeOf(response), nodeOf(request));
  }

  @Get('status/204')
  @HttpCode(204)
  empty() {
    return undefined;
  }

  @Get('status/304')
  @HttpCode(304)
  unchanged() {
    return 'is not sent';
  }

  @Post('json')
  post(@Body() body: unknown) {
    return { length: JSON.stringify(body).length };
  }

  @Post('unread')
  unread() {
    return 'unread';
  }
}

@Module({ controllers: [BodiesController] })
class BodiesModule {}

interface Bytes {
  readonly read: number;
  readonly sent: number;
  /** How many answers. */
  readonly count: number;
}

function bytesOf(change: Delta): Bytes {
  return {
    read: change.value('nestjs_http_request_body_bytes_sum'),
    sent: change.value('nestjs_http_response_body_bytes_sum'),
    count: change.value('nestjs_http_response_body_bytes_count'),
  };
}

/** As the package `compression` does it: stands in for write and end, and gives what it makes of them to the ones before. */
function compress(request: IncomingMessage, response: ServerResponse, next: () => void): void {
  if (request.headers['accept-encoding'] !== 'gzip' || request.url === '/metrics') return next();
  const gzip = createGzip();
  const write = response.write.bind(response) as (chunk: unknown) => boolean;
  const end = response.end.bind(response) as () => ServerResponse;
  response.setHeader('content-encoding', 'gzip');
  const resized = () => {
    if (!response.headersSent) response.removeHeader('content-length');
  };
  const writeHead = response.writeHead.bind(response);
  response.writeHead = ((status: number, headers: OutgoingHttpHeaders = {}) => {
    resized();
    return writeHead(status, Object.fromEntries(Object.entries(headers).filter(([name]) => name !== 'content-length')));
  }) as ServerResponse['writeHead'];
  response.write = ((chunk: Buffer | string) => {
    resized();
    gzip.write(chunk);
    return true;
  }) as ServerResponse['write'];
  response.end = ((chunk?: Buffer | string) => {
    resized();
    gzip.end(chunk);
    return response;
  }) as ServerResponse['end'];
  gzip.on('data', (chunk) => write(chunk)).on('end', () => end());
  next();
}

describe.each(PLATFORMS)('bytes of bodies on %s', (platform) => {
  let app: NestApp;

  beforeAll(async () => {
    app = await NestApp.start(platform, {
      imports: [BodiesModule],
      // Scrapes are requests with answers like any others.
      metrics: { http: { ignore: ['/metrics'] } },
      prepare: (nest) => {
        nest.use(compress);
      },
    });
  });

  afterAll(() => app.close());
  afterEach(() => {
    answer = () => undefined;
  });

  async function bytes(requests: () => Promise<unknown>): Promise<Bytes> {
    return bytesOf(await app.changes(requests));
  }

  it.each<[SentRequest, number, number]>([
    [{ path: '/text/0' }, 0, 0],
    [{ path: '/text/1' }, 0, 2],
    [{ path: '/text/500' }, 0, 1000],
    [{ path: '/text/500', method: 'HEAD' }, 0, 0],
    [{ path: '/buffer/100000' }, 0, 100_000],
    [{ path: '/buffer/100000', method: 'HEAD' }, 0, 0],
    [{ path: '/streamed/7' }, 0, 7000],
    [{ path: '/json' }, 0, 17],
    [{ path: '/status/204' }, 0, 0],
    [{ path: '/status/304' }, 0, 0],
  ])('%j reads and sends its bytes', async (request, read, sent) => {
    expect(await bytes(() => app.send(request))).toEqual({ read, sent, count: 1 });
  });

  it.each<[string, typeof answer, number]>([
    ["write('a'), end('b')", (response) => (response.write('a'), response.end('b')), 2],
    ["end('ü')", (response) => response.end('ü'), 2],
    ["end('ü', 'latin1')", (response) => response.end('ü', 'latin1'), 1],
    ["end('c3bc', 'hex')", (response) => response.end('c3bc', 'hex'), 2],
    ['end(Buffer)', (response) => response.end(Buffer.alloc(3)), 3],
    ['write(Uint8Array), end(callback)', (response) => (response.write(new Uint8Array(5)), response.end(() => 0)), 5],
    ["write('', callback), end()", (response) => (response.write('', () => 0), response.end()), 0],
    ['writeHead, flushHeaders, end()', (response) => (response.flushHeaders(), response.end()), 0],
    ['a pipeline', (response) => pipeline(Readable.from(['ab', 'cd', Buffer.from('ef')]), response), 6],
    [
      'early hints and a trailer',
      (response) => {
        response.writeEarlyHints({ link: '</a>; rel=preload' });
        response.setHeader('trailer', 'x');
        response.write('abc');
        response.addTrailers({ x: 'y' });
        response.end();
      },
      3,
    ],
  ])('%s', async (_, how, sent) => {
    answer = how;
    expect(await bytes(() => app.send({ path: '/raw' }))).toEqual({ read: 0, sent, count: 1 });
  });

  it('counts what was compressed as it was sent', async () => {
    for (const path of ['/text/5000', '/streamed/20', '/json']) {
      let received = 0;
      const counted = await bytes(async () => {
        const { bytes: body, headers } = await app.send({ path, headers: { 'accept-encoding': 'gzip' } });
        expect(headers['content-encoding']).toBe('gzip');
        received = body.length;
        expect(gunzipSync(body).length).toBeGreaterThan(10);
      });
      expect(counted).toEqual({ read: 0, sent: received, count: 1 });
    }
  });

  it('counts uploads, in one piece and in many', async () => {
    const body = JSON.stringify({ text: 'ü'.repeat(3000) });
    const size = Buffer.byteLength(body);
    const headers = { 'content-type': 'application/json' };
    const whole = await bytes(() => app.send({ method: 'POST', path: '/json', headers, body }));
    expect(whole).toMatchObject({ read: size, count: 1 });
    const chunked = await bytes(() =>
      app.send({ method: 'POST', path: '/json', headers: { ...headers, 'transfer-encoding': 'chunked' }, body }),
    );
    expect(chunked).toMatchObject({ read: size, count: 1 });
  });

  it('counts an empty chunked upload as nothing', async () => {
    const head = 'POST /unread HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n';
    const counted = await bytes(async () => {
      const socket = connect(app.port, '127.0.0.1');
      socket.end(head);
      await socket.resume().toArray();
    });
    expect(counted).toMatchObject({ read: 0, count: 1 });
  });

  it('counts no more of a body that nobody reads than its length', async () => {
    answer = (response) => response.end();
    const counted = await bytes(() =>
      app.send({
        method: 'POST',
        path: '/raw',
        headers: { 'content-type': 'application/x-of-its-own' },
        body: Buffer.alloc(1000),
      }),
    );
    expect(counted.read).toBeLessThanOrEqual(1000);
    expect(counted.count).toBe(1);
  });

  it('counts any pieces in any encoding as they arrive', async () => {
    // Of text that is not base64 or hex Node itself announces a length that it does not send.
    const encoding = fc.constantFrom<BufferEncoding>('utf8', 'latin1', 'utf16le', 'ascii');
    const piece = fc.oneof(
      fc.record({ chunk: fc.string({ unit: 'binary', maxLength: 50 }), encoding }),
      fc.record({ chunk: fc.uint8Array({ maxLength: 50 }), encoding: fc.constant(undefined) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 6 }), fc.boolean(), async (pieces, endsWithPiece) => {
        answer = (response) => {
          const last = endsWithPiece ? pieces.at(-1) : undefined;
          for (const { chunk, encoding: code } of last ? pieces.slice(0, -1) : pieces) {
            if (code === undefined) response.write(chunk);
            else response.write(chunk, code);
          }
          if (last === undefined) response.end();
          else if (last.encoding === undefined) response.end(last.chunk);
          else response.end(last.chunk, last.encoding);
        };
        let received = -1;
        const counted = await bytes(async () => {
          received = (await app.send('/raw')).bytes.length;
        });
        expect(counted).toEqual({ read: 0, sent: received, count: 1 });
      }),
      { numRuns: 40, interruptAfterTimeLimit: 8000 },
    );
  });
});
