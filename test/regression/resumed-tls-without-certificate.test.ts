import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { connect, type ConnectionOptions } from 'node:tls';
import { PrometheusModule } from 'nestjs-prometheus-exporter';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Certificates } from '../support/certificates.js';
import { MetricsApp } from '../support/metrics-app.js';

const certificates = new Certificates();
const served = certificates.selfSigned('server');
const clients = certificates.selfSigned('client');
const OWN_CERTIFICATE = { cert: readFileSync(clients.cert), key: readFileSync(clients.key) };

let metricsApp: MetricsApp;

interface Answer {
  readonly status: string | undefined;
  readonly isResumed: boolean;
  /** The next connection can go on with it. */
  readonly session: Buffer | undefined;
}

async function ask(options: ConnectionOptions): Promise<Answer> {
  const socket = connect({ host: '127.0.0.1', port: metricsApp.ownPort ?? 0, rejectUnauthorized: false, ...options });
  let session: Buffer | undefined;
  socket.on('session', (made) => (session = made));
  await once(socket, 'secureConnect');
  const isResumed = socket.isSessionReused();
  socket.write('GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
  const answer = await text(socket);
  return { status: answer.split(' ', 2)[1], isResumed, session };
}

beforeEach(async () => {
  const tls = { ...served, ca: clients.cert, requestCert: true };
  const module = PrometheusModule.forRoot({ path: false, server: { port: 0, host: '127.0.0.1', tls } });
  metricsApp = await MetricsApp.start({ adapter: 'express', imports: [module], isOwnPort: true });
});

afterEach(() => metricsApp.close());

describe.each(['TLSv1.2', 'TLSv1.3'] as const)('a resumed session of %s', (maxVersion) => {
  it.each([
    ['without a client certificate stays refused', {}, '403'],
    ['with a client certificate stays accepted', OWN_CERTIFICATE, '200'],
  ])('%s', async (_, certificate, status) => {
    const options = { maxVersion, ...certificate };
    const first = await ask(options);
    const resumed = await ask({ ...options, ...(first.session && { session: first.session }) });
    expect(resumed.isResumed).toBe(true);
    expect([first.status, resumed.status]).toEqual([status, status]);
  });
});
