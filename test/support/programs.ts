import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { MARIADBD } from './mariadb-server.js';
import { postgresBinary } from './postgres-server.js';
import { HAPROXY, NGINX } from './proxies.js';
import { MOSQUITTO, RABBITMQ } from './rpc/brokers.js';

/** A program that does not come from npm. */
export interface Program {
  /** Debian's package that brings it. */
  readonly debianPackage: string;
  readonly isInstalled: () => boolean;
}

export const PROGRAMS = {
  prometheus: { debianPackage: 'prometheus', isInstalled: () => isOnPath('prometheus') },
  pushgateway: {
    debianPackage: 'prometheus-pushgateway',
    isInstalled: () => isOnPath('prometheus-pushgateway'),
  },
  postgres: { debianPackage: 'postgresql', isInstalled: () => postgresBinary('postgres') !== undefined },
  mariadb: { debianPackage: 'mariadb-server', isInstalled: () => isExecutable(MARIADBD) },
  redis: { debianPackage: 'redis-server', isInstalled: () => isOnPath('redis-server') },
  memcached: { debianPackage: 'memcached', isInstalled: () => isOnPath('memcached') },
  nats: { debianPackage: 'nats-server', isInstalled: () => isOnPath('nats-server') },
  mosquitto: { debianPackage: 'mosquitto', isInstalled: () => isExecutable(MOSQUITTO) },
  rabbitmq: { debianPackage: 'rabbitmq-server', isInstalled: () => isExecutable(RABBITMQ) },
  chromium: { debianPackage: 'chromium', isInstalled: () => isOnPath('chromium') },
  nginx: { debianPackage: 'nginx-light', isInstalled: () => isExecutable(NGINX) },
  haproxy: { debianPackage: 'haproxy', isInstalled: () => isExecutable(HAPROXY) },
  promtool: { debianPackage: 'prometheus', isInstalled: () => isOnPath('promtool') },
  // Debian's own Python: another one that is first on PATH does not see Debian's modules.
  prometheus_client: {
    debianPackage: 'python3-prometheus-client',
    isInstalled: () => spawnSync('/usr/bin/python3', ['-c', 'import prometheus_client.openmetrics']).status === 0,
  },
} as const satisfies Readonly<Record<string, Program>>;

export function isOnPath(binary: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => isExecutable(join(folder, binary)));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
