import { createServer } from 'node:net';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { Deadline } from '../../lib/expose/push/deadline.js';
import { deliver } from '../../lib/expose/push/delivery.js';
import { otlpReceiver } from '../../lib/expose/push/otlp-receiver.js';
import { pushgateway } from '../../lib/expose/push/pushgateway.js';
import { type Receiver } from '../../lib/expose/push/receiver.js';
import { type Answer, OK, PushReceiver } from '../support/push-receiver.js';
import { waitUntil } from '../support/wait-until.js';

const WHOLE_MS = 5000;
const BODY = Buffer.from('up 1\n');

const status =
  (code: number, body = '', headers: Readonly<Record<string, string>> = {}): Answer =>
  (response) =>
    response.writeHead(code, headers).end(body);
const hang: Answer = () => undefined;

function options(url: string) {
  const whenever = { intervalSeconds: undefined, onExit: true, timeoutSeconds: 10 };
  return { url, protocol: 'pushgateway', job: 'test', grouping: {}, headers: {}, ...whenever } as const;
}

async function push(receiver: Receiver, wholeMs = WHOLE_MS, hurry = new AbortController().signal) {
  const deadline = new Deadline(wholeMs);
  try {
    return await deliver(receiver, BODY, { deadline, wholeMs, hurry });
  } finally {
    deadline.end();
  }
}

const pushTo = (url: string, wholeMs?: number) => push(pushgateway(options(url)), wholeMs);

