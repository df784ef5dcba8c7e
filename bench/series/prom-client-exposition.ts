import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { Registry } from 'prom-client';
import { type Exposition } from './exposition.js';
import { requestDurationSeconds } from './prom-client-metrics.js';

/** A registry with only this histogram, on a server with only this endpoint: the shortest possible path. */
export async function start(): Promise<Exposition> {
  const registry = new Registry();
  const histogram = requestDurationSeconds(registry);
  const server = createServer((_request, response) => {
    void registry.metrics().then((text) => response.setHeader('Content-Type', registry.contentType).end(text));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    observe: (labels, seconds) => histogram.observe(labels, seconds),
  };
}
