import { Controller, Get } from '@nestjs/common';
import { HttpModule, HttpService } from '@nestjs/axios';
import { channel } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Agent, get, type IncomingMessage, request } from 'node:http';
import { createSecureServer } from 'node:http2';
import { type AddressInfo } from 'node:net';
import { MetricsPush, type PrometheusOptions } from 'nestjs-prometheus-exporter';
import { snapshot } from 'nestjs-prometheus-exporter/testing';
import { lastValueFrom } from 'rxjs';
import { Agent as UndiciAgent, request as requestUndici, upgrade as upgradeUndici } from 'undici';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Certificates } from '../support/certificates.js';
import { type Exposition } from '../support/exposition.js';
import { NestApp, type NestAppOptions, valuesOf } from '../support/nest-app.js';
import { CLIENTS } from '../support/outgoing-clients.js';
import { OutgoingServer } from '../support/outgoing-server.js';
import { sendRaw } from '../support/raw-socket.js';
import { waitUntil } from '../support/wait-until.js';

const TOTAL = 'nestjs_outgoing_http_requests_total';
const ERRORS = 'nestjs_outgoing_http_request_errors_total';
const IN_FLIGHT = 'nestjs_outgoing_http_requests_in_flight';
const CHANNELS = ['http.client.request.start', 'http.client.request.error', 'undici:request:create'] as const;

let server: OutgoingServer;
const apps: NestApp[] = [];
beforeEach(async () => {
  server = await OutgoingServer.start();
});
afterEach(async () => {
  // An application that pushes does so once more at the end.
  for (const app of apps.splice(0)) await app.close();
  server.close();
});

const start = async (metrics: PrometheusOptions = { outgoing: {} }, options: NestAppOptions = {}) => {
  const app = await NestApp.start('express', { ...options, metrics });
  apps.push(app);
  return app;
};

/** What has become of the requests to a host. */
const stateOf = (metrics: Exposition, host = server.host) => ({
  answered: metrics.sum(TOTAL, { host }),
  failed: metrics.sum(ERRORS, { host }),
  inFlight: metrics.sum(IN_FLIGHT, { host }),
});

/** The same, once so many have ended. */
const stateAfter = (app: NestApp, ended: number, host = server.host) =>
  waitUntil(`${ended} requests have ended`, async () => {
    const state = stateOf(await app.scrape(), host);
    return state.answered + state.failed === ended && state;
  });

/** Sends a request and gives its response, which nobody reads. */
const head = async (options: Parameters<typeof get>[1] & object, path: string): Promise<IncomingMessage> => {
  const sent = get(server.url(path), options).on('error', () => undefined);
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  return response.on('error', () => undefined);
};

const subscribed = () => CHANNELS.map((name) => channel(name).hasSubscribers);

