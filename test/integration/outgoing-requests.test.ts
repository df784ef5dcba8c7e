import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Exposition, type Labels } from '../support/exposition.js';
import { NestApp } from '../support/nest-app.js';
import { CLIENTS, type Send } from '../support/outgoing-clients.js';
import { closedPort, OutgoingServer } from '../support/outgoing-server.js';
import { waitUntil } from '../support/wait-until.js';

const TOTAL = 'nestjs_outgoing_http_requests_total';
const DURATION = 'nestjs_outgoing_http_request_duration_seconds';
const ERRORS = 'nestjs_outgoing_http_request_errors_total';
const IN_FLIGHT = 'nestjs_outgoing_http_requests_in_flight';

let app: NestApp;
let server: OutgoingServer;
/** Each test has a server, and so a host, of its own: its series begin at nothing. */
const withServer = (test: (server: OutgoingServer) => Promise<void>) => async () => {
  server = await OutgoingServer.start();
  try {
    await test(server);
  } finally {
    server.close();
  }
};

const answered = (metrics: Exposition, labels: Labels = {}) => metrics.sum(TOTAL, { host: server.host, ...labels });
const failed = (metrics: Exposition, labels: Labels = {}) => metrics.sum(ERRORS, { host: server.host, ...labels });
const inFlight = (metrics: Exposition) => metrics.sum(IN_FLIGHT, { host: server.host });

/** The metrics once no request to the server is under way. */
const settled = () =>
  waitUntil('nothing is in flight', async () => {
    const metrics = await app.scrape();
    return inFlight(metrics) === 0 ? metrics : undefined;
  });

/** The errors of a host that are not 0. */
const errorsOf = (metrics: Exposition, host: string) =>
  metrics
    .series(ERRORS)
    .filter(({ labels, value }) => labels['host'] === host && value > 0)
    .map(({ labels, value }) => `${labels['error_type']} ${value}`);

describe.each(Object.entries(CLIENTS))('requests of %s', (name: string, send: Send) => {
  beforeAll(async () => {
    app = await NestApp.start('express', { metrics: { outgoing: {} } });
  });
  afterAll(() => app.close());

  const rejects = (url: string, signal?: AbortSignal) =>
    expect(send(url, { ...(signal && { signal }) })).rejects.toBeInstanceOf(Error);

  it(
    'are counted by method, host and class of status, as the server counts them',
    withServer(async (to) => {
      for (const status of [200, 204, 404, 500, 503]) await send(to.url(`/status/${status}`));
      await Promise.all(Array.from({ length: 20 }, () => send(to.url('/ok?secret=1'), { method: 'POST', body: 'x' })));
      await send(to.url('/ok'), { method: 'HEAD' });
      const metrics = await settled();
      expect(answered(metrics, { method: 'GET', status_class: '2xx' })).toBe(2);
      expect(answered(metrics, { method: 'GET', status_class: '4xx' })).toBe(1);
      expect(answered(metrics, { method: 'GET', status_class: '5xx' })).toBe(2);
      expect(answered(metrics, { method: 'POST', status_class: '2xx' })).toBe(to.received.get('POST /ok'));
      expect(answered(metrics, { method: 'HEAD', status_class: '2xx' })).toBe(1);
      expect(metrics.sum(`${DURATION}_count`, { host: to.host })).toBe(26);
      expect(failed(metrics)).toBe(0);
    }),
  );

  it(
    'last until the last byte of the response',
    withServer(async (to) => {
      await send(to.url('/pieces'));
      expect((await settled()).sum(`${DURATION}_sum`, { host: to.host })).toBeGreaterThan(0.055);
    }),
  );

  it(
    'with early hints count once, with the status of the response',
    withServer(async (to) => {
      await send(to.url('/early'));
      const metrics = await settled();
      expect(answered(metrics)).toBe(1);
      expect(answered(metrics, { status_class: '2xx' })).toBe(1);
    }),
  );

  it(
    'that are redirected count once for each hop, and are no error',
    withServer(async (to) => {
      await send(to.url('/redirect'));
      const metrics = await settled();
      expect(answered(metrics, { status_class: '3xx' })).toBe(1);
      expect(answered(metrics, { status_class: '2xx' })).toBe(to.received.get('GET /ok') ?? 0);
      expect(failed(metrics)).toBe(0);
    }),
  );

  it.each([
    ['/reset', 'reset'],
    ['/close', 'reset'],
    ['/cut', 'reset'],
    ['/garbage', 'other'],
  ])('to %s are errors of the kind %s', (path, kind) =>
    withServer(async (to) => {
      await rejects(to.url(path));
      expect(errorsOf(await settled(), to.host)).toEqual([`${kind} 1`]);
    })(),
  );

  it('are in flight until the application gives them up', () =>
    withServer(async (to) => {
      const giveUp = new AbortController();
      const hanging = ['/hang', '/half'].map((path) => rejects(to.url(path), giveUp.signal));
      await waitUntil('both have arrived', () => to.received.size === 2);
      expect(inFlight(await app.scrape())).toBe(2);
      giveUp.abort();
      await Promise.all(hanging);
      expect(errorsOf(await settled(), to.host)).toEqual(['aborted 2']);
    })());

  it('that take too long are errors of the kind timeout', () =>
    withServer(async (to) => {
      await rejects(to.url('/hang'), AbortSignal.timeout(50));
      const kind = name === 'axios' ? 'aborted' : 'timeout';
      expect(errorsOf(await settled(), to.host)).toEqual([`${kind} 1`]);
    })());

  it('that find nobody, no TLS or no name are errors of their kind', () =>
    withServer(async (to) => {
      const port = await closedPort();
      await rejects(`http://127.0.0.1:${port}/`);
      await rejects(`https://${to.host}/ok`);
      await rejects(`http://nowhere.${name}.invalid/`);
      const metrics = await settled();
      expect(errorsOf(metrics, `127.0.0.1:${port}`)).toEqual(['refused 1']);
      expect(errorsOf(metrics, to.host)).toEqual(['tls 1']);
      expect(errorsOf(metrics, `nowhere.${name}.invalid`)).toEqual(['dns 1']);
    })());
});
