import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MARIADBD } from './mariadb-server.js';
import { postgresBinary } from './postgres-server.js';
import { HAPROXY, NGINX } from './proxies.js';

/** A program from outside of npm that some tests talk to. */
export interface Service {
  /** Debian's package that brings it. */
  readonly debianPackage: string;
  readonly isInstalled: () => boolean;
}

const SERVICES = {
  prometheus: { debianPackage: 'prometheus', isInstalled: () => isOnPath('prometheus') },
  postgres: { debianPackage: 'postgresql', isInstalled: () => postgresBinary('postgres') !== undefined },
  mariadb: { debianPackage: 'mariadb-server', isInstalled: () => isExecutable(MARIADBD) },
  redis: { debianPackage: 'redis-server', isInstalled: () => isOnPath('redis-server') },
  memcached: { debianPackage: 'memcached', isInstalled: () => isOnPath('memcached') },
  chromium: { debianPackage: 'chromium', isInstalled: () => isOnPath('chromium') },
  nginx: { debianPackage: 'nginx-light', isInstalled: () => isExecutable(NGINX) },
  haproxy: { debianPackage: 'haproxy', isInstalled: () => isExecutable(HAPROXY) },
  promtool: { debianPackage: 'prometheus', isInstalled: () => isOnPath('promtool') },
  // Debian's own Python: another one that is first on PATH does not see Debian's modules.
  prometheus_client: {
    debianPackage: 'python3-prometheus-client',
    isInstalled: () => spawnSync('/usr/bin/python3', ['-c', 'import prometheus_client.openmetrics']).status === 0,
  },
} as const satisfies Readonly<Record<string, Service>>;

export type ServiceName = keyof typeof SERVICES;

const told = new Set<string>();

/** A `describe` for tests that need programs which may not be installed; {@link verdict} tells what happens then. */
export function needs(...names: readonly ServiceName[]): (title: string, tests: () => void) => void {
  const services = Object.fromEntries(names.map((name) => [name, SERVICES[name]]));
  const { missing, isFatal, sentence } = verdict(services, process.env);
  if (isFatal) return failing(sentence);
  if (missing.length > 0 && !told.has(sentence)) console.warn(`Tests are skipped: ${sentence}`);
  told.add(sentence);
  return missing.length > 0 ? describe.skip : describe;
}

function failing(sentence: string): (title: string) => void {
  return (title) => it(`${title}: what it needs is installed`, () => expect.fail(sentence));
}

export interface Verdict {
  readonly missing: readonly string[];
  readonly isFatal: boolean;
  readonly sentence: string;
}

/** With a service missing, tests are skipped on a developer's machine and fail where `REQUIRE_SERVICES=1`, as in CI. */
export function verdict(
  services: Readonly<Record<string, Service>>,
  { REQUIRE_SERVICES }: Readonly<Record<string, string | undefined>>,
): Verdict {
  const missing = Object.entries(services).filter(([, service]) => !service.isInstalled());
  const names = missing.map(([name]) => name);
  const packages = [...new Set(missing.map(([, service]) => service.debianPackage))];
  return {
    missing: names,
    isFatal: names.length > 0 && REQUIRE_SERVICES === '1',
    sentence: `${names.join(' and ')} not found; install with: apt-get install ${packages.join(' ')}`,
  };
}

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
