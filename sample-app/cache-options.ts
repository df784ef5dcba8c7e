import { fileURLToPath } from 'node:url';
import { KeyvMemcache } from '@keyv/memcache';
import { createClient, defaultReconnectStrategy } from '@keyv/redis';
import { type CacheOptions } from '@nestjs/cache-manager';
import { Logger } from '@nestjs/common';
import { Keyv, type KeyvStoreAdapter } from 'keyv';
import { CacheFile } from './cache-file.js';
import { CacheRedis } from './cache-redis.js';
import { SettingsError } from './settings-error.js';
import { kindOf, protocolOf } from './url-kind.js';

/**
 * The cache behind a URL: Redis, memcached, or a file as `file:///a/file`; the memory of the process without one.
 * A server that is down costs the cache and nothing else: neither the start nor a request waits for it.
 */
export function cacheOptions(url: string | undefined): CacheOptions {
  if (url === undefined) {
    return {};
  }
  switch (protocolOf(url)) {
    case 'redis:':
    case 'rediss:':
      return storedIn(redis(url));
    case 'memcached:':
      return storedIn(memcached(url));
    case 'file:':
      return storedIn(new CacheFile({ filename: fileOf(url) }));
    default:
      throw unusable(url);
  }
}

/** Keyv reports what fails in a store to whoever listens, and goes on. Each message is told once: they come in floods. */
function storedIn(store: KeyvStoreAdapter): CacheOptions {
  const logger = new Logger('Cache');
  const told = new Set<string>();
  const keyv = new Keyv({ store });
  keyv.on('error', (error: unknown) => {
    const message = error instanceof Error ? error.message : String(error);
    if (!told.has(message)) {
      logger.warn(`The cache failed: ${message}`);
    }
    told.add(message);
  });
  return { stores: [keyv] };
}

/**
 * Connected in the background, again and again. Left to itself the adapter connects on the first request and lets that
 * one wait until Redis is up; and the client queues what it cannot send, which would make all others wait.
 */
function redis(url: string): KeyvStoreAdapter {
  if (!/^\/?\d*$/.test(hostedAt(url).pathname)) {
    throw unusable(url);
  }
  const client = createClient({
    url,
    disableOfflineQueue: true,
    // A Redis that accepts everything and answers nothing is found out within three seconds, by a ping.
    pingInterval: 1000,
    socket: { reconnectStrategy: defaultReconnectStrategy, connectTimeout: 2000, socketTimeout: 2000 },
  });
  const store = new CacheRedis(client);
  // It fails when it is closed before it was ever connected; other failures are tried again and emitted as errors.
  client.connect().catch(() => undefined);
  return store;
}

/** Asked once, for half a second: a second try would make the request wait for nothing. */
function memcached(url: string): KeyvStoreAdapter {
  const { host, pathname, username, password } = hostedAt(url);
  if (!/^\/?$/.test(pathname)) {
    throw unusable(url);
  }
  return new KeyvMemcache(host, {
    username: decodeURIComponent(username),
    password: decodeURIComponent(password),
    retries: 1,
    timeout: 0.5,
    // It would print every failure, which Keyv reports as well.
    logger: { log: () => undefined },
  });
}

function hostedAt(url: string): URL {
  const parsed = new URL(url);
  if (parsed.hostname === '') {
    throw unusable(url);
  }
  return parsed;
}

/** After two slashes comes a host, so `file://cache.json` names no file at all; neither does an encoded slash. */
function fileOf(url: string): string {
  if (!/^file:\/\/\/(?!.*%2f).*[^/]$/i.test(url)) {
    throw unusable(url);
  }
  return fileURLToPath(url);
}

function unusable(url: string): SettingsError {
  return new SettingsError(
    'Expected `CACHE_URL` to be redis://user:password@host:port/number, memcached://user:password@host:port or ' +
      `file:///absolute/path, got ${kindOf(url)}.`,
  );
}
