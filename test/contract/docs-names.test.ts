import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { KNOWN_MONITOR_OPTIONS } from '../../lib/monitor/monitor.options-check.js';
import { optionRules } from '../../lib/prometheus.options-rules.js';

const path = (relative: string) => fileURLToPath(new URL(`../../${relative}`, import.meta.url));
const read = (relative: string) => readFileSync(path(relative), 'utf8');
const PAGES = [
  'README.md',
  'SECURITY.md',
  'CONTRIBUTING.md',
  ...readdirSync(path('docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

/** What stands between the braces of an import or export, each with its other name: `type A, B as C`. */
const pairsIn = (list: string) =>
  list
    .split(',')
    .map((one) => one.trim().replace(/^type /, ''))
    .filter((one) => one !== '')
    .map((one) => one.split(' as '));

/** The names that an entry file exports. */
const exportedBy = (entry: string) =>
  [...read(entry).matchAll(/^export (?:type )?\{([^}]*)\}/gm)].flatMap(([, list = '']) =>
    pairsIn(list).map((pair) => pair.at(-1)),
  );

const EXPORTS: Readonly<Record<string, readonly unknown[]>> = {
  'nestjs-prometheus-exporter': exportedBy('lib/index.ts'),
  'nestjs-prometheus-exporter/testing': exportedBy('lib/testing.ts'),
};

/** What the examples of a page import from us, under the names that we export. */
const importsIn = (text: string) =>
  [...text.matchAll(/import \{([^}]*)\} from '(nestjs-prometheus-exporter(?:\/testing)?)'/g)].flatMap(
    ([, list = '', entry = '']) => pairsIn(list).map(([name]) => ({ entry, name })),
  );

describe('the entry files', () => {
  it('are read', () => {
    expect(EXPORTS['nestjs-prometheus-exporter']).toEqual(
      expect.arrayContaining(['PrometheusModule', 'MonitorModule', 'MetricOf', 'HttpMethod']),
    );
    expect(EXPORTS['nestjs-prometheus-exporter/testing']).toContain('expectMetric');
    expect(importsIn(read('README.md')).length).toBeGreaterThan(5);
  });
});

/** Files, metrics as OpenTelemetry calls them, and channels of Node. */
const NO_OPTION = /\.ts$|^http\.(?:server|client)\./;

describe.each(PAGES)('%s', (page) => {
  const text = read(page);

  it('imports only what is exported', () => {
    expect(importsIn(text).filter(({ entry, name }) => EXPORTS[entry]?.includes(name) !== true)).toEqual([]);
  });

  it('names no option that does not exist', () => {
    const named = [...text.matchAll(/`((?:http|typeorm|limits|listen|store)\.[a-zA-Z.]+)(?=[`: ])/g)];
    const known = [...optionRules().map(({ option }) => option), ...KNOWN_MONITOR_OPTIONS];
    const options = named.map(([, option = '']) => option).filter((option) => !NO_OPTION.test(option));
    expect(options.filter((option) => !known.includes(option))).toEqual([]);
  });
});
