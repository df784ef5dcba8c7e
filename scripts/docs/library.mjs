// Loads the sources of the pages and examples. They are TypeScript, which Node 20 cannot run, so they are bundled first.
// The bundle is written below node_modules, so that its packages are found.
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';
import { path } from './paths.mjs';

const CATALOGUE = 'lib/catalogue/';
const RULES = { prometheus: 'lib/prometheus.options-rules.ts', monitor: 'lib/monitor/monitor.options-check.ts' };
const USES = { queries: 'scripts/docs/operator-queries.ts', uses: 'scripts/docs/metric-uses.ts' };
const VARIABLES = { variables: 'lib/register/variables.ts' };
const CACHE = path('node_modules/.cache/');

/**
 * `definitions`: the exports of each file of definitions, by its path below `lib/catalogue/`. `rules`: the rules of the
 * options of each module. `variableOf`: the environment variable of an option. `uses`: the queries of rules, dashboards and consoles that read each metric.
 */
export async function loadLibrary() {
  const files = readdirSync(path(CATALOGUE), { recursive: true }).filter((file) => file.endsWith('.definitions.ts'));
  const modules = await loadSources({
    ...RULES,
    ...USES,
    ...VARIABLES,
    ...Object.fromEntries(files.map((file) => [file, CATALOGUE + file])),
  });
  return {
    definitions: files.toSorted().map((file) => ({ file, source: CATALOGUE + file, exports: modules[file] })),
    uses: new modules.uses.MetricUses(modules.queries.operatorQueries(path(''))),
    rules: { prometheus: modules.prometheus.optionRules(), monitor: modules.monitor.RULES },
    variableOf: modules.variables.variableOf,
  };
}

/** The exports of each file, by its key. Each call has a folder of its own, because several processes can run at once. */
export async function loadSources(files) {
  mkdirSync(CACHE, { recursive: true });
  const folder = mkdtempSync(join(CACHE, 'sources-'));
  const entries = Object.entries(files);
  const bundle = await rolldown({
    input: Object.fromEntries(entries.map(([, file], index) => [`entry-${index}`, path(file)])),
    external: (id) => /^[\w@]/.test(id),
    platform: 'node',
    tsconfig: path('lib/tsconfig.lib.json'),
  });
  await bundle.write({ dir: folder, format: 'esm', entryFileNames: '[name].mjs', chunkFileNames: 'chunk-[name].mjs' });
  await bundle.close();
  const modules = await Promise.all(
    entries.map(async ([key], index) => [key, await import(pathToFileURL(join(folder, `entry-${index}.mjs`)).href)]),
  );
  rmSync(folder, { recursive: true });
  return Object.fromEntries(modules);
}
