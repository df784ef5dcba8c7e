import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { CAPABILITIES } from '../../lib/capabilities/capabilities.js';
import { isDefinition } from '../../lib/capabilities/capability.js';
import { selectorsIn } from '../../lib/promql/selectors-in.js';
import { optionRules } from '../../lib/prometheus.options-rules.js';
import { VERSION } from '../../lib/version.js';
import { MetricUses } from '../../scripts/docs/metric-uses.js';
import { operatorQueries } from '../../scripts/docs/operator-queries.js';
import { CATALOGUE, definitionsOf } from '../support/catalogue.js';

const KNOWN_OPTIONS = optionRules().map(({ option }) => option);
const path = (relative: string) => fileURLToPath(new URL(`../../${relative}`, import.meta.url));
const read = (relative: string) => readFileSync(path(relative), 'utf8');

const definitions = [...CATALOGUE.values()].flat();
const uses = new MetricUses(operatorQueries());

/** `metrics.md`, and `metrics-….md` of the other namings. */
const PAGES = readdirSync(path('docs'), { encoding: 'utf8' }).filter((name) => /^metrics(?:-\w+)?\.md$/.test(name));
const PAGE = PAGES.map((name) => read(`docs/${name}`)).join('\n');

/** What the page says below the heading of each metric. */
const SECTIONS = new Map(
  PAGE.split(/^(?=###? )/m).flatMap((section) => {
    const [, name] = /^### `(.+)`\n/.exec(section) ?? [];
    return name === undefined ? [] : [[name, section] as const];
  }),
);

const factOf = (name: string, fact: string) =>
  new RegExp(`^- \\*\\*${fact}\\*\\*: (.+)$`, 'm').exec(SECTIONS.get(name) ?? '')?.[1];

/** The cells of every row that links to a metric. */
const ROWS = [...PAGE.matchAll(/^\| \[`([^`]+)`\]\(#\1\)\s*\|(.*)\|$/gm)].map(([, name = '', rest = '']) => ({
  name,
  cells: rest.split('|').map((cell) => cell.trim()),
}));

describe('the pages of metrics', () => {
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

describe('the pages of metrics, below the heading of each metric', () => {
  const released = [VERSION, ...Array.from(read('CHANGELOG.md').matchAll(/^## \[([\d.]+)\]/gm), ([, one]) => one)];

  it.each(definitions)('tells since when there is $name', ({ name }) => {
    expect(released).toContain(factOf(name, 'Since'));
  });

  it.each(CAPABILITIES)('tells the option that switches off the metrics of $part', ({ options, conventions }) => {
    const published = Object.values(conventions).flatMap((convention) => Object.values(convention.definitions));
    for (const { name } of published.filter(isDefinition)) {
      const off = factOf(name, 'Off with') ?? '';
      expect(off).toContain(options === undefined ? 'nothing' : `\`${options.name}: false\``);
      const named = Array.from(off.matchAll(/`([\w.]+): false`/g), ([, option]) => option);
      expect(KNOWN_OPTIONS).toEqual(expect.arrayContaining(named));
    }
  });

  it.each(definitionsOf('nest'))('has a query with $name, and says what it tells', ({ name }) => {
    const [, title, query = ''] = /\n\n([^\n]+):\n\n```promql\n(.+)\n```\n*$/s.exec(SECTIONS.get(name) ?? '') ?? [];
    expect(title).toMatch(/^[A-Z]/);
    const namesRead = selectorsIn(query).map((selector) => selector.name.replace(/_(?:bucket|count|sum)$/, ''));
    expect(namesRead).toContain(name);
    expect(query).not.toBe(name);
  });

  it.each(definitions)('links to what uses $name', ({ name }) => {
    const queries = uses.of(name);
    const links = (fact: string) =>
      Array.from((factOf(name, fact) ?? '').matchAll(/\((.+?)\)/g), ([, link = '']) => link).toSorted();
    const files = (kind: string) =>
      [...new Set(queries.filter((query) => query.kind === kind).map(({ file }) => `../${file}`))].toSorted();
    expect(links('Dashboards')).toEqual(files('dashboard'));
    expect(links('Consoles')).toEqual(files('console'));
    expect(links('Recording rules')).toEqual(files('record'));
    const alerts = new Set(queries.filter(({ kind }) => kind === 'alert').map(({ title }) => `runbooks/${title}.md`));
    expect(links('Alerts')).toEqual([...alerts].toSorted());
    expect(links('Alerts').filter((link) => !existsSync(path(`docs/${link}`)))).toEqual([]);
  });
});
