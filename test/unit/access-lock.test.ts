import { type IncomingMessage } from 'node:http';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { type AuthOptions } from '../../lib/access/auth.options.js';
import { Lock } from '../../lib/access/lock.js';
import { lockPlanOf } from '../../lib/access/lock-plan.js';
import { TRIAL_HEADERS } from '../../lib/access/trial-request.js';
import { cheapPasswordHash } from '../support/cheap-password-hash.js';

const folder = mkdtempSync(join(tmpdir(), 'lock-'));
const file = join(folder, 'token');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let faults: unknown[] = [];
afterEach(() => {
  faults = [];
  vi.useRealTimers();
});

interface Asked {
  readonly from?: string | undefined;
  readonly authorization?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly authorized?: boolean;
}

function requestOf({ from = '192.0.2.7', authorization, headers = {}, authorized }: Asked): IncomingMessage {
  const socket = { remoteAddress: from, authorized, getPeerX509Certificate: () => (authorized ? {} : undefined) };
  return { socket, headers: { ...headers, authorization }, rawHeaders: [] } as unknown as IncomingMessage;
}

const lockOf = (auth: AuthOptions) => Lock.of(auth, (error) => faults.push(error));
const statusOf = async (lock: Lock, asked: Asked = {}) => (await lock.check(requestOf(asked)))?.status ?? 'open';
const basic = (user: string, password: string) => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

describe('a lock with a bearer token', () => {
  it('opens for this token only', async () => {
    const lock = lockOf({ bearerToken: 'woof' });
    expect(await statusOf(lock, { authorization: 'Bearer woof' })).toBe('open');
    expect(await statusOf(lock, { authorization: 'bEARER  woof' })).toBe('open');
    for (const wrong of [
      'Bearer wooF',
      'Bearer woo',
      'Bearer woofs',
      'Bearer woof woof',
      'Token woof',
      'woof',
      basic('woof', 'woof'),
    ]) {
      expect([wrong, await statusOf(lock, { authorization: wrong })]).toEqual([wrong, 401]);
    }
    expect(await statusOf(lock)).toBe(401);
    expect(faults).toEqual([]);
  });

  it('says how to be let in and nothing else', async () => {
    const lock = lockOf({ bearerToken: 'woof' });
    const refusal = { status: 401, text: 'Unauthorized.', headers: { 'WWW-Authenticate': 'Bearer realm="metrics"' } };
    expect(await lock.check(requestOf({}))).toEqual(refusal);
    expect(await lock.check(requestOf({ authorization: 'Bearer wrong' }))).toEqual(refusal);
  });

  it('in a file opens for the token that it has now, and is closed without one', async () => {
    const lock = lockOf({ bearerToken: { file } });
    const asked = { authorization: 'Bearer woof' };
    expect(await statusOf(lock, asked)).toBe(401);
    writeFileSync(file, 'woof\n');
    expect(await statusOf(lock, asked)).toBe('open');
    writeFileSync(file, '\n');
    expect(await statusOf(lock, asked)).toBe(401);
    expect(await statusOf(lock, { authorization: 'Bearer ' })).toBe(401);
    expect(faults.map(String)).toEqual([
      `Error: The token file ${file} cannot be read (ENOENT): every request is refused until it contains a token.`,
      `Error: The token file ${file} is empty: every request is refused until it contains a token.`,
    ]);
  });

  it('in a file that is missing says so at boot', async () => {
    await lockOf({ bearerToken: { file: join(folder, 'none') } }).checkFile();
    expect(faults).toHaveLength(1);
    await lockOf({ bearerToken: 'woof' }).checkFile();
    expect(faults).toHaveLength(1);
  });
});

describe('a lock with a function', () => {
  it.each<[string, unknown, 401 | 'open']>([
    ['true', () => true, 'open'],
    ['true later', () => Promise.resolve(true), 'open'],
    ['false', () => false, 401],
    ['a truthy value', () => 'yes', 401],
    ['a truthy value later', () => Promise.resolve({ sub: 'rex' }), 401],
    ['nothing', () => undefined, 401],
  ])('that answers %s is no error', async (_, bearerToken, expected) => {
    const lock = lockOf({ bearerToken: bearerToken as () => boolean });
    expect(await statusOf(lock, { authorization: 'Bearer woof' })).toBe(expected);
    expect(faults).toEqual([]);
  });

  it('gets the token, and is asked only if there is one', async () => {
    const tokens: string[] = [];
    const lock = lockOf({ bearerToken: (token) => tokens.push(token) > 0 });
    await statusOf(lock);
    await statusOf(lock, { authorization: basic('a', 'b') });
    expect(await statusOf(lock, { authorization: 'Bearer a.b-c=' })).toBe('open');
    expect(tokens).toEqual(['a.b-c=']);
  });

  it.each<[string, () => boolean | Promise<boolean>]>([
    [
      'throws',
      () => {
        throw new Error('woof');
      },
    ],
    ['rejects', () => Promise.reject(new Error('woof'))],
  ])('that %s is closed', async (_, bearerToken) => {
    expect(await statusOf(lockOf({ bearerToken }), { authorization: 'Bearer woof' })).toBe(401);
    expect(faults.map(String)).toEqual(['Error: woof']);
  });

  it('that hangs is closed at its deadline, and few calls of it are under way', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    let calls = 0;
    const hanging = () => new Promise<boolean>(() => void (calls += 1));
    const lock = lockOf({ bearerToken: hanging });
    const asked = Array.from({ length: 200 }, () => statusOf(lock, { authorization: 'Bearer woof' }));
    await vi.advanceTimersByTimeAsync(5000);
    const statuses = await Promise.all(asked);
    expect(statuses.filter((status) => status === 401)).toHaveLength(32);
    expect(statuses.filter((status) => status === 503)).toHaveLength(168);
    expect(calls).toBe(32);
    expect(new Set(faults.map(String))).toEqual(
      new Set(['Error: The function of `auth.bearerToken` did not answer within 5 s: the request is refused.']),
    );
  });

  it('that another thread should have is closed', async () => {
    const lock = new Lock(lockPlanOf({ bearerToken: () => true }), { failed: (error) => faults.push(error) });
    expect(await statusOf(lock, { authorization: 'Bearer woof' })).toBe(401);
    expect(faults).toHaveLength(1);
  });
});

