import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vitest/config';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

// The tests import the page of the monitor and the program of the endpoint thread, which are built and not committed.
// `prepare` cannot build them, because npm also runs that for users.
for (const script of ['build-monitor-page', 'build-endpoint-thread']) {
  execFileSync(process.execPath, [path(`./scripts/${script}.mjs`)]);
}

/**
 * Resolves packages from a workspace below test/ that has them in another version, for imports in the library and in
 * tests.
 */
function installedIn(workspace: string): Plugin {
  const host = path(`./test/${workspace}/package.json`);
  const hosted = Object.keys(
    (createRequire(import.meta.url)(host) as { dependencies: Record<string, string> }).dependencies,
  );
  return {
    name: workspace,
    enforce: 'pre',
    resolveId(source, _importer, options) {
      const isHosted = hosted.some((name) => source === name || source.startsWith(`${name}/`));
      return isHosted ? this.resolve(source, host, { ...options, skipSelf: true }) : undefined;
    },
  };
}

const shared = {
  // An alias also matches longer names that begin with it, so the longer one comes first.
  alias: {
    'nestjs-prometheus-exporter/testing': path('./lib/testing.ts'),
    'nestjs-prometheus-exporter': path('./lib/index.ts'),
  },
};

/**
 * One version of TypeORM is enough: `mysql` shares the driver, mysql2 and the server with `mariadb`, which runs on all
 * of them.
 */
const WITHOUT_MYSQL = ['test/accuracy/!(mysql).test.ts'];

/**
 * They test hostile clients, bodies and protocols below Nest; the endpoint under load, its formats, filters and clients,
 * and what its thread does; many processes, and what is pushed; what the monitor adds up and sends; what Prometheus makes
 * of the metrics, their exemplars and their other names; outgoing requests, which are Node's: from the events that the
 * other files check on both versions of Nest. `monitor-routes`, `monitor-access`, `endpoint-auth` and `endpoint-route`
 * test the routes on both. Each of the other doors has its transports and outcomes tested on both, and unusual schemas
 * and applications, and a Redis that dies, on one.
 */
const ON_ONE_NEST = [
  'command-line',
  'created-timestamps',
  'dashboards',
  'endpoint-answer',
  'endpoint-clients',
  'endpoint-filters',
  'endpoint-http2',
  'endpoint-load',
  'exemplars',
  'graphql-schemas',
  'http-abuse',
  'http-bodies',
  'monitor-behind-proxies',
  'monitor-counts',
  'monitor-live',
  'monitor-redis-life',
  'naming-django',
  'naming-django-rules',
  'naming-otel',
  'native-histograms',
  'outgoing-life',
  'outgoing-requests',
  'processes',
  'production-examples',
  'push-exit',
  'push-faults',
  'push-receivers',
  'queue-redis-outage',
  'server-access',
  'server-boot',
  'server-faults',
  'server-life',
  'server-readings',
  'server-tls',
  'websocket-applications',
].map((name) => `test/integration/${name}.test.ts`);

/**
 * Files share the processes of the workers, because loading Nest and TypeORM takes as long as most of these tests. A file
 * must therefore put back what it changes in its process.
 */
const SHARED_PROCESS = { isolate: false };

const INTEGRATION = readdirSync(path('./test/integration'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.test.ts'))
  .map((name) => `test/integration/${name}`);

/**
 * Files that speak of data sources or caches get a process each: a boot that fails in one file leaves its search for them
 * behind until it is collected, and could take those of the next file. `http-harmless` checks that nothing at all is left,
 * and outgoing requests belong to the first application of a process.
 */
const OWN_PROCESS = INTEGRATION.filter(
  (file) => /http-harmless|outgoing/.test(file) || /data-?source|typeorm|cache/i.test(readFileSync(path(file), 'utf8')),
);

/**
 * The integration tests on one version of Nest, in two projects that only differ in how files share processes. Files are
 * listed and not excluded, because `--exclude` on the command line has no effect on a project that excludes some itself.
 */
function integrationOn(nest: string, files: readonly string[], plugins: Plugin[] = []) {
  const on = { extends: true as const, resolve: shared, plugins };
  const sharing = files.filter((file) => !OWN_PROCESS.includes(file));
  const alone = files.filter((file) => OWN_PROCESS.includes(file));
  return [
    { ...on, test: { name: `integration on ${nest}`, include: sharing, ...SHARED_PROCESS } },
    { ...on, test: { name: `integration on ${nest}, alone`, include: alone } },
  ];
}

/** These tests mostly wait for servers and for npm. A different number of workers needs a group of its own. */
const WAITING = { maxWorkers: 3, sequence: { groupOrder: 1 } };

export default defineConfig({
  test: {
    // With two cores, more workers would only disturb the timing of real servers.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Without guards, the monitor is open in development only.
    env: { NODE_ENV: 'development' },
    projects: [
      {
        extends: true,
        resolve: shared,
        test: { name: 'unit', include: ['test/unit/**/*.test.ts', 'test/regression/**/*.test.ts'], ...SHARED_PROCESS },
      },
      ...integrationOn('Nest 12', INTEGRATION),
      ...integrationOn(
        'Nest 11',
        INTEGRATION.filter((file) => !ON_ONE_NEST.includes(file)),
        [installedIn('nest-11')],
      ),
      {
        extends: true,
        resolve: shared,
        test: { name: 'services', include: ['test/services/**/*.test.ts'], ...WAITING },
      },
      {
        extends: true,
        resolve: shared,
        test: { name: 'typeorm 1.1', include: ['test/accuracy/**/*.test.ts'] },
      },
      {
        extends: true,
        resolve: shared,
        plugins: [installedIn('typeorm-0.3')],
        test: { name: 'typeorm 0.3.31', include: WITHOUT_MYSQL, ...SHARED_PROCESS },
      },
      {
        extends: true,
        resolve: shared,
        plugins: [installedIn('typeorm-0.3.20')],
        test: { name: 'typeorm 0.3.20', include: WITHOUT_MYSQL, ...SHARED_PROCESS },
      },
      { extends: true, resolve: shared, test: { name: 'sample app', include: ['sample-app/**/*.test.ts'] } },
      { extends: true, resolve: shared, test: { name: 'contract', include: ['test/contract/**/*.test.ts'] } },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          ...WAITING,
          testTimeout: 180_000,
          hookTimeout: 600_000,
        },
      },
    ],
  },
});
