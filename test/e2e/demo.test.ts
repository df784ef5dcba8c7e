import { createServer } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { DemoProcess } from '../support/demo-process.js';
import { PrometheusApi } from '../support/prometheus-api.js';
import { needs } from '../support/services.js';
import { waitUntil } from '../support/wait-until.js';

const PATIENT = { timeoutMs: 120_000, intervalMs: 100 };

needs(
  'prometheus',
  'postgres',
  'redis',
)('npm run demo', () => {
  let demo: DemoProcess;
  // The port of the application is taken, by this test or by somebody else.
  const squatter = createServer().on('error', () => undefined);
  beforeAll(() => void squatter.listen(3000, '127.0.0.1'));
  afterAll(() => void squatter.close());
  beforeEach(() => {
    demo = new DemoProcess();
  });
  afterEach(() => demo.remove());

  const started = async (text: string): Promise<number> =>
    (await waitUntil(`${text} runs`, () => demo.find(text), PATIENT)) ?? 0;
  const expectNothingRemains = async () => {
    await waitUntil('nothing of it remains', () => demo.remains.length === 0, PATIENT).catch(() => undefined);
    expect(demo.remains).toEqual([]);
  };

  it('prints links to what has data, and leaves nothing behind after Ctrl-C', async () => {
    await waitUntil('the links are printed', () => demo.output.includes('Ctrl-C'), PATIENT);
    expect(demo.output).toMatch(/Port 3000 is taken\. The sample application has \d+ instead\./);
    const [, url = ''] = /(http:\/\/127\.0\.0\.1:\d+)\/\S*alerts/.exec(demo.output) ?? [];
    const prometheus = new PrometheusApi(url);
    await waitUntil(
      'requests are counted',
      async () => (await prometheus.query('sum(nestjs_http_requests_total) > 20')).length > 0,
      PATIENT,
    );
    for (const [, link = ''] of demo.output.matchAll(/(http:\S+)/g)) {
      expect({ link, status: (await fetch(link)).status }).toEqual({ link, status: 200 });
    }
    demo.interrupt();
    await expectNothingRemains();
    expect(demo.output).toContain('Ended by SIGINT.');
  });

  it('ends with an error when a part of it ends', async () => {
    process.kill(await started('dist-sample/main.js'), 'SIGKILL');
    await waitUntil('it has ended', () => demo.exit !== null, PATIENT);
    await expectNothingRemains();
    expect(demo.output).toMatch(/The sample application/);
    expect(demo.exit).toBe(1);
  });

  it('leaves nothing behind when npm ends while it starts', async () => {
    await started('redis-server');
    demo.signal('SIGHUP');
    await expectNothingRemains();
  });

  it('leaves nothing behind when its input is closed', async () => {
    await started('redis-server');
    demo.closeInput();
    await expectNothingRemains();
    expect(demo.output).toContain('The standard input was closed.');
  });
});
