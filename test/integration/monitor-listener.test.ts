import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { createServer, type Server } from 'node:net';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type ListenOptions, MonitorModule, type MonitorOptions, PrometheusModule } from 'nestjs-prometheus-exporter';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { send, sendRaw } from '../support/http-client.js';
import { listen } from '../support/listen.js';
import { LivePage, readState } from '../support/monitor-client.js';
import { NestApp, type NestAppOptions, PLATFORMS } from '../support/nest-app.js';
import { waitUntil } from '../support/wait-until.js';

const BELOW = ['', '/page.js', '/page.css', '/data.json', '/nagios.xml', '/events'];

/** Whether anybody accepts a connection there. */
async function isTaken(port: number): Promise<boolean> {
  const probe = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      probe.once('error', reject);
      probe.listen(port, '127.0.0.1', resolve);
    });
    return false;
  } catch {
    return true;
  } finally {
    probe.close();
  }
}

function headStatus(port: number, path: string, headers: Record<string, string> = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    httpRequest({ host: '127.0.0.1', port, path, method: 'HEAD', agent: false, headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    })
      .on('error', reject)
      .end();
  });
}

describe.each(PLATFORMS)('the listener of the monitor on %s', (platform) => {
  let app: NestApp;
  let lines: string[];
  beforeEach(() => vi.stubEnv('NODE_ENV', 'production'));
  afterEach(async () => {
    vi.unstubAllEnvs();
    await app.close();
  });

  /** Starts an application; gives the port that its log tells. */
  async function start(options: MonitorOptions, more: NestAppOptions = {}): Promise<number> {
    lines = [];
    const note = (level: string) => (line: unknown) => void lines.push(`${level}: ${String(line)}`);
    app = await NestApp.start(platform, {
      imports: [MonitorModule.forRoot(options)],
      prepare: (nest) => nest.useLogger({ log: note('log'), warn: note('warn'), error: note('error') }),
      ...more,
    });
    return Number(/^log: The monitor is on http:\/\/127\.0\.0\.1:(\d+)\//m.exec(lines.join('\n'))?.[1]);
  }

  const ofMonitor = () => lines.filter((line) => /monitor (?:is|at|cannot)/.test(line));

  it('serves all of it where the routes of the application are closed, and says where, once', async () => {
    const port = await start({ listen: { port: 0 } });
    expect(ofMonitor()).toEqual([`log: The monitor is on http://127.0.0.1:${port}/monitor`]);
    expect(await Promise.all(BELOW.map((path) => headStatus(port, `/monitor${path}`)))).toEqual(BELOW.map(() => 200));
    expect(await Promise.all(BELOW.map((path) => headStatus(app.port, `/monitor${path}`)))).toEqual(
      BELOW.map(() => 403),
    );
    expect(readState((await send(port, { path: '/monitor/data.json?window=1h' })).body).history?.window).toBe('1h');
    const page = await LivePage.open(port);
    await page.receives(1);
    await page.leave();
  });

  it('has one address, to which others lead', async () => {
    const port = await start({ path: '/internal/live', listen: { port: 0 } });
    expect(await send(port, { path: '/' })).toMatchObject({ status: 307, headers: { location: '/internal/live' } });
    expect(await send(port, { path: '/internal/live/' })).toMatchObject({
      status: 307,
      headers: { location: '../live' },
    });
    expect((await send(port, { path: '/internal/live' })).status).toBe(200);
    for (const path of ['/monitor', '/internal', '/internal/live/x', '//internal/live', '/metrics', '/internal/LIVE']) {
      expect((await send(port, { path })).status).toBe(404);
    }
  });

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'QUERY'])('answers %s with 405', async (method) => {
    const port = await start({ listen: { port: 0 } });
    expect(await send(port, { method, path: '/monitor' })).toMatchObject({
      status: 405,
      headers: { allow: 'GET, HEAD' },
    });
  });

  it.each<Record<string, string>>([
    { host: 'kennel.example' },
    { host: 'localhost.kennel.example:3001' },
    { origin: 'https://kennel.example' },
    { origin: 'null' },
    { 'x-forwarded-for': '127.0.0.1' },
    { via: '1.1 proxy' },
  ])('is no answer to pages of others and to proxies: %o', async (headers) => {
    const port = await start({ listen: { port: 0 } });
    for (const path of BELOW) expect(await headStatus(port, `/monitor${path}`, headers)).toBe(403);
  });

  it.each([
    ['GET http://localhost/monitor/data.json HTTP/1.1\r\nHost: localhost', '404'],
    ['GET http://kennel.example/monitor/data.json HTTP/1.1\r\nHost: localhost', '404'],
    ['GET /monitor/data.json HTTP/1.0\r\nHost: localhost', '403'],
    ['GET * HTTP/1.1\r\nHost: localhost', '404'],
    ['GET /monitor/data.json HTTP/1.1\r\nHost: localhost\r\nHost: kennel.example', '200'],
    ['nonsense', '400'],
  ])('answers what no browser sends: %j', async (head, status) => {
    const port = await start({ listen: { port: 0 } });
    expect(await sendRaw(port, `${head}\r\nConnection: close\r\n\r\n`)).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  });

  it('is not counted with the requests of the application', async () => {
    const port = await start({ listen: { port: 0 } });
    const { changes } = await app.changes(() => send(port, { path: '/monitor/data.json' }));
    expect(
      changes.filter(({ name, labels }) => name === 'nestjs_http_requests_total' && labels['route'] !== '/metrics'),
    ).toEqual([]);
    const { history } = readState((await send(port, { path: '/monitor/data.json' })).body);
    expect(JSON.stringify(history?.routes)).not.toContain('/monitor');
  });

  it('is gone when the application is closed, with an open page and an idle connection too', async () => {
    const port = await start({ listen: { port: 0 } });
    const page = await LivePage.open(port);
    await page.receives(1);
    expect(await isTaken(port)).toBe(true);
    await app.close();
    expect(await isTaken(port)).toBe(false);
    await waitUntil('the page hears of it', () => page.response.closed);
  });

  it('keeps no process alive', async () => {
    const servers = () => process.getActiveResourcesInfo().filter((name) => name === 'TCPServerWrap').length;
    const port = await start({ listen: { port: 0 } });
    expect(await headStatus(port, '/monitor')).toBe(200);
    await waitUntil('the server of the application is the only one', () => servers() === 1);
  });

  it('that finds its port taken says so, and the application runs', async () => {
    const other: Server = createServer();
    const taken = await listen(other);
    await start({ listen: { port: taken } });
    expect(ofMonitor()).toEqual([
      `error: The monitor cannot listen on 127.0.0.1:${taken}, and the application runs without it: another process holds the port (EADDRINUSE). Change \`listen.port\` of MonitorModule; 0 takes any free one.`,
    ]);
    expect((await app.send('/metrics')).status).toBe(200);
    await app.close();
    const closed = once(other, 'close');
    other.close();
    await closed;
  });

  it('comes from a factory, too', async () => {
    const port = await start(
      {},
      { imports: [MonitorModule.forRootAsync({ useFactory: () => ({ listen: { port: 0 } }) })] },
    );
    expect(await headStatus(port, '/monitor')).toBe(200);
  });

  it('stands beside guards, which apply to the routes of the application alone', async () => {
    const port = await start({ listen: { port: 0 }, guards: [{ canActivate: () => false }] });
    expect(await headStatus(port, '/monitor')).toBe(200);
    expect(await headStatus(app.port, '/monitor')).toBe(403);
  });
});

