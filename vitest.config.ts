import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vitest/config';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

// The tests import the page of the monitor, which is built and not committed. Not by `prepare`: npm runs that for users too.
execFileSync(process.execPath, [path('./scripts/build-monitor-page.mjs')]);

/** Resolves the packages that a workspace below test/ has in another version from there, for our imports and the tests'. */
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
  // An alias takes what begins with it too, so the longer one comes first.
  alias: {
    'nestjs-prometheus-exporter/testing': path('./lib/testing.ts'),
    'nestjs-prometheus-exporter': path('./lib/index.ts'),
  },
};

/** One version is enough: it shares the driver, mysql2 and the server with `mariadb`, which runs on all of them. */
const WITHOUT_MYSQL = ['test/accuracy/!(mysql).test.ts'];

/**
 * Each file has a process of its own on the newest versions; on the older ones files share those of the workers. That
 * saves loading Nest and TypeORM for every file, and shows that no application leaves anything behind for the next.
 */
const SHARED_PROCESS = { isolate: false };

export default defineConfig({
  test: {
    // Two cores: more workers only make the timing worse where tests compute.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // The monitor without guards is open to a developer only.
    env: { NODE_ENV: 'development' },
    projects: [
      {
        extends: true,
        resolve: shared,
        test: { name: 'unit', include: ['test/unit/**/*.test.ts', 'test/regression/**/*.test.ts'] },
      },
      {
        extends: true,
        resolve: shared,
        test: { name: 'integration on Nest 12', include: ['test/integration/**/*.test.ts'] },
      },
      {
        extends: true,
        resolve: shared,
        plugins: [installedIn('nest-11')],
        test: { name: 'integration on Nest 11', include: ['test/integration/**/*.test.ts'], ...SHARED_PROCESS },
      },
      {
        extends: true,
        resolve: shared,
        // They wait for servers most of the time. A group of its own is what another number of workers needs.
        test: {
          name: 'services',
          include: ['test/services/**/*.test.ts'],
          maxWorkers: 3,
          sequence: { groupOrder: 1 },
        },
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
          testTimeout: 180_000,
          hookTimeout: 600_000,
        },
      },
    ],
  },
});