describe('outgoing requests are in flight', () => {
  it('as long as nobody reads the response', async () => {
    const app = await start();
    const unread = await head({}, '/large');
    const { body } = await fetch(server.url('/large'));
    expect(await stateAfter(app, 0)).toEqual({ answered: 0, failed: 0, inFlight: 2 });
    unread.resume();
    await body?.cancel();
    expect(await stateAfter(app, 2)).toEqual({ answered: 1, failed: 1, inFlight: 0 });
  });

  it('until a response that came whole is let go of', async () => {
    const app = await start();
    const agent = new Agent({ keepAlive: true });
    await head({ agent }, '/ok');
    agent.destroy();
    expect(await stateAfter(app, 1)).toEqual({ answered: 1, failed: 0, inFlight: 0 });
  });

  it('until the response, the request or the socket is destroyed', async () => {
    const app = await start();
    (await head({}, '/half')).destroy();
    const half = await head({}, '/half');
    half.socket.destroy();
    const hanging = request(server.url('/hang')).on('error', () => undefined);
    hanging.end();
    await waitUntil('it has arrived', () => server.received.get('GET /hang'));
    hanging.destroy();
    expect(await stateAfter(app, 3)).toEqual({ answered: 0, failed: 3, inFlight: 0 });
    expect((await app.scrape()).sum(ERRORS, { host: server.host, error_type: 'aborted' })).toBe(3);
  });

  it('on connections that are used again, one after the other', async () => {
    const app = await start();
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (let i = 0; i < 5; i += 1) {
      const response = await head({ agent }, '/ok');
      response.resume();
      await once(response, 'end');
    }
    agent.destroy();
    expect(await stateAfter(app, 5)).toEqual({ answered: 5, failed: 0, inFlight: 0 });
  });

  it('and end without ever having had a connection', async () => {
    const app = await start();
    const agent = new Agent({ maxSockets: 1 });
    const first = request(server.url('/hang'), { agent }).on('error', () => undefined);
    first.end();
    const waiting = request(server.url('/ok'), { agent }).on('error', () => undefined);
    waiting.end();
    const givenUp = request(server.url('/ok'), { agent }).on('error', () => undefined);
    givenUp.end();
    await waitUntil('the first has arrived', () => server.received.get('GET /hang'));
    givenUp.destroy();
    waiting.on('response', (response) => response.resume());
    first.destroy();
    expect(await stateAfter(app, 3)).toEqual({ answered: 1, failed: 2, inFlight: 0 });
  });

  it('until a protocol is switched', async () => {
    const app = await start();
    const headers = { connection: 'Upgrade', upgrade: 'echo' };
    const sent = get(server.url('/'), { headers });
    const [, socket] = (await once(sent, 'upgrade')) as [unknown, IncomingMessage['socket']];
    socket.destroy();
    const ignored = get(server.url('/'), { headers }).on('error', () => undefined);
    await once(ignored, 'close');
    expect(await stateAfter(app, 2)).toEqual({ answered: 2, failed: 0, inFlight: 0 });
    expect((await app.scrape()).sum(TOTAL, { host: server.host, status_class: '1xx' })).toBe(2);
  });

  it('and not with undici where a protocol is switched', async () => {
    const app = await start();
    const { socket } = await upgradeUndici(server.url('/'), { protocol: 'echo' });
    socket.destroy();
    expect(stateOf(await app.scrape())).toEqual({ answered: 0, failed: 0, inFlight: 0 });
  });

  it('over HTTP/2 as over HTTP/1', async () => {
    const app = await start();
    const { key, cert } = new Certificates().selfSigned('outgoing');
    const secure = createSecureServer({ key: readFileSync(key), cert: readFileSync(cert) });
    secure.on('sessionError', () => undefined);
    secure.on('stream', (stream, headers) => {
      stream.on('error', () => undefined);
      if (headers[':path'] === '/reset') stream.close(2);
      else if (headers[':path'] === '/ok') stream.end('ok');
    });
    secure.listen(0);
    await once(secure, 'listening');
    const host = `localhost:${(secure.address() as AddressInfo).port}`;
    const url = `https://${host}`;
    const dispatcher = new UndiciAgent({ allowH2: true, connect: { rejectUnauthorized: false } });
    await (await requestUndici(`${url}/ok`, { dispatcher })).body.dump();
    await expect(requestUndici(`${url}/reset`, { dispatcher })).rejects.toBeInstanceOf(Error);
    const signal = AbortSignal.timeout(50);
    await expect(requestUndici(`${url}/hang`, { dispatcher, signal })).rejects.toBeInstanceOf(Error);
    await expect(fetch(`${url}/ok`)).rejects.toBeInstanceOf(Error);
    expect(await stateAfter(app, 4, host)).toEqual({ answered: 1, failed: 3, inFlight: 0 });
    await dispatcher.destroy();
    secure.close();
  });

  it('or ended, whatever happens to them: started = answered + failed + in flight', async () => {
    let started = 0;
    const app = await start({
      outgoing: {},
      listeners: [{ outgoingStarted: ({ target }) => void (started += Number(target.host === server.host)) }],
    });
    const paths = ['/ok', '/status/500', '/early', '/reset', '/close', '/cut', '/garbage', '/pieces', '/half', '/hang'];
    const later = new AbortController();
    const sent = Object.values(CLIENTS).flatMap((send) =>
      paths.flatMap((path) =>
        [AbortSignal.timeout(30), later.signal].map((signal) =>
          send(server.url(path), { signal }).catch(() => undefined),
        ),
      ),
    );
    await waitUntil('each path was asked for', () => server.received.size === paths.length);
    const metrics = await app.scrape();
    const { answered, failed, inFlight } = stateOf(metrics);
    expect(answered + failed + inFlight).toBe(started);
    expect(inFlight).toBeGreaterThan(0);
    later.abort();
    await Promise.all(sent);
    await waitUntil('all have ended', async () => stateOf(await app.scrape()).inFlight === 0);
    const ended = stateOf(await app.scrape());
    expect(ended.answered + ended.failed).toBe(started);
    expect(started).toBeGreaterThanOrEqual(sent.length / 2);
  });
});

