import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type MetricDefinition } from '../../lib/metrics/definition.js';
import { optionRules } from '../../lib/prometheus.options-rules.js';

const KNOWN_OPTIONS = optionRules().map(({ option }) => option);
const path = (relative: string) => fileURLToPath(new URL(`../../${relative}`, import.meta.url));
const read = (relative: string) => readFileSync(path(relative), 'utf8');

const files = readdirSync(path('lib/catalogue'), { recursive: true, encoding: 'utf8' }).filter((file) =>
  file.endsWith('.definitions.ts'),
);
const modules = await Promise.all(files.map(async (file) => import(path(`lib/catalogue/${file}`)) as Promise<object>));
const definitions = modules
  .flatMap((module): unknown[] => Object.values(module))
  .filter((value): value is MetricDefinition => 'help' in Object(value));

const PAGE = read('docs/metrics.md');

/** The cells of every row that links to a metric. */
const ROWS = [...PAGE.matchAll(/^\| \[`([^`]+)`\]\(#\1\)\s*\|(.*)\|$/gm)].map(([, name = '', rest = '']) => ({
  name,
  cells: rest.split('|').map((cell) => cell.trim()),
}));

describe('docs/metrics.md', () => {
  it('has a row for every metric, and for no other', () => {
    expect(definitions.length).toBeGreaterThan(70);
    expect(ROWS.map(({ name }) => name).toSorted()).toEqual(definitions.map(({ name }) => name).toSorted());
  });

  it.each(definitions)('tells the type, the labels and the help of $name', ({ name, type, labels, help }) => {
    const [shownType, shownLabels = '', shownHelp = ''] = ROWS.find((one) => one.name === name)?.cells ?? [];
    expect(shownType).toBe(type);
    const names = Object.keys(labels);
    expect(shownLabels.split(', ')).toEqual(names.length === 0 ? ['–'] : names.map((label) => `\`${label}\``));
    expect(shownHelp.replaceAll('\\', '')).toContain(help);
    expect(PAGE).toContain(`\n### \`${name}\`\n`);
  });

  it('names the options that turn on what is off by default', () => {
    const named = [...PAGE.matchAll(/^- \*\*Only with\*\*: `([\w.]+)/gm)].map(([, option]) => option);
    expect(named).toEqual(
      expect.arrayContaining(['http.handlerDuration', 'http.timeToFirstByte', 'http.queriesPerRequest']),
    );
    expect(KNOWN_OPTIONS).toEqual(expect.arrayContaining(named));
  });
});

describe('the documentation', () => {
  const inDocs = readdirSync(path('docs'), { encoding: 'utf8' }).filter((name) => name.endsWith('.md'));
  const others = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'bench/README.md', 'examples/prometheus/README.md'];
  const pages = [...others, ...inDocs.map((name) => `docs/${name}`)];
  const known = new Set(definitions.map(({ name }) => name));

  it.each(pages)('names no metric that does not exist: %s', (page) => {
    // Recorded rules have a colon before the name, and what comes after `shop_` is a name with a namespace.
    const named = [...read(page).matchAll(/(?<![:\w])(?:shop_)?((?:nestjs|typeorm)_[a-z0-9_]+)/g)].map(
      ([, name = '']) => name.replace(/_(?:bucket|count|sum)$/, ''),
    );
    // `nestjs_metrics_` stands for all that begin so.
    expect(named.filter((name) => !known.has(name) && !name.endsWith('_'))).toEqual([]);
  });
});