describe('the listener of the monitor', () => {
  it.each<object>([
    {},
    { host: '127.0.0.1' },
    { port: '3001' },
    { port: -1 },
    { port: 65_536 },
    { port: 1.5 },
    { port: 3001, host: '0.0.0.0' },
    { port: 3001, host: '::' },
    { port: 3001, host: '192.168.1.2' },
    { port: 3001, host: 'kennel.example' },
    { port: 3001, host: 'localhost' },
    { port: 3001, host: '127.0.0.999' },
    { port: 3001, host: '' },
    { port: 3001, hots: '127.0.0.1' },
  ])('is at a loopback address, or the boot stops: %o', async (listenAt) => {
    @Module({
      imports: [PrometheusModule.forRoot(), MonitorModule.forRoot({ listen: listenAt as ListenOptions })],
    })
    class RootModule {}
    const boot = NestFactory.create(RootModule, { logger: false, abortOnError: false });
    await expect(boot).rejects.toThrow(/The options of MonitorModule are not valid\.\n {2}- Expected .*`listen/);
  });

  it('serves an application without HTTP, which has no route to speak of', async () => {
    vi.stubEnv('NODE_ENV', 'production');
    const lines: string[] = [];
    const note = (line: unknown) => void lines.push(String(line));
    @Module({ imports: [PrometheusModule.forRoot(), MonitorModule.forRoot({ listen: { port: 0 } })] })
    class WorkerModule {}
    const app = await NestFactory.createApplicationContext(WorkerModule, {
      logger: { log: note, warn: note, error: note },
      abortOnError: false,
    });
    const port = Number(/The monitor is on http:\/\/127\.0\.0\.1:(\d+)\/monitor/.exec(lines.join('\n'))?.[1]);
    expect(await headStatus(port, '/monitor')).toBe(200);
    await app.close();
    expect(await isTaken(port)).toBe(false);
    vi.unstubAllEnvs();
  });

  it('is not missed by an application without HTTP', async () => {
    vi.stubEnv('NODE_ENV', 'production');
    const lines: string[] = [];
    const note = (line: unknown) => void lines.push(String(line));
    @Module({ imports: [PrometheusModule.forRoot(), MonitorModule.forRoot()] })
    class WorkerModule {}
    const app = await NestFactory.createApplicationContext(WorkerModule, {
      logger: { log: note, warn: note, error: note },
      abortOnError: false,
    });
    await app.close();
    expect(lines.filter((line) => line.includes('monitor'))).toEqual([]);
    vi.unstubAllEnvs();
  });
});
