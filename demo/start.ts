import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryPath } from '../test/support/examples.js';
import { freePortsInARow } from '../test/support/free-ports.js';
import { type Kennel, startKennel } from '../test/support/kennel.js';
import { driveLoad } from '../test/support/load-driver.js';
import { PostgresServer } from '../test/support/postgres-server.js';
import { PROGRAMS } from '../test/support/programs.js';
import { type PrometheusServer, startPrometheus } from '../test/support/prometheus-server.js';
import { startRedis, urlOf } from '../test/support/redis/redis-server.js';
import { BarkingClient } from './barking-client.js';
import { type Part } from './part.js';
import { portOrAny } from './ports.js';
import { prometheusConfig } from './prometheus-config.js';
import { strayDogs, visits } from './visits.js';

/** The ports that are tried first. */
export const PORTS = { application: 3000, metrics: 9464, prometheus: 9090 };

const REQUESTS_PER_SECOND = 20;
const CONSOLE_FLAGS = [
  `--web.console.templates=${repositoryPath('examples/prometheus/consoles')}`,
  `--web.console.libraries=${repositoryPath('examples/prometheus/console_libraries')}`,
];

export interface Demo {
  readonly kennel: Kennel;
  readonly prometheus: PrometheusServer;
}

/** Starts everything, and adds each process to the parts as soon as it runs. */
export async function startDemo(parts: Part[]): Promise<Demo> {
  const kennel = await startKennel({
    adapter: 'express',
    port: await portOrAny(PORTS.application),
    metricsPort: await portOrAny(PORTS.metrics),
    hasDoors: true,
    messagesPort: await freePortsInARow(1),
    ...(await startServers(parts)),
  });
  parts.push({ name: 'The sample application', process: kennel });
  await driveLoad(kennel.port, strayDogs());
  parts.push({ name: 'The client of the WebSocket', process: new BarkingClient(kennel.port) });
  void driveLoad(kennel.port, visits(REQUESTS_PER_SECOND), { concurrency: 2 * REQUESTS_PER_SECOND });
  const configFile = join(kennel.folder, 'prometheus.yml');
  writeFileSync(configFile, prometheusConfig(`localhost:${kennel.metricsPort}`));
  const prometheus = await startPrometheus(
    { configFile },
    { port: await portOrAny(PORTS.prometheus), flags: CONSOLE_FLAGS },
  );
  parts.push({ name: 'Prometheus', process: prometheus });
  return { kennel, prometheus };
}

interface Urls {
  databaseUrl?: string;
  cacheUrl?: string;
  queueUrl?: string;
}

/** PostgreSQL and Redis, if this machine has them: SQLite has no connection pool, and the memory of a process never fails. */
async function startServers(parts: Part[]): Promise<Urls> {
  const urls: Urls = {};
  if (PROGRAMS.postgres.isInstalled()) {
    const postgres = await PostgresServer.start();
    parts.push({ name: 'PostgreSQL', process: postgres });
    urls.databaseUrl = postgres.url();
  }
  if (PROGRAMS.redis.isInstalled()) {
    const redis = await startRedis();
    parts.push({ name: 'Redis', process: redis });
    urls.cacheUrl = urls.queueUrl = urlOf(redis);
  }
  return urls;
}