@Controller()
class ProxyController {
  @Get('proxy')
  async proxy(): Promise<string> {
    await Promise.all([
      fetch(server.url('/pieces')).then((response) => response.text()),
      CLIENTS['http']!(server.url('/ok')),
    ]);
    return 'ok';
  }

  @Get('plain')
  plain(): string {
    return 'ok';
  }
}

describe('outgoing requests', () => {
  it('are counted in the request that sends them', async () => {
    const app = await start({ outgoing: {}, http: { queriesPerRequest: true } }, { controllers: [ProxyController] });
    await Promise.all([app.send('/proxy'), app.send('/proxy'), app.send('/plain')]);
    const metrics = await app.settled();
    const labels = { method: 'GET', route: '/proxy' };
    expect(metrics.value('nestjs_http_request_outgoing_requests_sum', labels)).toBe(4);
    expect(metrics.value('nestjs_http_request_outgoing_requests_count', labels)).toBe(2);
    expect(metrics.value('nestjs_http_request_outgoing_seconds_sum', labels)).toBeGreaterThan(0.11);
    expect(valuesOf(metrics, 'nestjs_http_request_outgoing_requests_count', 'route')).toEqual(['/proxy', '_overflow']);
  });

  it('belong to the application that sends them, and else to the first one', async () => {
    const options = { outgoing: {}, http: { queriesPerRequest: true } };
    const first = await start(options);
    const second = await start(options, { controllers: [ProxyController] });
    await second.send('/proxy');
    expect(await stateAfter(second, 2)).toEqual({ answered: 2, failed: 0, inFlight: 0 });
    expect(await stateAfter(first, 0)).toEqual({ answered: 0, failed: 0, inFlight: 0 });
    await CLIENTS['fetch']!(server.url('/ok'));
    expect(await stateAfter(first, 1)).toEqual({ answered: 1, failed: 0, inFlight: 0 });
    expect(await stateAfter(second, 2)).toEqual({ answered: 2, failed: 0, inFlight: 0 });
  });

  it('of @nestjs/axios are counted', async () => {
    const app = await start({ outgoing: {} }, { imports: [HttpModule] });
    const http = app.app.get(HttpService, { strict: false });
    expect((await lastValueFrom(http.get(server.url('/ok')))).data).toBe('ok');
    expect(await stateAfter(app, 1)).toEqual({ answered: 1, failed: 0, inFlight: 0 });
  });

  it('have the declared hosts only, which exist at zero from boot', async () => {
    const app = await start({ outgoing: { hosts: [server.host, 'api.example.com', '*.example.org'] } });
    const host = 'api.example.com';
    const labels = { method: 'GET', host };
    const before = await app.scrape();
    expect(before.value(TOTAL, { ...labels, status_class: '2xx' })).toBe(0);
    expect(before.value(ERRORS, { ...labels, error_type: 'refused' })).toBe(0);
    expect(before.value(IN_FLIGHT, labels)).toBe(0);
    await CLIENTS['fetch']!(server.url('/ok'));
    await CLIENTS['http']!(`http://localhost:${server.port}/ok`);
    expect(await stateAfter(app, 1)).toEqual({ answered: 1, failed: 0, inFlight: 0 });
    const hosts = (await app.scrape()).series(IN_FLIGHT).map((one) => one.labels['host']);
    expect(new Set(hosts)).toEqual(new Set([server.host, 'api.example.com', '_OTHER']));
  });

  it('have the names of OpenTelemetry, with errors in the same histogram', async () => {
    const app = await start({ outgoing: {}, naming: 'otel' });
    for (const path of ['/ok', '/status/404', '/hang', '/half']) {
      const signal = AbortSignal.timeout(path === '/hang' || path === '/half' ? 50 : 5000);
      await CLIENTS['undici']!(server.url(path), { signal }).catch(() => undefined);
    }
    const ended = (await app.scrape())
      .series('http_client_request_duration_seconds_count')
      .filter(({ labels }) => labels['server_port'] === String(server.port))
      .map(({ labels, value }) => ({ ...labels, value }));
    const shared = {
      http_request_method: 'GET',
      server_address: '127.0.0.1',
      server_port: String(server.port),
      url_scheme: 'http',
      value: 1,
    };
    expect(ended).toEqual([
      { ...shared, http_response_status_code: '200' },
      { ...shared, http_response_status_code: '404', error_type: '404' },
      { ...shared, error_type: 'timeout' },
      { ...shared, http_response_status_code: '200', error_type: 'aborted' },
    ]);
  });

  it('of this library are not counted', async () => {
    const app = await start({ outgoing: {}, push: { url: server.url('/'), job: 'dogs' } });
    expect(await app.app.get(MetricsPush).push()).toBe(true);
    expect(server.received.get('PUT /metrics/job/dogs')).toBe(1);
    expect(stateOf(await app.scrape())).toEqual({ answered: 0, failed: 0, inFlight: 0 });
  });

  it('of the testing kit are not counted', async () => {
    const app = await start();
    const url = `${await app.app.getUrl()}/metrics`;
    for (let i = 0; i < 2; i += 1) expect((await snapshot(url)).series(TOTAL)).toEqual([]);
  });

  it('go on when a listener throws, or a channel has a message that is not understood', async () => {
    const app = await start({
      outgoing: {},
      listeners: [
        {
          outgoingStarted: () => {
            throw new Error('a listener fails');
          },
        },
      ],
    });
    await CLIENTS['fetch']!(server.url('/ok'));
    for (const name of CHANNELS) channel(name).publish(undefined);
    const metrics = await app.scrapeUnchecked();
    expect(stateOf(metrics).answered).toBe(1);
    expect(metrics.value('nestjs_metrics_errors_total', { part: 'outgoing' })).toBe(3);
  });

  it('are not observed before the boot, after the shutdown, and with `outgoing: false`', async () => {
    expect(subscribed()).toEqual([false, false, false]);
    const app = await start();
    const other = await start();
    expect(subscribed()).toEqual([true, true, true]);
    await app.close();
    expect(subscribed()).toEqual([true, true, true]);
    await other.close();
    expect(subscribed()).toEqual([false, false, false]);
    apps.splice(0);
    const off = await start({ outgoing: false });
    expect(subscribed()).toEqual([false, false, false]);
    await CLIENTS['fetch']!(server.url('/ok'));
    expect((await off.scrape()).names.filter((name) => name.startsWith('nestjs_outgoing_'))).toEqual([]);
  });

  it('add no metrics to an application that sends none', async () => {
    // Over a bare socket: a scrape from this process would be a request of the application.
    const reads = async (port: number) => (await sendRaw(port, 'GET /metrics HTTP/1.0\r\n\r\n')).split('\r\n\r\n')[1]!;
    const app = await start({ outgoing: { hosts: ['*.example.org'] } }, { reads });
    const { names } = await app.scrape();
    expect(names).toContain('nestjs_http_requests_total');
    expect(names.filter((name) => name.startsWith('nestjs_outgoing_'))).toEqual([]);
  });

  it.each([
    [['https://example.com']],
    [['example.com/path']],
    [['Example.com']],
    [['example.com:443']],
    ['example.com'],
  ])('are refused with the hosts %o', async (hosts) => {
    await expect(start({ outgoing: { hosts: hosts as string[] } })).rejects.toThrow('Expected `outgoing.hosts` to be');
  });
});
