import { PROGRAMS } from '../test/support/programs.js';

const { prometheus, postgres, redis } = PROGRAMS;

/** What to tell somebody who has no Prometheus; undefined if there is one on PATH. */
export function withoutPrometheus(): string | undefined {
  if (prometheus.isInstalled()) return undefined;
  return [
    'The demo needs the program `prometheus` on PATH.',
    `On Debian and Ubuntu: ${installation(prometheus.debianPackage)}`,
    'Elsewhere: https://prometheus.io/download/',
  ].join('\n');
}

/** What the demo shows more of if more is installed; undefined if all is. */
export function withoutServers(): string | undefined {
  const missing = [postgres, redis].filter(({ isInstalled }) => !isInstalled());
  if (missing.length === 0) return undefined;
  const packages = missing.map(({ debianPackage }) => debianPackage).join(' ');
  return `For metrics of a connection pool and of a cache server, install more and start again: ${installation(packages)}`;
}

function installation(packages: string): string {
  return `sudo apt-get install --no-install-recommends ${packages}`;
}
