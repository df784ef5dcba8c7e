import { type CanActivate, type Type } from '@nestjs/common';
import { type AuthOptions } from '../access/auth.options.js';
import { plainPath } from '../serving/plain-path.js';
import { type RedisClient } from './redis/client.js';

/** The routes of the monitor. Given apart from the rest in `forRootAsync`: Nest needs them before it can inject. */
export interface MonitorRouteOptions {
  /**
   * Path of the page. The global prefix and versioning do not apply to it. `data.json`, `nagios.xml` and the files of the
   * page are below it.
   *
   * @defaultValue `'/monitor'`
   */
  readonly path?: string;

  /**
   * Guards of these routes, after the global ones. A request that passes them is answered, from any address.
   *
   * @defaultValue none: without `auth`, every request gets 403, except with `NODE_ENV=development` those from the same
   *   machine
   */
  readonly guards?: readonly (Type<CanActivate> | CanActivate)[];

  /**
   * Class decorators for these routes, such as the `Public()` that your global guard looks for.
   *
   * @defaultValue none
   */
  readonly decorators?: readonly ClassDecorator[];
}

/** A Redis that several processes share. */
export interface RedisStoreOptions {
  /**
   * A client of ioredis or node-redis, which you close yourself, or a URL (`redis://`, `rediss://`) for a connection of
   * its own through the one of the two that is installed. Requests never wait for it.
   */
  readonly redis: RedisClient | string;

  /**
   * Prefix of every key, so that several applications can share a Redis and keep separate numbers. With a Redis Cluster
   * it must contain a hash tag, such as `{shop}:`. Leave it out to share the keys of django-redis-monitor.
   *
   * @defaultValue none
   */
  readonly keyPrefix?: string;
}

/** A directory that all processes of a host share. */
export interface DirectoryStoreOptions {
  /**
   * Path of a directory that only the user of the process may write to. It is created if it is missing, with its parents.
   * Its path has at most 84 bytes on Linux and 80 on macOS, because there are Unix sockets in it. Use a local file
   * system, not one that several hosts share.
   */
  readonly directory: string;

  /**
   * The application that the directory belongs to. Processes with another name do not start while it is in use.
   *
   * @defaultValue the `name` of the `package.json` nearest to the working directory
   */
  readonly name?: string;
}

/** A port that only clients on the same machine can reach. */
export interface ListenOptions {
  /** From 0 to 65535. With 0 the system chooses a free port, which is logged. A port in use does not stop the boot. */
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
   * Who may see the monitor: a token, users, addresses. It applies to all its routes, after your guards, and to the port
   * of `listen`. On the routes inside the application, requests that fulfil it are answered from any address. At boot
   * all routes are tried without credentials: if one answers, the application does not start.
   *
   * @defaultValue none: only the guards decide
   */
  readonly auth?: AuthOptions;

  /**
   * Serves the monitor on a loopback port too, without guards but with `auth`. Proxies in front of the application do not reach it. From
   * another machine, use `ssh -L` or `kubectl port-forward`.
   *
   * @defaultValue none: the monitor has only its routes inside the application
   */
  readonly listen?: ListenOptions;

  /**
   * Where the numbers are kept. `'memory'`: in this process, for this process only, until it ends. A directory: for all
   * processes of a host together, which write two small files a second each. Redis: for all processes and hosts
   * together, with one round trip a second from each process.
   *
   * @defaultValue `'memory'`
   */
  readonly store?: 'memory' | RedisStoreOptions | DirectoryStoreOptions;

  /**
   * Requests that are not counted: a string is an exact path, a RegExp is searched for in the path. Requests to the
   * monitor itself are never counted. SQL statements of ignored requests are counted.
   *
   * @defaultValue none
   */
  readonly ignore?: readonly (string | RegExp)[];

  /**
   * `true` keeps no history: the page shows only totals. Redis then holds two hashes and the list of
   * processes, and a directory one file of counts per process.
   *
   * @defaultValue `false`
   */
  readonly totalsOnly?: boolean;

  /**
   * Hours that Redis keeps its history, from 1 to 744. Memory, a directory and the page keep at most 24. A day takes about 0.5 MB in
   * each process, and an hour about 100 kB in Redis.
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
  readonly auth: AuthOptions | undefined;
  readonly listen: ResolvedListenOptions | undefined;
  readonly store: 'memory' | RedisStoreOptions | DirectoryStoreOptions;
  readonly ignore: readonly (string | RegExp)[];
  readonly totalsOnly: boolean;
  readonly retentionHours: number;
}

export function resolveMonitorOptions(options: MonitorOptions): ResolvedMonitorOptions {
  return {
    path: monitorPath(options.path),
    isGuarded: (options.guards ?? []).length > 0,
    auth: options.auth,
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