describe('what a Pushgateway is sent', () => {
  it.each([
    ['', {}, '/metrics/job/test'],
    ['/', {}, '/metrics/job/test'],
    ['/behind/a/proxy/', {}, '/behind/a/proxy/metrics/job/test'],
    ['', { a: 'ä b', c: '50%+?#' }, '/metrics/job/test/a/%C3%A4%20b/c/50%25%2B%3F%23'],
    // As the README of the Pushgateway has it.
    ['', { path: '/var/tmp' }, '/metrics/job/test/path@base64/L3Zhci90bXA'],
    ['', { first: '', second: 'foo' }, '/metrics/job/test/first@base64/=/second/foo'],
    ['', { dots: '..' }, '/metrics/job/test/dots@base64/Li4'],
  ])('goes to its group: %s %o', async (path, grouping, expected) => {
    await using server = await PushReceiver.start();
    const receiver = pushgateway({ ...options(server.url + path), grouping });
    expect(await push(receiver)).toBeUndefined();
    const [request] = server.requests;
    expect(request).toMatchObject({ method: 'PUT', path: expected, body: 'up 1\n' });
    expect(request?.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
  });

  it('has the credentials of the address, and the headers of the options', async () => {
    await using server = await PushReceiver.start();
    const url = server.url.replace('//', '//us%40er:pass%3Aword@');
    await push(pushgateway({ ...options(url), headers: { 'X-Scope-OrgID': 'kennel', 'Content-Type': 'text/html' } }));
    const credentials = Buffer.from('us@er:pass:word').toString('base64');
    expect(server.requests[0]?.headers).toMatchObject({
      authorization: `Basic ${credentials}`,
      'x-scope-orgid': 'kennel',
    });
  });
});

describe('a push', () => {
  it.each([500, 502, 503, 429])('is tried again after %i', async (code) => {
    await using server = await PushReceiver.start(status(code), status(code), OK);
    expect(await pushTo(server.url)).toBeUndefined();
    expect(server.requests).toHaveLength(3);
  });

  it.each([400, 401, 404, 413])('is not tried again after %i', async (code) => {
    await using server = await PushReceiver.start(status(code, '\n no such thing \nsecond line'), OK);
    expect(await pushTo(server.url)).toEqual({ reason: `it answered ${code}: no such thing`, tries: 1 });
  });

  it('is not redirected, for the other address would get the credentials', async () => {
    await using other = await PushReceiver.start();
    await using server = await PushReceiver.start(status(307, '', { Location: other.url }));
    const failed = await pushTo(server.url);
    expect(failed?.reason).toMatch(/^it answered 307: redirects are not followed/);
    expect(server.requests).toHaveLength(1);
    expect(other.requests).toEqual([]);
  });

  it('waits as long as Retry-After says', async () => {
    await using server = await PushReceiver.start(status(429, '', { 'Retry-After': '1' }), OK);
    const startedAt = performance.now();
    expect(await pushTo(server.url)).toBeUndefined();
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(990);
  });

  it.each(['3600', new Date(Date.now() + 3_600_000).toUTCString(), '99999999999999999999'])(
    'ends at once when Retry-After is beyond its time: %s',
    async (retryAfter) => {
      await using server = await PushReceiver.start(status(503, 'later', { 'Retry-After': retryAfter }));
      expect(await pushTo(server.url)).toEqual({ reason: 'it answered 503: later', tries: 1 });
    },
  );

  it('is tried again when Retry-After makes no sense', async () => {
    await using server = await PushReceiver.start(status(503, '', { 'Retry-After': 'soon' }), OK);
    expect(await pushTo(server.url)).toBeUndefined();
  });

  it('takes half of its time for a try, so that a receiver that hangs once gets another one', async () => {
    await using server = await PushReceiver.start(hang, OK);
    expect(await pushTo(server.url, 3000)).toBeUndefined();
    expect(server.requests).toHaveLength(2);
  });

  it('ends in its time when the receiver hangs', async () => {
    await using server = await PushReceiver.start(hang);
    const startedAt = performance.now();
    const failed = await pushTo(server.url, 1000);
    expect(failed?.reason).toBe('it did not answer in time');
    expect(performance.now() - startedAt).toBeLessThan(3000);
  });

  it('ends its tries when newer numbers wait', async () => {
    await using server = await PushReceiver.start(status(503));
    const hurry = new AbortController();
    const pushed = push(pushgateway(options(server.url)), 60_000, hurry.signal);
    await waitUntil('it was tried', () => server.requests.length > 0);
    hurry.abort();
    expect(await pushed).toMatchObject({ reason: 'it answered 503' });
  });

  it('ends when it is given up', async () => {
    await using server = await PushReceiver.start(hang);
    const givenUp = new AbortController();
    const deadline = new Deadline(60_000, givenUp.signal);
    const hurry = new AbortController().signal;
    const pushed = deliver(pushgateway(options(server.url)), BODY, { deadline, wholeMs: 60_000, hurry });
    await waitUntil('it was tried', () => server.requests.length > 0);
    givenUp.abort();
    expect(await pushed).toEqual({ reason: 'the push was given up', tries: 1 });
    deadline.end();
  });

  it('reads only the beginning of a refusal, however large and slow it is', async () => {
    let isClosed = false;
    const endless: Answer = (response) => {
      response.on('close', () => (isClosed = true));
      response.writeHead(400);
      response.write('too many labels\n');
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536, 'x')));
      };
      response.on('drain', more);
      more();
    };
    await using server = await PushReceiver.start(endless);
    expect(await pushTo(server.url)).toEqual({ reason: 'it answered 400: too many labels', tries: 1 });
    await waitUntil('the answer is left', () => isClosed);
  });

  it('shortens what a refusal says', async () => {
    await using server = await PushReceiver.start(status(400, 'x'.repeat(100_000)));
    expect((await pushTo(server.url))?.reason).toBe(`it answered 400: ${'x'.repeat(200)}…`);
  });

  it('has a refusal that hangs in the middle', async () => {
    await using server = await PushReceiver.start((response) => void response.writeHead(400).write('half a re'));
    expect(await pushTo(server.url, 1000)).toEqual({ reason: 'it answered 400: half a re', tries: 1 });
  });

  it('is taken when the status says so, also when the answer hangs in the middle', async () => {
    await using server = await PushReceiver.start((response) => void response.writeHead(200).write('an endless'));
    expect(await pushTo(server.url, 1000)).toBeUndefined();
  });

  it('says which garbage it got', async () => {
    const server = createServer((socket) => void socket.end('SSH-2.0-OpenSSH_9.2\r\n'));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as { port: number };
    const failed = await pushTo(`http://127.0.0.1:${port}`, 1000);
    server.close();
    expect(failed?.reason).toMatch(/^it could not be reached: .*HPE_INVALID/);
    expect(failed?.tries).toBeGreaterThan(1);
  });

  it('says that nobody listens, and that there is no such host', async () => {
    const server = await PushReceiver.start();
    const url = server.url.replace('127.0.0.1', 'localhost');
    await server[Symbol.asyncDispose]();
    const refused = await pushTo(url, 1000);
    expect(refused?.reason).toMatch(/^it could not be reached: .*ECONNREFUSED/);
    const unknown = await pushTo('http://no-such-host.invalid', 1000);
    expect(unknown?.reason).toMatch(/^it could not be reached: getaddrinfo .*no-such-host\.invalid/);
  });

  it('leaves no connection', async () => {
    await using server = await PushReceiver.start();
    expect(await pushTo(server.url)).toBeUndefined();
    await waitUntil('the connection is closed', async () => (await server.connections) === 0, { timeoutMs: 2000 });
  });
});

describe('a push to an OTLP receiver', () => {
  const pushOtlp = (url: string) => push(otlpReceiver({ ...options(url), protocol: 'otlp' }, '1.2.3'));

  it('goes to the whole address with POST', async () => {
    await using server = await PushReceiver.start();
    expect(await pushOtlp(`${server.url}/v1/metrics?tenant=a`)).toBeUndefined();
    expect(server.requests[0]).toMatchObject({ method: 'POST', path: '/v1/metrics?tenant=a' });
    expect(server.requests[0]?.headers['content-type']).toBe('application/json');
  });

  it.each(['', '{}', '{"partialSuccess":{}}', '{"partialSuccess":{"errorMessage":"old names"}}', 'null', 'ok'])(
    'is taken when the answer is %j',
    async (answer) => {
      await using server = await PushReceiver.start(status(200, answer));
      expect(await pushOtlp(server.url)).toBeUndefined();
    },
  );

  it('has failed when some points were refused, and is not tried again', async () => {
    const answer = { partialSuccess: { rejectedDataPoints: '3', errorMessage: 'out of order' } };
    await using server = await PushReceiver.start(status(200, JSON.stringify(answer)));
    expect(await pushOtlp(server.url)).toEqual({ reason: 'it refused 3 data points: out of order', tries: 1 });
  });
});
