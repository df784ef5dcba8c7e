import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { makeCertificates } from '../support/certificates.js';
import { runCommand } from '../support/command.js';
import { listen } from '../support/listen.js';

const GOOD = '# HELP dogs_total Dogs.\n# TYPE dogs_total counter\ndogs_total 1\n';
const PLAIN = { 'content-type': 'text/plain; version=0.0.4' };
const folder = mkdtempSync(join(tmpdir(), 'sources-'));
const servers: Server[] = [];
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** The URL of `/metrics` of a server that answers so. */
async function serving(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  servers.push(server);
  return `http://127.0.0.1:${await listen(server)}/metrics`;
}

const answering = (body: string | Uint8Array, headers: Record<string, string> = PLAIN, status = 200) =>
  serving((_, response) => response.writeHead(status, headers).end(body));

/** One sentence, and no stack trace. */
async function expectFailure(args: readonly string[], reason: RegExp): Promise<void> {
  const { status, out, err } = await runCommand(args);
  expect(err).toMatch(reason);
  expect(err).toMatch(/^error: [^\n]+\n$/);
  expect({ status, out }).toEqual({ status: 2, out: '' });
}

describe('an exposition', () => {
  it.each(['text', 'OpenMetrics'])('is read from a file in the format %s', async (format) => {
    const openMetrics =
      GOOD.replace('HELP dogs_total', 'HELP dogs').replace('TYPE dogs_total', 'TYPE dogs') + '# EOF\n';
    const { status, out } = await runCommand(['check', file('good.txt', format === 'text' ? GOOD : openMetrics)]);
    expect(out).toContain('1 metric, 1 series');
    expect(out).toContain('dogs_total');
    expect(status).toBe(0);
  });

  it('is read from stdin', async () => {
    expect(await runCommand(['check', '-'], { stdin: GOOD })).toMatchObject({ status: 0, err: '' });
  });

  it('is asked for in the text format, from /metrics if the URL has no path', async () => {
    const asked: unknown[] = [];
    const url = await serving(({ url: path, headers }, response) => {
      asked.push(path, headers.accept?.split(',')[0], headers['accept-encoding']);
      response.writeHead(200, PLAIN).end(GOOD);
    });
    expect(await runCommand(['check', url.replace('/metrics', '')])).toMatchObject({ status: 0, err: '' });
    expect(asked).toEqual(['/metrics', 'text/plain;version=0.0.4', 'identity']);
  });
});

describe('a source that cannot be checked', () => {
  it('is a file that is missing, a folder, or not text', async () => {
    await expectFailure(['check', join(folder, 'none.txt')], /There is no file/);
    await expectFailure(['check', 'localhost:3000/metrics'], /write http:\/\/localhost:3000\/metrics/);
    await expectFailure(['check', folder], /is a folder/);
    await expectFailure(['check', file('binary', new Uint8Array([0xff, 0xfe, 0]))], /not text in UTF-8/);
    await expectFailure(['check', '/dev/zero'], /longer than 64 MiB/);
  });

  it('is text that is no exposition, with its line', async () => {
    await expectFailure(['check', file('prose.txt', 'Hello there, world\n')], /line 1: "Hello there, world"/);
    await expectFailure(['check', file('cut.txt', 'dogs_total 1\ndogs')], /does not end in a line feed/);
    await expectFailure(['check', file('empty.txt', '')], /has no metrics/);
    await expectFailure(['check', file('escape.txt', '\u001b[2J{} x\n')], /\\u001b/);
  });

  it('is an endpoint that nobody serves, that refuses, or that is not there', async () => {
    const url = await answering(GOOD);
    servers.splice(0).forEach((server) => server.close());
    await expectFailure(['check', url], /ECONNREFUSED/);
    await expectFailure(['check', await answering('', {}, 401)], /answers 401 Unauthorized\. Give --bearer-token-file/);
    await expectFailure(['check', await answering('', {}, 404)], /answers 404 Not Found\.\n/);
    await expectFailure(['check', await answering('', {}, 503)], /answers 503/);
    await expectFailure(['check', 'http://'], /Expected a URL/);
  });

  it('is an HTML page, a binary answer, or one in an encoding nobody asked for', async () => {
    await expectFailure(['check', await answering('hi', { 'content-type': 'text/html' })], /HTML page/);
    await expectFailure(['check', await answering('<!doctype html>', PLAIN)], /HTML page/);
    await expectFailure(['check', await answering(new Uint8Array([0xc3, 0x28]))], /not text in UTF-8/);
    await expectFailure(['check', await answering('', { ...PLAIN, 'content-encoding': 'br' })], /answers in br/);
  });

  it('is an answer that ends too early', async () => {
    const url = await serving((_, response) => {
      response.writeHead(200, { ...PLAIN, 'content-length': '1000' }).write(GOOD, () => response.destroy());
    });
    await expectFailure(['check', url], /closed before the end of the answer/);
  });

  it('is an answer without an end', async () => {
    const url = await serving((_, response) => {
      const line = Buffer.alloc(1024 * 1024, 'a');
      const more = (): void => void response.write(line, (error) => error ?? more());
      response.writeHead(200, PLAIN);
      more();
    });
    await expectFailure(['check', url], /longer than 64 MiB/);
  });

  it('is an endpoint that does not answer in time, before or within its answer', async () => {
    await expectFailure(['check', await serving(() => {}), '--timeout', '0.2'], /longer than 0\.2 s/);
    const url = await serving((_, response) => void response.writeHead(200, PLAIN).write(GOOD));
    await expectFailure(['check', url, '--timeout', '0.2'], /longer than 0\.2 s/);
  });
});

