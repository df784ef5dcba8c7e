import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { MetricsEndpoint } from '../../lib/expose/endpoint.js';
import { RenderedSource } from '../../lib/expose/rendered-source.js';
import { boundedBy, defineGauge } from '../../lib/metrics/definition.js';
import { MetricStore } from '../../lib/metrics/store.js';
import { send } from '../support/http-client.js';
import { listen } from '../support/listen.js';
import { requestText, sendUnread } from '../support/raw-socket.js';
import { scraperOf } from '../support/scraper.js';

const WEIGHT = defineGauge({ name: 'weight', help: 'Weight.', labels: { dog: boundedBy('the test') } });

let store: MetricStore;
let server: Server;
let port: number;
let answered: Promise<void>[];

beforeEach(async () => {
  store = new MetricStore();
  const limits = { concurrentScrapes: 4, scrapeTimeoutSeconds: 2 };
  const endpoint = new MetricsEndpoint(new RenderedSource(scraperOf(store)), limits, {
    rejected: () => undefined,
    failed: () => undefined,
  });
  answered = [];
  server = createServer((request, response) => {
    response.setHeader('Vary', ['Origin', 'Cookie']);
    answered.push(endpoint.answer(request, response));
  });
  port = await listen(server);
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

it('the Vary of the application is kept', async () => {
  const { headers } = await send(port);
  expect(headers.vary).toBe('Origin, Cookie, Accept, Accept-Encoding');
});

it('a client that never reads a compressed answer keeps its place until the deadline, and no longer', async () => {
  for (let dog = 0; dog < 100_000; dog += 1) {
    store
      .gauge(WEIGHT)
      .known({ dog: randomBytes(190).toString('base64url') })
      .set(dog);
  }
  const received = once(server, 'request');
  const socket = sendUnread(port, requestText({ headers: { 'accept-encoding': 'gzip' } }));
  const [, response] = (await received) as [unknown, { readonly destroyed: boolean }];
  await answered[0];
  expect(response.destroyed).toBe(true);
  socket.destroy();
}, 120_000);
