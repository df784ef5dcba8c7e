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
 * The cache for a URL: Redis, memcached, or a file as `file:///a/file`; without a URL, the memory of the process. If
 * the server is down, only caching is lost: the start does not wait for it, and a request waits at most half a second.
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

/** Keyv emits errors of a store and continues. Each message is logged once, because they come in floods. */
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
 * Connects in the background, with retries. By default the adapter connects on the first request and lets that request
 * wait until Redis is up. The client would also queue commands, and other requests would wait for them.
 */
function redis(url: string): KeyvStoreAdapter {
  if (!/^\/?\d*$/.test(hostedAt(url).pathname)) {
    throw unusable(url);
  }
  const client = createClient({
    url,
    disableOfflineQueue: true,
    // The ping detects within three seconds a Redis that accepts connections but does not answer.
    pingInterval: 1000,
    socket: { reconnectStrategy: defaultReconnectStrategy, connectTimeout: 2000, socketTimeout: 2000 },
  });
  const store = new CacheRedis(client);
  // Rejects if the client is closed before it was connected; other errors are retried and emitted as events.
  client.connect().catch(() => undefined);
  return store;
}

/** One try, with a timeout of half a second: a retry would only delay the request. */
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
    // The client would log every error, and Keyv emits it too.
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

/**
 * After two slashes comes a host, so `file://cache.json` contains no path. An encoded slash is not allowed in a path
 * either.
 */
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
