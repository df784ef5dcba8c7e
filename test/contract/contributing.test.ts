import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type MetricDefinition } from '../../lib/metrics/definition.js';
import { KNOWN_MONITOR_OPTIONS } from '../../lib/monitor/monitor.options-check.js';
import { optionRules } from '../../lib/prometheus.options-rules.js';

const KNOWN_OPTIONS = optionRules().map(({ option }) => option);
const path = (relative: string) => fileURLToPath(new URL(`../../${relative}`, import.meta.url));
const TEXT = readFileSync(path('CONTRIBUTING.md'), 'utf8');
const CONVENTION = 'lib/catalogue/nest/';

/** What stands in code in each cell of each row of the table below a heading. */
function rowsBelow(heading: string): readonly (readonly string[])[][] {
  const [, section = ''] = TEXT.split(`\n### ${heading}\n`);
  const [, body = ''] = section.split(/\n\|[ |-]+\|\n/);
  const rows = /^(?:\|.*\|\n)+/.exec(body)?.[0].trim().split('\n') ?? [];
  return rows.map((row) => row.split('|').map((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code)));
}

const METRICS = rowsBelow('From a line of `/metrics` to its code').map(([, names = [], files = [], seenIn = []]) => ({
  names,
  // Those of other namings begin with their folder.
  files: files.map((file) => (file.includes('/') ? `lib/catalogue/${file}` : CONVENTION + file)),
  seenIn,
}));
const OPTIONS = rowsBelow('From an option to its code').map(([, names = [], , usedIn = []]) => ({ names, usedIn }));

const files = readdirSync(path('lib/catalogue'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.definitions.ts'))
  .map((file) => `lib/catalogue/${file}`);
const modules = await Promise.all(
  files.map(async (file) => ({ file, exports: (await import(path(file))) as Readonly<Record<string, unknown>> })),
);
const definitions = modules.flatMap(({ file, exports }) =>
  Object.values(exports)
    .filter((value): value is MetricDefinition => 'help' in Object(value))
    .map(({ name }) => ({ name, file })),
);

describe('CONTRIBUTING.md', () => {
  it('names no file or folder of the repository that does not exist', () => {
    const named = [...TEXT.matchAll(/`((?:lib|test|docs|scripts|bench|examples|monitor-page|sample-app)\/[\w./-]*)`/g)];
    const paths = named.map(([, one = '']) => one).filter((one) => one !== 'lib/monitor/page-files.ts');
    expect(paths.length).toBeGreaterThan(40);
    expect(paths.filter((one) => !existsSync(path(one)))).toEqual([]);
    expect(METRICS.flatMap((row) => row.files).filter((one) => !existsSync(path(one)))).toEqual([]);
  });

  it.each(definitions)('tells where $name is defined, and where it is seen', ({ name, file }) => {
    const rows = METRICS.filter(({ names }) =>
      names.some((one) => (one.endsWith('…') ? name.startsWith(one.slice(0, -1)) : name === one)),
    );
    expect(rows.length).toBeGreaterThan(0);
    for (const { files: definedIn, seenIn } of rows) {
      expect(definedIn).toContain(file);
      expect(seenIn).not.toEqual([]);
    }
  });

  it.each([...new Set([...KNOWN_OPTIONS, ...KNOWN_MONITOR_OPTIONS])])('tells what uses the option %s', (option) => {
    const isNamed = ({ names }: { readonly names: readonly string[] }) =>
      names.some((name) => name === option || option.startsWith(`${name}.`) || name.startsWith(`${option}.`));
    const rows = OPTIONS.filter(isNamed);
    expect(rows.length).toBeGreaterThan(0);
    for (const { usedIn } of rows) expect(usedIn).not.toEqual([]);
  });
});
