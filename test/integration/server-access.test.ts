import { get } from 'node:http';
import {
  hashPassword,
  MonitorModule,
  type PrometheusFactoryOptions,
  PrometheusModule,
} from 'nestjs-prometheus-exporter';
import { afterEach, describe, expect, it } from 'vitest';
import { ADAPTERS, MetricsApp } from '../support/metrics-app.js';
import { readExposition } from '../support/exposition.js';
import { type Received, send } from '../support/http-client.js';
import { waitUntil } from '../support/wait-until.js';

const TOKEN = { authorization: 'Bearer open-sesame' };
const LOCKED = ['/metrics', '/metrics/', '/targets', '/monitor', '/monitor/data.json', '/monitor/nothing'];
const HOST = '127.0.0.1';

let metricsApp: MetricsApp | undefined;

afterEach(async () => {
  await metricsApp?.close();
  metricsApp = undefined;
});

describe.each(ADAPTERS)('the own port on %s', (adapter) => {
  async function start(
    options: PrometheusFactoryOptions,
    monitor: Parameters<typeof MonitorModule.forRoot>[0] = {},
  ): Promise<MetricsApp> {
    const server = { port: 0, host: HOST, monitor: true };
    metricsApp = await MetricsApp.start({
      adapter,
      imports: [PrometheusModule.forRoot({ server, ...options }), MonitorModule.forRoot(monitor)],
    });
    return metricsApp;
  }

  /** To the own port. */
  const ask = (app: MetricsApp, path: string, headers: Record<string, string> = {}): Promise<Received> =>
    send(app.ownPort, { path, headers });

  async function statuses(app: MetricsApp, headers: Record<string, string> = {}): Promise<Record<string, number>> {
    const answers = await Promise.all(LOCKED.map((path) => ask(app, path, headers)));
    return Object.fromEntries(LOCKED.map((path, i) => [path, answers[i]!.status]));
  }

  const all = (status: number) => Object.fromEntries(LOCKED.map((path) => [path, status]));
  const open = { ...all(200), '/monitor/nothing': 404 };

  it.each<[string, PrometheusFactoryOptions['auth']]>([
    ['a token', { bearerToken: 'open-sesame' }],
    ['a function', { bearerToken: (token) => Promise.resolve(token === 'open-sesame') }],
    ['a token from an address', { bearerToken: 'open-sesame', allow: ['127.0.0.0/8'] }],
  ])('asks for %s everywhere but at the probe, and counts refused scrapes', async (_, auth) => {
    const app = await start({ auth: auth! });
    expect(await statuses(app)).toEqual(all(401));
    expect(await statuses(app, { authorization: 'Bearer other' })).toEqual(all(401));
    expect(await statuses(app, TOKEN)).toEqual(open);
    expect((await ask(app, '/-/healthy')).status).toBe(200);
    expect((await ask(app, '/-/process')).body).not.toContain('sesame');
    // Three of the paths are those of scrapes and their targets. The trial of the boot is not counted.
    await waitUntil('the refusals are counted', async () => {
      const { bytes } = await ask(app, '/metrics', TOKEN);
      return readExposition(bytes, 'text').value('nestjs_metrics_scrapes_rejected_total', { reason: 'auth' }) === 6;
    });
  });

  it('asks for a password', async () => {
    const hash = await hashPassword('secret');
    const app = await start({ auth: { basic: { user: 'prometheus', hash } } });
    const basic = (password: string) => `Basic ${Buffer.from(`prometheus:${password}`).toString('base64')}`;
    expect((await ask(app, '/metrics', { authorization: basic('secret') })).status).toBe(200);
    const refused = await ask(app, '/metrics', { authorization: basic('wrong') });
    expect([refused.status, refused.headers['www-authenticate']]).toEqual([
      401,
      'Basic realm="metrics", charset="UTF-8"',
    ]);
  });

  it('refuses addresses that are not allowed', async () => {
    const app = await start({ auth: { allow: ['10.0.0.0/8'] } });
    expect(await statuses(app, { 'x-forwarded-for': '10.0.0.1' })).toEqual(all(403));
  });

  it('shows the monitor without a lock to clients on the same machine only', async () => {
    const app = await start({});
    expect(await statuses(app)).toEqual(open);
    const foreign = { host: 'rebound.example.com' };
    expect(await statuses(app, foreign)).toMatchObject({ '/metrics': 200, '/monitor': 403, '/monitor/data.json': 403 });
    expect((await ask(app, '/monitor', { 'x-forwarded-for': '1.2.3.4' })).status).toBe(403);
  });

  it('asks the lock of the monitor as well', async () => {
    const app = await start({}, { auth: { bearerToken: 'open-sesame' } });
    expect(await statuses(app)).toMatchObject({ '/metrics': 200, '/monitor': 401, '/monitor/data.json': 401 });
    expect(await statuses(app, TOKEN)).toEqual(open);
  });

  it('sends the events of the monitor as they happen', async () => {
    const app = await start({ auth: { bearerToken: 'open-sesame' } });
    const [first] = await new Promise<Buffer[]>((resolve, reject) => {
      const request = get({ host: HOST, port: app.ownPort, path: '/monitor/events', headers: TOKEN, agent: false });
      request.on('error', reject);
      request.on('response', (response) => {
        response.on('error', () => undefined);
        response.once('data', (piece: Buffer) => {
          resolve([piece]);
          request.destroy();
        });
      });
    });
    expect(first?.toString()).toContain('data:');
  });

  it.each(['/metrics', '/targets', '/-/healthy', '/-/process'])(
    'does not start for a monitor at %s, which the port has already',
    async (path) => {
      const server = { port: 0, monitor: true };
      const imports = [PrometheusModule.forRoot({ server, path: false }), MonitorModule.forRoot({ path })];
      await expect(MetricsApp.start({ adapter, imports })).rejects.toThrow(
        `Expected the monitor on the own port to have a path of its own, got ${path}`,
      );
    },
  );

  it('does not start for a monitor that does not exist', async () => {
    const module = PrometheusModule.forRoot({ server: { port: 0, monitor: true } });
    await expect(MetricsApp.start({ adapter, imports: [module] })).rejects.toThrow(
      'Expected a MonitorModule beside `server.monitor`, got none',
    );
  });
});
