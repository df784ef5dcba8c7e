import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readExposition } from '../support/exposition.js';
import { send } from '../support/http-client.js';
import { type Kennel, startKennel } from '../support/kennel.js';
import { type PrometheusServer, startPrometheus } from '../support/prometheus-server.js';
import { needs } from '../support/services.js';
import { waitUntil } from '../support/wait-until.js';

const TOKEN = 'w00f';
const WITH_TOKEN = { headers: { authorization: `Bearer ${TOKEN}` } };

/** SQLite runs in the thread of the application, whose event loop is stuck this long. */
const STUCK = '/slow-query?ms=6000';

describe('the sample application with METRICS_PORT and METRICS_TOKEN_FILE', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kennel-token-'));
  const metricsTokenFile = join(folder, 'token');
  let kennel: Kennel;
  beforeAll(async () => {
    writeFileSync(metricsTokenFile, `${TOKEN}\n`);
    kennel = await startKennel({ adapter: 'express', metricsPort: 0, metricsTokenFile });
  });
  afterAll(async () => {
    await kennel.stop();
    rmSync(folder, { recursive: true });
  });

  const namesAt = async (port: number) => {
    const { bytes } = await send(port, { path: '/metrics', ...WITH_TOKEN });
    return [...readExposition(bytes, 'text').families.keys()];
  };

  it('has the same metrics on both ports, for whoever has the token', async () => {
    const { port, metricsPort } = kennel;
    expect(metricsPort).not.toBe(port);
    const names = await namesAt(metricsPort);
    expect(names).toContain('typeorm_query_duration_seconds');
    expect(await namesAt(port)).toEqual(names);
    for (const one of [port, metricsPort]) expect((await send(one, { path: '/metrics' })).status).toBe(401);
  });

  needs('prometheus')('scraped by a real Prometheus', () => {
    let prometheus: PrometheusServer;
    beforeAll(async () => {
      prometheus = await startPrometheus({
        targets: [`127.0.0.1:${kennel.metricsPort}`],
        scrapeConfig: { authorization: { credentials_file: metricsTokenFile } },
      });
    });
    afterAll(() => prometheus.stop());

    it('has no gap while the application is stuck, and counts the request that it was stuck with', async () => {
      let isStuck = true;
      const stuck = send(kennel.port, { path: STUCK }).finally(() => (isStuck = false));
      await waitUntil('Prometheus has seen for a while that the event loop is stuck', async () => {
        const lag = await prometheus.query('timestamp(up) - nodejs_eventloop_last_turn_timestamp_seconds > 2');
        return lag.length > 0;
      });
      expect(isStuck).toBe(true);
      expect((await stuck).status).toBe(200);
      await waitUntil('the request is counted', async () => {
        const counted = await prometheus.query('nestjs_http_requests_total{route="/slow-query",status="200"} == 1');
        return counted.length > 0;
      });
      const [up] = await prometheus.query('min_over_time(up[5m])');
      expect(up?.value).toBe(1);
    });
  });
});

describe('the sample application without METRICS_PORT', () => {
  it('says nothing of a port of its own', async () => {
    const kennel = await startKennel({ adapter: 'express' });
    await kennel.stop();
    expect(kennel.output).not.toContain('Metrics, from a thread of their own');
  });
});
