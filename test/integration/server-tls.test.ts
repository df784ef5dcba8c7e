import { once } from 'node:events';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { type IncomingMessage } from 'node:http';
import { get } from 'node:https';
import { connect as connectPlain, type Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { type LoggerService } from '@nestjs/common';
import { connect, type TLSSocket } from 'node:tls';
import { MetricsServer, PrometheusModule } from 'nestjs-prometheus-exporter';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Certificates, makeCertificates } from '../support/certificates.js';
import { readExposition } from '../support/exposition.js';
import { MetricsApp } from '../support/metrics-app.js';
import { sendRaw } from '../support/raw-socket.js';
import { waitUntil } from '../support/wait-until.js';

const certificates = new Certificates();
const tls = { cert: certificates.path('tls.crt'), key: certificates.path('tls.key') };
let errors: string[];
let warnings: string[];
let metricsApp: MetricsApp | undefined;

const logger: LoggerService = {
  log: () => undefined,
  warn: (line: unknown) => warnings.push(String(line)),
  error: (line: unknown) => errors.push(String(line)),
};

async function start(server: object): Promise<MetricsApp> {
  errors = [];
  warnings = [];
  const module = PrometheusModule.forRoot({ path: false, server: { port: 0, tls, ...server } });
  metricsApp = await MetricsApp.start({
    adapter: 'express',
    imports: [module],
    isOwnPort: true,
    configure: (app) => app.useLogger(logger),
  });
  return metricsApp;
}

function install(name: 'first' | 'second'): void {
  copyFileSync(certificates.path(`${name}.crt`), tls.cert);
  copyFileSync(certificates.path(`${name}.key`), tls.key);
}

async function scrape(path = '/metrics'): Promise<string> {
  const port = metricsApp?.ownPort;
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get({ host: '127.0.0.1', port, path, rejectUnauthorized: false, agent: false }, resolve).on('error', reject);
  });
  return (await buffer(response)).toString();
}

/** Whose certificate a new connection is shown. */
async function shown(): Promise<string | undefined> {
  const socket: TLSSocket = connect({ host: '127.0.0.1', port: metricsApp?.ownPort ?? 0, rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  const name = socket.getPeerCertificate().subject.CN;
  socket.destroy();
  return String(name);
}

async function openPlain(): Promise<Socket> {
  const socket = connectPlain(metricsApp?.ownPort ?? 0, '127.0.0.1').on('error', () => undefined);
  await once(socket, 'connect');
  return socket.resume();
}

beforeAll(() => {
  certificates.selfSigned('first');
  certificates.selfSigned('second');
});

afterEach(async () => {
  await metricsApp?.close();
  metricsApp = undefined;
});

describe('the own port over TLS', { timeout: 60_000 }, () => {
  it('is what the URL says, and nothing else', async () => {
    install('first');
    const app = await start({});
    expect(app.app.get(MetricsServer).url).toBe(`https://127.0.0.1:${app.ownPort}/metrics`);
    expect(readExposition(await scrape(), 'text').sum('nestjs_metrics_info')).toBe(1);
    expect(JSON.parse(await scrape('/targets'))).toMatchObject([
      { targets: [`127.0.0.1:${app.ownPort}`], labels: { __scheme__: 'https' } },
    ]);
    expect(await sendRaw(app.ownPort, 'GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n')).toBe('');
    expect(readExposition(await scrape(), 'text').sum('nestjs_metrics_errors_total')).toBe(0);
  });

  it.each([
    [
      'a file that is missing',
      { ...tls, cert: certificates.path('none.crt') },
      /`server\.tls\.cert` to be a file that can be read.*none\.crt.*ENOENT/,
    ],
    [
      'a key of another certificate',
      { ...tls, key: certificates.path('second.key') },
      /`server\.tls` to be a certificate and its key.*: .*mismatch/,
    ],
    [
      'a file that is none',
      { ...tls, cert: certificates.path('none.pem') },
      /`server\.tls` to be a certificate and its key/,
    ],
  ])('does not start with %s, and says so once', async (_, wrong, message) => {
    install('first');
    writeFileSync(certificates.path('none.pem'), 'no certificate');
    const boot = start({ tls: wrong });
    await expect(boot).rejects.toThrow(message);
    await expect(boot).rejects.toThrow(/^The options of PrometheusModule are not valid\.\n {2}- Expected /);
    expect(errors).toEqual([]);
  });

  it('takes renewed files, and keeps the old ones while the new ones are wrong', async () => {
    install('first');
    await start({});
    expect(await shown()).toBe('first');
    copyFileSync(certificates.path('second.crt'), tls.cert);
    await waitUntil('the error is logged', () => warnings.some((line) => line.includes('server.tls')));
    expect(await shown()).toBe('first');
    copyFileSync(certificates.path('second.key'), tls.key);
    await waitUntil('the new certificate is shown', async () => (await shown()) === 'second');
    expect(readExposition(await scrape(), 'text').value('nestjs_metrics_errors_total', { part: 'server' })).toBe(1);
  });

  it('lets others in when many connections do nothing, before their handshake and after it', async () => {
    install('first');
    await start({});
    const secure = Array.from({ length: 150 }, () =>
      connect({ host: '127.0.0.1', port: metricsApp?.ownPort ?? 0, rejectUnauthorized: false }),
    );
    await Promise.all(
      secure.map((socket) =>
        once(
          socket.on('error', () => undefined),
          'secureConnect',
        ),
      ),
    );
    const plain = await Promise.all(Array.from({ length: 600 }, openPlain));
    readExposition(await scrape(), 'text');
    for (const socket of [...secure, ...plain]) socket.destroy();
    expect(readExposition(await scrape(), 'text').sum('nestjs_metrics_errors_total')).toBe(0);
  });

  it('refuses clients without a certificate that `ca` has signed, except at the probe', async () => {
    const { folder } = certificates;
    makeCertificates(folder, 'clients', ['prometheus']);
    makeCertificates(folder, 'others', ['stranger']);
    await start({ tls: { ...tls, ca: certificates.path('clients.crt'), requestCert: true } });
    const status = async (path: string, client?: string) => {
      const own = client === undefined ? {} : { cert: pem(`${client}.crt`), key: pem(`${client}.key`) };
      const port = metricsApp?.ownPort;
      const response = await new Promise<IncomingMessage>((resolve, reject) => {
        get({ host: '127.0.0.1', port, path, rejectUnauthorized: false, agent: false, ...own }, resolve).on(
          'error',
          reject,
        );
      });
      response.resume();
      return response.statusCode;
    };
    const pem = (name: string) => readFileSync(certificates.path(name));
    expect(await status('/metrics')).toBe(403);
    expect(await status('/targets')).toBe(403);
    expect(await status('/metrics', 'stranger')).toBe(403);
    expect(await status('/metrics', 'prometheus')).toBe(200);
    expect(await status('/-/healthy')).toBe(200);
    expect(await status('/-/healthy', 'stranger')).toBe(200);
  });
});
