import { once } from 'node:events';
import { type ClientHttp2Session, connect, type IncomingHttpHeaders } from 'node:http2';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { boundedBy, defineCounter, MetricStore, PrometheusModule } from 'nestjs-prometheus-exporter';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readExposition } from '../support/exposition.js';
import { MetricsApp } from '../support/metrics-app.js';

const BARKS = defineCounter({ name: 'barks_total', help: 'Barks.', labels: { dog: boundedBy('the test') } });

describe.each([{ bypassGuards: false }, { bypassGuards: true }])(
  'the endpoint over HTTP/2 on Fastify, %o',
  (options) => {
    let metricsApp: MetricsApp;
    let session: ClientHttp2Session;

    beforeEach(async () => {
      const imports = [PrometheusModule.forRoot(options)];
      metricsApp = await MetricsApp.start({ adapter: 'fastify', imports, fastify: { http2: true } as object });
      session = connect(`http://127.0.0.1:${metricsApp.port}`);
      const barks = metricsApp.app.get(MetricStore).counter(BARKS);
      for (let dog = 0; dog < 20_000; dog += 1) barks.known({ dog: `Rex ${dog}` });
    });

    afterEach(async () => {
      session.destroy();
      await metricsApp.close();
    });

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

    it('answers HEAD, and refuses what is neither', async () => {
      expect(await ask({ ':method': 'HEAD' })).toMatchObject({ headers: { ':status': 200 }, bytes: Buffer.alloc(0) });
      expect(await ask({ ':method': 'DELETE' })).toMatchObject({ headers: { ':status': 405, allow: 'GET, HEAD' } });
    });
  },
);
