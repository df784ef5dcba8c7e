import { EventEmitter, once } from 'node:events';
import { type ClientHttp2Session, connect, constants, type IncomingHttpHeaders } from 'node:http2';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { boundedBy, defineCounter, MetricStore, PrometheusModule } from 'nestjs-prometheus-exporter';
import { Gauge, Registry } from 'prom-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readExposition } from '../support/exposition.js';
import { MetricsApp } from '../support/metrics-app.js';
import { waitUntil } from '../support/wait-until.js';

const BARKS = defineCounter({ name: 'barks_total', help: 'Barks.', labels: { dog: boundedBy('the test') } });

/** A scrape that waits for nobody. */
const HASTY = { 'x-prometheus-scrape-timeout-seconds': '0.02' };

describe.each([{ bypassGuards: false }, { bypassGuards: true }])(
  'the endpoint over HTTP/2 on Fastify, %o',
  (options) => {
    let metricsApp: MetricsApp;
    let session: ClientHttp2Session;
    let registry: Registry;

    beforeEach(async () => {
      registry = new Registry();
      const limits = { scrapeTimeoutSeconds: 3600 };
      const imports = [PrometheusModule.forRoot({ ...options, registry: registry as never, limits })];
      metricsApp = await MetricsApp.start({ adapter: 'fastify', imports, fastify: { http2: true } as object });
      session = connect(`http://127.0.0.1:${metricsApp.port}`);
      const barks = metricsApp.app.get(MetricStore).counter(BARKS);
      for (let dog = 0; dog < 20_000; dog += 1) barks.known({ dog: `Rex ${dog}` });
    });

    afterEach(async () => {
      session.destroy();
      await metricsApp.close();
    });

    async function errorsOf(): Promise<number> {
      const metrics = readExposition((await ask(HASTY)).bytes, 'text');
      return metrics.sum('nestjs_metrics_errors_total');
    }

    async function ask(
      headers: IncomingHttpHeaders,
    ): Promise<{ readonly headers: IncomingHttpHeaders; readonly bytes: Buffer }> {
      const stream = session.request({ ':path': '/metrics', ...headers });
      const [answer] = (await once(stream, 'response')) as [IncomingHttpHeaders];
      return { headers: answer, bytes: await buffer(stream) };
    }

    it.each(['identity', 'gzip'])('answers: %s', async (encoding) => {
      const { headers, bytes } = await ask({ 'accept-encoding': encoding });
      expect(headers).toMatchObject({ ':status': 200, vary: 'Accept, Accept-Encoding' });
      const text = encoding === 'gzip' ? await promisify(gunzip)(bytes) : bytes;
      expect(readExposition(text, 'text').series('barks_total')).toHaveLength(20_001);
    });

    it('gives the places of cancelled streams back at once', async () => {
      const gate = new EventEmitter();
      const collect = async () => {
        gate.emit('entered');
        await once(gate, 'open');
      };
      registry.registerMetric(new Gauge({ name: 'gate', help: 'Waits.', registers: [], collect }));
      const entered = once(gate, 'entered');
      const streams = [1, 2, 3].map(() => session.request({ ':path': '/metrics' }).on('error', () => undefined));
      await entered;
      const status = async () => {
        const [answer] = (await once(session.request({ ':path': '/metrics', ...HASTY }).resume(), 'response')) as [
          IncomingHttpHeaders,
        ];
        return String(answer[':status']);
      };
      await waitUntil('all places of this address are taken', async () => (await status()) === '503');
      for (const stream of streams) stream.close(constants.NGHTTP2_CANCEL);
      await waitUntil('they are free', async () => (await status()) === '200');
      expect(await errorsOf()).toBe(0);
      gate.emit('open');
    });

    it('gives a place back when the answer is cancelled in the middle, and calls it no error', async () => {
      for (let i = 0; i < 8; i += 1) {
        const stream = session.request({ ':path': '/metrics' }).on('error', () => undefined);
        // One after the other is the point.
        const [answer] = (await once(stream, 'response')) as [IncomingHttpHeaders];
        expect(answer[':status']).toBe(200);
        stream.close(constants.NGHTTP2_CANCEL);
      }
      expect(await errorsOf()).toBe(0);
    });

    it('answers HEAD, and refuses what is neither', async () => {
      expect(await ask({ ':method': 'HEAD' })).toMatchObject({ headers: { ':status': 200 }, bytes: Buffer.alloc(0) });
      expect(await ask({ ':method': 'DELETE' })).toMatchObject({ headers: { ':status': 405, allow: 'GET, HEAD' } });
    });
  },
);