describe('credentials', () => {
  /** An endpoint, and what it was sent. */
  async function watched() {
    const seen: (string | undefined)[] = [];
    const url = await serving(({ headers }, response) => {
      seen.push(headers.authorization, headers['x-scope'] as string | undefined);
      response.writeHead(200, PLAIN).end(GOOD);
    });
    return { url, seen };
  }
  const redirecting = (location: string) => serving((_, response) => void response.writeHead(302, { location }).end());

  it('are a token from a file, and headers', async () => {
    const { url, seen } = await watched();
    const flags = ['--bearer-token-file', file('token', 'secret\n'), '--header', 'X-Scope: dogs'];
    expect(await runCommand(['check', url, ...flags])).toMatchObject({ status: 0, err: '' });
    expect(seen).toEqual(['Bearer secret', 'dogs']);
  });

  it('in a URL are sent, and not shown', async () => {
    const { url, seen } = await watched();
    const { out, status } = await runCommand(['check', url.replace('//', '//rex:bone@')]);
    expect(status).toBe(0);
    expect(out).not.toContain('bone');
    expect(seen[0]).toBe(`Basic ${Buffer.from('rex:bone').toString('base64')}`);
  });

  it.each([
    ['check', 'http://rex:bone@host:99999/'],
    ['check', 'http://rex:b/o@ne@host:99999/'],
    ['check', 'rex:bone@host:3000/metrics'],
    ['top', 'rex:bone@host:3000/metrics'],
  ])('are not shown by %s %s, which is no URL', async (command, source) => {
    const { status, err } = await runCommand([command, source]);
    expect(status).toBe(2);
    expect(err).toContain('host');
    expect(err).not.toMatch(/rex|bone|ne@/);
  });

  it('do not follow a redirection to another host or port', async () => {
    const { url, seen } = await watched();
    const flags = ['--bearer-token-file', file('token', 'secret'), '--header', 'x-scope: dogs'];
    const start = (await redirecting(url)).replace('//', '//rex:bone@');
    expect(await runCommand(['check', start, ...flags])).toMatchObject({ status: 0 });
    expect(seen).toEqual([undefined, undefined]);
  });

  it('follow a redirection within the same host', async () => {
    const seen: unknown[] = [];
    const url = await serving(({ url: path, headers }, response) => {
      if (path === '/metrics') return void response.writeHead(301, { location: '/other' }).end();
      seen.push(headers.authorization);
      return void response.writeHead(200, PLAIN).end(GOOD);
    });
    const token = file('token', 'secret');
    expect(await runCommand(['check', url, '--bearer-token-file', token])).toMatchObject({ status: 0 });
    expect(seen).toEqual(['Bearer secret']);
  });

  it('that are malformed are refused, and not shown', async () => {
    await expectFailure(['check', 'x', '--bearer-token-file', join(folder, 'none')], /Cannot read the file of/);
    await expectFailure(['check', 'x', '--bearer-token-file', file('two', 'a\nb')], /contain one token/);
    await expectFailure(['check', 'x', '--header', 'secret'], /Expected --header as "name: value"\.\n$/);
    await expectFailure(['check', 'x', '--header', 'a: b\r\nc: d'], /Expected --header/);
  });

  it.each(['ftp://127.0.0.1/x', 'http://'])('a redirection to %s is refused', async (location) => {
    await expectFailure(['check', await redirecting(location)], /redirects to/);
  });

  it('a redirection in a circle ends', async () => {
    const url = await serving((_, response) => void response.writeHead(302, { location: '/metrics' }).end());
    await expectFailure(['check', url], /more than 5 times/);
  });
});

it.each(['2.01', '0.9999'])('a timeout of %s s is one', async (timeout) => {
  expect(await runCommand(['check', await answering(GOOD), '--timeout', timeout])).toMatchObject({
    status: 0,
    err: '',
  });
});

it.each([
  ['check', '--timeout'],
  ['top', '--interval'],
])('%s refuses a %s that a timer cannot wait', async (command, flag) => {
  const { status, err } = await runCommand([command, 'http://127.0.0.1:1/', flag, '3000000']);
  expect(err).toContain('Expected at most 2147483 seconds.');
  expect(status).toBe(2);
});

it('an endpoint with TLS is read if its certificate authority is given', async () => {
  makeCertificates(folder, 'authority', ['server']);
  const read = (name: string) => readFileSync(join(folder, name));
  const server = createTlsServer({ cert: read('server.crt'), key: read('server.key') }, (_, response) => {
    response.writeHead(200, PLAIN).end(GOOD);
  });
  servers.push(server);
  const url = `https://127.0.0.1:${await listen(server)}/metrics`;
  await expectFailure(['check', url], /unable to verify/);
  const trusted = await runCommand(['check', url, '--ca', join(folder, 'authority.crt')]);
  expect(trusted).toMatchObject({ status: 0, err: '' });
  await expectFailure(['check', url, '--ca', join(folder, 'none')], /Cannot read the file of --ca/);
});
