import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startMemcached, startRedis } from '../support/cache-servers.js';
import { type DatabaseProcess } from '../support/database-process.js';
import { delta, type Exposition } from '../support/exposition.js';
import { type Received, send } from '../support/http-client.js';
import { type Kennel, startKennel } from '../support/kennel.js';
import { needs, type ServiceName } from '../support/services.js';
import { waitUntil } from '../support/wait-until.js';

interface CacheServer {
  readonly backend: string;
  readonly service: ServiceName;
  readonly start: () => Promise<DatabaseProcess>;
}

const SERVERS: readonly CacheServer[] = [
  { backend: 'redis', service: 'redis', start: startRedis },
  { backend: 'memcached', service: 'memcached', start: startMemcached },
];

const SUM_OF_TIMES = 'nestjs_http_request_duration_seconds_sum';
const FORECAST = { method: 'GET', route: '/walks/forecast' };

/** A request for the forecast and what it changed in the cache: `gets 1`, `failures set 1` … */
interface Asked {
  readonly answer: Received;
  readonly counts: readonly string[];
  readonly seconds: number;
}

/** The answer leaves before it is in the cache, so whoever makes a forecast has to wait until it was tried. */
async function ask(kennel: Kennel, backend: string): Promise<Asked> {
  const before = await kennel.quietScrape();
  const answer = await send(kennel.port, { path: '/walks/forecast' });
  if (answer.headers['x-cache'] !== 'HIT') {
    const tried = (exposition: Exposition) =>
      exposition.sum('nestjs_cache_operation_duration_seconds_count', { operation: 'set' });
    await waitUntil('the cache was told', async () => tried(await kennel.scrape()) > tried(before));
  }
  const grown = delta(before, await kennel.quietScrape());
  const counters = grown.changes.filter(({ name }) => /^nestjs_cache_\w+_total$/.test(name));
  for (const { labels } of counters) expect(labels).toMatchObject({ cache: 'default', backend });
  const counts = counters.map(({ name, labels, by }) =>
    [name.slice('nestjs_cache_'.length, -'_total'.length), labels['operation'], by].filter(Boolean).join(' '),
  );
  return { answer, counts: counts.toSorted(), seconds: grown.sum(SUM_OF_TIMES, FORECAST) };
}

async function expectCached(kennel: Kennel, backend: string): Promise<void> {
  const fresh = await ask(kennel, backend);
  expect(fresh.answer.status).toBe(200);
  expect(fresh.counts).toEqual(['gets 1', 'misses 1', 'sets 1']);
  expect(fresh.seconds).toBeGreaterThan(0.19);
  const cached = await ask(kennel, backend);
  expect(cached.counts).toEqual(['gets 1', 'hits 1']);
  expect(JSON.parse(cached.answer.body)).toEqual(JSON.parse(fresh.answer.body));
  expect(cached.seconds).toBeLessThan(0.19);
}

describe.each(['express', 'fastify'] as const)('the sample application on %s', (adapter) => {
  it('has its forecast in memory unless it is told otherwise', async () => {
    const kennel = await startKennel({ adapter });
    await expectCached(kennel, 'memory');
    expect(await kennel.stop()).toBe(0);
  });
});

describe('the sample application with its cache in a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kennel-cache-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const cacheUrl = `file://${folder}/forecasts/cache.json`;

  it('finds what it has cached again when it is started anew', async () => {
    const kennel = await startKennel({ adapter: 'express', cacheUrl });
    await expectCached(kennel, 'file');
    expect(await kennel.stop()).toBe(0);
    const another = await startKennel({ adapter: 'fastify', cacheUrl });
    expect((await ask(another, 'file')).counts).toEqual(['gets 1', 'hits 1']);
    expect(await another.stop()).toBe(0);
  });

  it('answers also when the file cannot be written', async () => {
    const kennel = await startKennel({ adapter: 'express', cacheUrl: `${cacheUrl}/below-a-file.json` });
    const { answer, counts } = await ask(kennel, 'file');
    expect(answer.status).toBe(200);
    expect(counts).toContain('failures set 1');
    expect(await kennel.stop()).toBe(0);
  });
});

for (const { backend, service, start } of SERVERS) {
  // The tests go on from each other: the server is down after the second, and up again after the third.
  needs(service)(`the sample application with its cache in ${backend}`, () => {
    let server: DatabaseProcess;
    let kennel: Kennel;
    let cacheUrl: string;
    beforeAll(async () => {
      server = await start();
      cacheUrl = `${backend}://127.0.0.1:${server.port}`;
      kennel = await startKennel({ adapter: 'express', cacheUrl });
    });
    afterAll(async () => {
      await kennel.stop();
      await server.stop();
    });

    const expectUncached = async () => {
      const { answer, counts } = await ask(kennel, backend);
      expect(answer.status).toBe(200);
      expect(counts).toContain('failures get 1');
      expect(counts).toContain('failures set 1');
      expect(counts).not.toContain('misses 1');
    };

    it('misses the first time and hits the second', () => expectCached(kennel, backend));

    it('answers while the server is down', async () => {
      await server.kill();
      await expectUncached();
      await expectUncached();
    });

    it('caches again when the server is back', async () => {
      await server.restart();
      await waitUntil('the server is found again', async () => {
        return (await send(kennel.port, { path: '/walks/forecast' })).headers['x-cache'] === 'HIT';
      });
      expect((await ask(kennel, backend)).counts).toEqual(['gets 1', 'hits 1']);
    });

    it('starts and answers also without the server', async () => {
      await server.kill();
      expect(await kennel.stop()).toBe(0);
      kennel = await startKennel({ adapter: 'fastify', cacheUrl });
      await expectUncached();
      expect(kennel.output).toContain('The cache failed: ');
    });
  });
}

describe('the sample application with a cache that it does not know', () => {
  it('does not start, and says so in one sentence without the password', async () => {
    const start = startKennel({ adapter: 'express', cacheUrl: 'mongodb://rex:w00f@localhost' });
    const message = await start.then(
      () => 'It started.',
      (error: unknown) => String(error),
    );
    expect(message).toMatch(/\nExpected `CACHE_URL` to be redis:[^\n]+, got another kind of `mongodb:` URL\.\n$/);
    expect(message).not.toContain('w00f');
  });
});
