import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vitest/config';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** Resolves every `@nestjs/*` import from the folder that has Nest 11 installed, ours and the tests' alike. */
function nest11(): Plugin {
  const host = path('./test/nest-11/package.json');
  const hosted = Object.keys(
    (createRequire(import.meta.url)(host) as { dependencies: Record<string, string> }).dependencies,
  );
  return {
    name: 'nest-11',
    enforce: 'pre',
    resolveId(source, _importer, options) {
      const isHosted = hosted.some((name) => source === name || source.startsWith(`${name}/`));
      return isHosted ? this.resolve(source, host, { ...options, skipSelf: true }) : undefined;
    },
  };
}

const shared = {
  alias: { 'nestjs-prometheus-exporter': path('./lib/index.ts') },
};

export default defineConfig({
  test: {
    // Two cores: more workers only make the timing of real servers worse.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
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
        plugins: [nest11()],
        test: { name: 'integration on Nest 11', include: ['test/integration/**/*.test.ts'] },
      },
      { extends: true, resolve: shared, test: { name: 'contract', include: ['test/contract/**/*.test.ts'] } },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 600_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
