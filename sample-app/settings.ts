import { type Adapter, ADAPTERS } from './kennel.js';
import { SettingsError } from './settings-error.js';

/** Settings from environment variables. A variable that is set but empty counts as unset. */
export interface Settings {
  /** `ADAPTER`: the HTTP server below Nest, `express` (default) or `fastify`. */
  readonly adapter: Adapter;

  /** `CACHE_URL`: see `cacheOptions`; the memory of the process by default. */
  readonly cacheUrl: string | undefined;

  /** `DATABASE_URL`: see `dataSourceOptions`; a SQLite file by default. */
  readonly databaseUrl: string | undefined;

  /** `DOORS`: `on` (default), or `off`: HTTP only, which starts faster. */
  readonly hasDoors: boolean;

  /** `HOST`: the address to listen on; `127.0.0.1` by default, so that only this machine can connect. */
  readonly host: string;

  /** `MESSAGES_PORT`: where messages over TCP are answered. By default they are not. */
  readonly messagesPort: number | undefined;

  /** `METRICS_PORT`: a port of its own for the metrics; 0 selects any free port. By default there is none. */
  readonly metricsPort: number | undefined;

  /** `METRICS_TOKEN_FILE`: a file with the token that the metrics ask for; by default they ask for none. */
  readonly metricsTokenFile: string | undefined;

  /**
   * `MONITOR_URL`: a Redis shared by all processes of the application; by default each process shows its own numbers.
   */
  readonly monitorUrl: string | undefined;

  /** `PENDING_MIGRATIONS`: how many migrations are not executed at the start, 0 or 1 (default). */
  readonly pendingMigrations: number;

  /** `PORT`: 3000 by default; 0 selects any free port. */
  readonly port: number;

  /** `QUEUE_URL`: the Redis of a queue; by default there is no queue. */
  readonly queueUrl: string | undefined;
}

export function readSettings(env: NodeJS.ProcessEnv): Settings {
  return {
    adapter: readAdapter(env.ADAPTER || 'express'),
    cacheUrl: env.CACHE_URL || undefined,
    databaseUrl: env.DATABASE_URL || undefined,
    hasDoors: readSwitch('DOORS', env.DOORS || 'on'),
    messagesPort: env.MESSAGES_PORT ? readPort('MESSAGES_PORT', env.MESSAGES_PORT) : undefined,
    metricsPort: env.METRICS_PORT ? readPort('METRICS_PORT', env.METRICS_PORT) : undefined,
    metricsTokenFile: env.METRICS_TOKEN_FILE || undefined,
    monitorUrl: env.MONITOR_URL || undefined,
    pendingMigrations: readPendingMigrations(env.PENDING_MIGRATIONS || '1'),
    host: env.HOST || '127.0.0.1',
    port: readPort('PORT', env.PORT || '3000'),
    queueUrl: env.QUEUE_URL || undefined,
  };
}

function readSwitch(name: string, text: string): boolean {
  if (text === 'on' || text === 'off') return text === 'on';
  throw new SettingsError(`Expected ${name} to be on or off, got ${JSON.stringify(text)}.`);
}

function readAdapter(text: string): Adapter {
  const adapter = ADAPTERS.find((known) => known === text);
  if (adapter === undefined) {
    throw new SettingsError(`Expected \`ADAPTER\` to be ${ADAPTERS.join(' or ')}, got "${text}".`);
  }
  return adapter;
}

function readPendingMigrations(text: string): number {
  if (text !== '0' && text !== '1') {
    throw new SettingsError(`Expected \`PENDING_MIGRATIONS\` to be 0 or 1, got "${text}".`);
  }
  return Number(text);
}

function readPort(variable: string, text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Infinity;
  if (port > 65_535) {
    throw new SettingsError(
      `Expected \`${variable}\` to be a whole number from 0 (any free port) to 65535, got "${text}".`,
    );
  }
  return port;
}
