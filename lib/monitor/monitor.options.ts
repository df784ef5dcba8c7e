import { type CanActivate, type Type } from '@nestjs/common';
import { plainPath } from '../serving/plain-path.js';
import { type RedisClient } from './redis/client.js';

/** The routes of the monitor. Given apart from the rest in `forRootAsync`: Nest needs them before it can inject. */
export interface MonitorRouteOptions {
  /**
   * Where the page is served, outside the global prefix and versioning; `data.json`, `nagios.xml` and what the page
   * needs are below it.
   *
   * @defaultValue `'/monitor'`
   */
  readonly path?: string;

  /**
   * Guards of these routes, after the global ones: who passes them may look, from wherever.
   *
   * @defaultValue none, and then everybody gets 403, but with `NODE_ENV=development` for clients on the same machine
   */
  readonly guards?: readonly (Type<CanActivate> | CanActivate)[];

  /**
   * Decorators for these routes, such as the `Public()` by which your global guard lets a route pass.
   *
   * @defaultValue none
   */
  readonly decorators?: readonly ClassDecorator[];
}

/** A Redis that all processes share. */
export interface RedisStoreOptions {
  /**
   * A client of ioredis or node-redis, which stays yours to close, or a URL (`redis://`, `rediss://`) for a connection
   * of its own, with whichever of the two is installed. The application never waits for it.
   */
  readonly redis: RedisClient | string;

  /**
   * Before every key, so that several applications can share a Redis without being added up. With a Redis Cluster it
   * has to contain a hash tag, such as `{shop}:`. django-redis-monitor has none.
   *
   * @defaultValue none
   */
  readonly keyPrefix?: string;
}

/** A port that only clients on the same machine can reach. */
export interface ListenOptions {
  /** From 0 to 65535; 0 takes any free one, and the log tells which. One that is taken does not stop the boot. */
  readonly port: number;

  /**
   * The loopback address to listen on.
   *
   * @defaultValue `'127.0.0.1'`
   */
  readonly host?: string;
}

/** What `forRootAsync` can inject: everything but the routes. */
export interface MonitorFactoryOptions {
  /**
   * Serves the monitor on a loopback port as well, apart from the application and without guards: no proxy of the
   * application leads there. From elsewhere it is reached by `ssh -L` or `kubectl port-forward`.
   *
   * @defaultValue none: the routes inside the application are all there is
   */
  readonly listen?: ListenOptions;

  /**
   * Where the numbers are kept. `'memory'`: in this process, which tells of itself alone and forgets when it ends.
   * Redis: all processes and hosts together, one round trip a second each.
   *
   * @defaultValue `'memory'`
   */
  readonly store?: 'memory' | RedisStoreOptions;

  /**
   * Requests that are not counted: a string is an exact path, a RegExp is searched for in the path. Those of the monitor
   * itself never are. Their SQL statements are counted all the same.
   *
   * @defaultValue none
   */
  readonly ignore?: readonly (string | RegExp)[];

  /**
   * `true` keeps no history: the page shows totals, and a Redis holds two hashes beside who reports.
   *
   * @defaultValue `false`
   */
  readonly totalsOnly?: boolean;

  /**
   * Hours after which Redis forgets an hour, from 1 to 744; memory and the page do after 24 at the latest. A day takes
   * half a megabyte of each process, and an hour some 100 kB of Redis.
   *
   * @defaultValue `24`
   */
  readonly retentionHours?: number;
}

export interface MonitorOptions extends MonitorFactoryOptions, MonitorRouteOptions {}

export type ResolvedListenOptions = Required<ListenOptions>;

/** Every option with its value. */
export interface ResolvedMonitorOptions {
  readonly path: string;
  readonly isGuarded: boolean;
  readonly listen: ResolvedListenOptions | undefined;
  readonly store: 'memory' | RedisStoreOptions;
  readonly ignore: readonly (string | RegExp)[];
  readonly totalsOnly: boolean;
  readonly retentionHours: number;
}

export function resolveMonitorOptions(options: MonitorOptions): ResolvedMonitorOptions {
  return {
    path: monitorPath(options.path),
    isGuarded: (options.guards ?? []).length > 0,
    listen: options.listen && { host: options.listen.host ?? '127.0.0.1', port: options.listen.port },
    store: options.store ?? 'memory',
    ignore: options.ignore ?? [],
    totalsOnly: options.totalsOnly ?? false,
    retentionHours: options.retentionHours ?? 24,
  };
}

/** With its leading slash, and without one at the end. */
export function monitorPath(path = '/monitor'): string {
  return plainPath(path);
}
