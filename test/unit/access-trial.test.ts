import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Lock } from '../../lib/access/lock.js';
import { assertLocked, assertPortLocked } from '../../lib/access/trial.js';
import { listen } from '../support/listen.js';

type Handler = (request: IncomingMessage, response: ServerResponse) => unknown;

const lock = Lock.of({ allow: ['127.0.0.1'] }, () => undefined);
const locked: Handler = async (request, response) => {
  const refusal = await lock.check(request);
  response.writeHead(refusal?.status ?? 200).end();
};

const problem = (got: string) =>
  `Expected /metrics to refuse a request without credentials, because \`auth\` is given, got ${got}: look for what replaces the provider or the controller of this route.`;

const OPEN: readonly [string, Handler, string][] = [
  ['answers', (_, response) => void response.end('woof'), 'an answer with status 200'],
  ['streams', (_, response) => void response.writeHead(206).write('woof'), 'an answer with status 206'],
  ['keeps the connection', (_, response) => response.writeHead(200).flushHeaders(), 'an answer with status 200'],
  ['redirects', (_, response) => void response.writeHead(307).end(), 'an answer with status 307'],
  ['does not know the way', (_, response) => void response.writeHead(404).end(), 'an answer with status 404'],
];

describe('the trial of a handler', () => {
  it('passes if it is locked', () => expect(assertLocked('/metrics', locked)).resolves.toBeUndefined());

  it.each(OPEN)('fails if it %s', async (_, handler, got) => {
    await expect(assertLocked('/metrics', handler)).rejects.toThrow(new TypeError(problem(got)));
  });

  it.each<[string, Handler]>([
    [
      'throws',
      () => {
        throw new Error('woof');
      },
    ],
    ['rejects', () => Promise.reject(new Error('woof'))],
  ])('fails if it %s', async (_, handler) => {
    await expect(assertLocked('/metrics', handler)).rejects.toThrow(problem('Error: woof'));
  });

  it('fails if it does not answer', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const error = assertLocked('/metrics', () => undefined).catch(String);
    await vi.advanceTimersByTimeAsync(5000);
    expect(await error).toBe(`TypeError: ${problem('Error: no answer within 5 s')}`);
    vi.useRealTimers();
  });
});

describe('the trial of a port', () => {
  let stop: () => void = () => undefined;
  afterEach(() => stop());

  async function targetOf(handler: Handler) {
    const server = createServer(handler);
    stop = () => {
      server.close();
      server.closeAllConnections();
    };
    return { host: '127.0.0.1', port: await listen(server), path: '/metrics', isTls: false };
  }

  it('passes if it is locked, even if this address is allowed', async () => {
    await expect(assertPortLocked('/metrics', await targetOf(locked))).resolves.toBeUndefined();
  });

  it('passes if the connection is closed', async () => {
    const target = await targetOf((request) => request.socket.destroy());
    await expect(assertPortLocked('/metrics', target)).resolves.toBeUndefined();
  });

  it.each(OPEN)('fails if it %s', async (_, handler, got) => {
    await expect(assertPortLocked('/metrics', await targetOf(handler))).rejects.toThrow(new TypeError(problem(got)));
  });

  it('fails if nobody listens', async () => {
    const target = await targetOf(locked);
    stop();
    await expect(assertPortLocked('/metrics', target)).rejects.toThrow('ECONNREFUSED');
  });
});
