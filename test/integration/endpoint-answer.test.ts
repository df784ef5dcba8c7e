import { type OutgoingHttpHeader, type OutgoingHttpHeaders, type ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { brotliDecompress, brotliCompressSync, gunzip } from 'node:zlib';
import { type INestApplication } from '@nestjs/common';
import { type FastifyInstance } from 'fastify';
import { boundedBy, defineCounter, MetricStore, PrometheusModule } from 'nestjs-prometheus-exporter';
import { afterEach, describe, expect, it } from 'vitest';
import { type Door, doorsOf } from '../support/doors.js';
import { type Exposition, readExposition } from '../support/exposition.js';
import { type Received } from '../support/http-client.js';
import { ADAPTERS, type AdapterName, MetricsApp, PROMETHEUS_ACCEPT } from '../support/metrics-app.js';

const BARKS = defineCounter({ name: 'barks_total', help: 'Barks.', labels: { dog: boundedBy('the test') } });

type Write = (chunk?: unknown, encoding?: unknown, callback?: unknown) => boolean;

/** As the `compression` package does it: takes `write` and `end` over, and decides when the headers are about to go. */
function compressing(_request: unknown, response: ServerResponse, next: () => void): void {
  const chunks: Buffer[] = [];
  const end = response.end.bind(response) as (chunk?: unknown) => ServerResponse;
  const write = response.write.bind(response) as Write;
  const isOurs = () => response.hasHeader('content-encoding') || response.req.method === 'HEAD';
  response.write = ((chunk: unknown, ...rest: []) => {
    if (isOurs()) return write(chunk, ...rest);
    chunks.push(Buffer.from(chunk as string));
    return true;
  }) as Write;
  response.end = ((chunk?: unknown) => {
    if (isOurs()) return end(chunk);
    if (chunk !== undefined) chunks.push(Buffer.from(chunk as string));
    response.removeHeader('content-length');
    response.setHeader('content-encoding', 'br');
    return end(brotliCompressSync(Buffer.concat(chunks)));
  }) as ServerResponse['end'];
  next();
}

/** As `@fastify/compress` does it. */
function compressOnSend(fastify: FastifyInstance): void {
  fastify.addHook('onSend', (_, reply, payload, done) => {
    if (reply.hasHeader('content-encoding') || payload === null || payload === undefined) return done(null, payload);
    reply.removeHeader('content-length').header('content-encoding', 'br');
    done(null, brotliCompressSync(Buffer.from(payload as string)));
  });
}

async function plain({ bytes, headers }: Received): Promise<string> {
  if (headers['content-encoding'] === 'gzip') return (await promisify(gunzip)(bytes)).toString();
  if (headers['content-encoding'] === 'br') return (await promisify(brotliDecompress)(bytes)).toString();
  expect(headers['content-encoding']).toBeUndefined();
  return bytes.toString();
}

/** Without what differs from scrape to scrape. */
function lasting(exposition: Exposition): readonly unknown[] {
  return exposition.series('barks_total').map(({ labels, value }) => [labels, value]);
}

function setHeaders(app: INestApplication, adapter: AdapterName, headers: OutgoingHttpHeaders): void {
  if (adapter === 'express') {
    app.use((_: unknown, response: ServerResponse, next: () => void) => {
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, value as OutgoingHttpHeader);
      next();
    });
  } else {
    const fastify: FastifyInstance = app.getHttpAdapter().getInstance();
    fastify.addHook('onRequest', (_, reply, done) => {
      reply.headers(headers);
      done();
    });
  }
}