describe('a lock with an address list', () => {
  it('opens for these addresses only, and does not say why', async () => {
    const lock = lockOf({ allow: ['192.0.2.0/24', '::1'] });
    expect(await statusOf(lock)).toBe('open');
    expect(await statusOf(lock, { from: '::ffff:192.0.2.9' })).toBe('open');
    expect(await statusOf(lock, { from: '::1' })).toBe('open');
    expect(await statusOf(lock, { from: '127.0.0.1' })).toBe(403);
    expect(await statusOf(lock, { from: '' })).toBe(403);
    expect(await lock.check(requestOf({ from: '127.0.0.1' }))).toEqual({
      status: 403,
      text: 'Forbidden.',
      headers: {},
    });
  });

  it('ignores X-Forwarded-For, unless a proxy is trusted', async () => {
    const forwarded = { headers: { 'x-forwarded-for': '192.0.2.7' } };
    expect(await statusOf(lockOf({ allow: ['192.0.2.7'] }), { from: '10.0.0.7', ...forwarded })).toBe(403);
    const trusting = lockOf({ allow: ['192.0.2.7'], trustProxy: ['10.0.0.7'] });
    expect(await statusOf(trusting, { from: '10.0.0.7', ...forwarded })).toBe('open');
    expect(await statusOf(trusting, { from: '10.0.0.8', ...forwarded })).toBe(403);
    expect(await statusOf(trusting, { from: '10.0.0.7' })).toBe(403);
  });
});

describe('a lock with several conditions', () => {
  it('opens if all of them hold', async () => {
    const lock = new Lock(lockPlanOf({ bearerToken: 'woof', allow: ['192.0.2.7'] }, true), {
      failed: (error) => faults.push(error),
    });
    const right = { authorization: 'Bearer woof', authorized: true };
    expect(await statusOf(lock, right)).toBe('open');
    expect(await statusOf(lock, { ...right, from: '192.0.2.8' })).toBe(403);
    expect(await statusOf(lock, { ...right, authorized: false })).toBe(403);
    expect(await statusOf(lock, { authorization: 'Bearer woof' })).toBe(403);
    expect(await statusOf(lock, { ...right, authorization: 'Bearer wrong' })).toBe(401);
  });

  it('of user and address verifies no password for other addresses', async () => {
    const hash = cheapPasswordHash('woof');
    const lock = lockOf({ basic: [{ user: 'rex', hash }], allow: ['192.0.2.7'] });
    expect(await statusOf(lock, { authorization: basic('rex', 'woof'), from: '192.0.2.8' })).toBe(403);
    expect(await statusOf(lock, { authorization: basic('rex', 'woof') })).toBe('open');
    expect(await lock.check(requestOf({}))).toMatchObject({
      status: 401,
      headers: { 'WWW-Authenticate': 'Basic realm="metrics", charset="UTF-8"' },
    });
  });
});

describe('a lock', () => {
  it('can be planned here and opened in another thread', async () => {
    const plan = lockPlanOf({ bearerToken: { file }, allow: ['192.0.2.7'], trustProxy: ['10.0.0.7'] }, true);
    expect(structuredClone(plan)).toEqual(plan);
    expect(structuredClone(lockPlanOf({ bearerToken: () => true }))).toMatchObject({ bearer: { from: 'function' } });
  });

  it.each([
    {},
    { socket: null, headers: {} },
    {
      headers: {},
      get socket() {
        throw new Error('The socket has been disconnected');
      },
    },
  ])('is closed for a request that cannot be read', async (request) => {
    const lock = lockOf({ allow: ['192.0.2.7'] });
    expect((await lock.check(request as unknown as IncomingMessage))?.status).toBe(403);
    const bearer = lockOf({ bearerToken: 'woof' });
    expect((await bearer.check(request as unknown as IncomingMessage))?.status).toBe(401);
  });

  it('is tried from an address that is not allowed', async () => {
    const lock = lockOf({ allow: ['0.0.0.0/1', '192.0.2.7'] });
    expect(await statusOf(lock, { headers: TRIAL_HEADERS })).toBe(403);
    const forged = Object.fromEntries(Object.keys(TRIAL_HEADERS).map((name) => [name, 'guess']));
    expect(await statusOf(lock, { headers: forged })).toBe('open');
  });
});