describe.each(ADAPTERS)('an answer on %s', (adapter) => {
  let metricsApp: MetricsApp;

  async function start(
    { options, isOwnPort }: Door,
    configure: (app: INestApplication) => void,
    dogs = 200,
  ): Promise<void> {
    metricsApp = await MetricsApp.start({
      adapter,
      imports: [PrometheusModule.forRoot(options)],
      configure,
      isOwnPort,
    });
    const barks = metricsApp.app.get(MetricStore).counter(BARKS);
    for (let dog = 0; dog < dogs; dog += 1) barks.known({ dog: `Rex ${dog} 🐕` }).inc(dog);
  }

  afterEach(() => metricsApp.close());

  describe.each(doorsOf(adapter))('at $door', (door) => {
    it.each(['text/plain', PROMETHEUS_ACCEPT])(
      'is gzip when asked for, and the same after gunzip: %s',
      async (accept) => {
        await start(door, () => undefined);
        const format = accept === 'text/plain' ? 'text' : 'openmetrics';
        const zipped = await metricsApp.send('/metrics', { headers: { accept, 'accept-encoding': 'gzip' } });
        const unzipped = await metricsApp.send('/metrics', { headers: { accept } });
        expect(zipped.headers['content-encoding']).toBe('gzip');
        expect(zipped.bytes.byteLength).toBeLessThan(unzipped.bytes.byteLength / 3);
        for (const answer of [zipped, unzipped]) {
          expect(answer.status).toBe(200);
          expect(answer.headers).toMatchObject({
            'content-type': unzipped.headers['content-type'],
            vary: 'Accept, Accept-Encoding',
            'cache-control': 'no-store',
            'x-content-type-options': 'nosniff',
            'content-length': String(answer.bytes.byteLength),
          });
        }
        const [a, b] = [readExposition(await plain(zipped), format), readExposition(await plain(unzipped), format)];
        expect(lasting(a)).toEqual(lasting(b));
        expect(lasting(a)).toHaveLength(201);
      },
    );

    // Nothing of the application changes what the own port answers.
    if (door.isOwnPort) return;

    it.each([
      ['identity', 200],
      ['gzip', 200],
      ['br', 200],
      ['gzip, br', 200],
      ['gzip', 5000],
      ['identity', 5000],
    ])('is right with compression by the application: %s, %i series', async (encoding, dogs) => {
      await start(
        door,
        (app) =>
          adapter === 'express'
            ? void app.use(compressing)
            : compressOnSend(app.getHttpAdapter().getInstance() as FastifyInstance),
        dogs,
      );
      const answer = await metricsApp.send('/metrics', { headers: { 'accept-encoding': encoding } });
      expect(answer.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
      const exposition = readExposition(await plain(answer), 'text');
      expect(exposition.sum('barks_total')).toBe((dogs * (dogs - 1)) / 2);
      expect(await metricsApp.send('/metrics', { method: 'HEAD' })).toMatchObject({ status: 200, body: '' });
    });

    it('keeps the headers of the application', async () => {
      await start(door, (app) =>
        setHeaders(app, adapter, {
          'access-control-allow-origin': 'https://kennel.example',
          vary: 'Origin',
          'strict-transport-security': 'max-age=1',
          'set-cookie': ['a=1', 'b=2'],
          'cache-control': 'max-age=60',
          'content-type': 'text/html',
        }),
      );
      for (const request of [{}, { method: 'HEAD' }, { method: 'POST' }]) {
        const { headers } = await metricsApp.send('/metrics', request);
        expect(headers).toMatchObject({
          'access-control-allow-origin': 'https://kennel.example',
          'strict-transport-security': 'max-age=1',
          'set-cookie': ['a=1', 'b=2'],
          'cache-control': 'no-store',
          'x-content-type-options': 'nosniff',
        });
        expect(headers['content-type']).toMatch(/^text\/plain; /);
        expect(headers.vary?.split(', ').toSorted()).toEqual(['Accept', 'Accept-Encoding', 'Origin']);
      }
    });

    it('stands beside the CORS of the application', async () => {
      await start(door, (app) => app.enableCors({ origin: ['https://kennel.example', 'https://other.example'] }));
      const { headers } = await metricsApp.send('/metrics', { headers: { origin: 'https://kennel.example' } });
      expect(headers['access-control-allow-origin']).toBe('https://kennel.example');
      expect(headers.vary?.split(', ').toSorted()).toEqual(['Accept', 'Accept-Encoding', 'Origin']);
    });
  });
});
