import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv, type SchemaObject, type ValidateFunction } from 'ajv';
import { describe, expect, it } from 'vitest';
import { NAMINGS } from '../../lib/catalogue/naming.js';
import { dashboards, type GeneratedDashboard } from '../../lib/dashboards/dashboards.js';
import { DEFAULT_DASHBOARD_SETTINGS } from '../../lib/dashboards/dashboard-settings.js';
import { parsePromql } from '../../lib/promql/parse-promql.js';
import { type DashboardPanel, panelsOf } from '../support/dashboard-queries.js';

const KEPT = fileURLToPath(new URL('../../examples/grafana/', import.meta.url));
const SCHEMAS = fileURLToPath(new URL('../support/grafana/', import.meta.url));

interface Field {
  readonly unit?: string;
  readonly custom?: object;
}

interface Panel extends DashboardPanel {
  readonly id: number;
  readonly datasource: { readonly uid: string };
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly options: object;
  readonly fieldConfig: {
    readonly defaults: Field;
    readonly overrides: readonly { readonly properties: readonly { readonly id: string; readonly value: unknown }[] }[];
  };
}

interface Variable {
  readonly name: string;
  readonly type: string;
  readonly label: string;
  readonly query: string;
  readonly refresh?: number;
  readonly multi: boolean;
  readonly includeAll: boolean;
  readonly allValue?: string;
  readonly datasource?: { readonly uid: string };
}

interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly editable: boolean;
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly Variable[] };
  readonly annotations: { readonly list: readonly unknown[] };
  readonly links: readonly { readonly url: string; readonly includeVars: boolean; readonly keepTime: boolean }[];
}

const generated = dashboards(DEFAULT_DASHBOARD_SETTINGS);
const read = ({ file, json }: GeneratedDashboard) => ({ file, dashboard: JSON.parse(json) as Dashboard });
const all = generated.map(read);
const uids = all.map(({ dashboard }) => dashboard.uid);
const cases = NAMINGS.flatMap((naming) => {
  const those = dashboards({ ...DEFAULT_DASHBOARD_SETTINGS, naming }).map(read);
  return those.map(({ file, dashboard }) => ({ naming, file, dashboard, those }));
});

/** Of other conventions, with endings that counters and histograms have here. */
const GAUGES = /\b(?:django_migrations_unapplied_total|db_client_connection_count)\b/g;

const ajv = new Ajv({ strict: false, formats: { 'date-time': true } });

describe('examples/grafana', () => {
  it('has the dashboards of lib/dashboards and no others', () => {
    expect(readdirSync(KEPT).filter((file) => file.endsWith('.json'))).toEqual(
      generated.map(({ file }) => file).toSorted(),
    );
  });

  it.each(generated)('$file is what lib/dashboards writes: npm run examples', ({ file, json }) => {
    expect(readFileSync(KEPT + file, 'utf8')).toBe(json);
  });

  it('has a uid of its own for each, which is also the name of its file', () => {
    expect(new Set(uids).size).toBe(uids.length);
    expect(all.map(({ file }) => file)).toEqual(uids.map((uid) => `${uid}.json`));
  });
});

describe.each(cases)('$file for the naming $naming', ({ dashboard, those }) => {
  const panels = panelsOf<Panel>(dashboard);
  const queries = panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => ({ title, expr })));
  const variable = (name: string) => dashboard.templating.list.find((one) => one.name === name);

  it('is valid by the schema of Grafana, with its panels and queries', () => {
    expect(faults(validator('dashboard'), dashboard)).toEqual([]);
    for (const { title, type, options, fieldConfig, targets = [] } of panels) {
      expect({ title, faults: faults(validator(type, 'Options'), options) }).toEqual({ title, faults: [] });
      // A stat has no fields of its own.
      const custom = type === 'stat' ? [] : faults(validator(type, 'FieldConfig'), fieldConfig.defaults.custom ?? {});
      expect({ title, faults: custom }).toEqual({ title, faults: [] });
      for (const query of targets) expect(faults(validator('prometheus'), query)).toEqual([]);
    }
  });

  it('cannot be edited, and needs no annotations', () => {
    expect(dashboard.editable).toBe(false);
    expect(dashboard.annotations.list).toEqual([]);
    expect(dashboard.description).toMatch(/^[A-Z].+\.$/);
  });

  it('has the data source, the job and the instance as variables', () => {
    expect(variable('datasource')).toMatchObject({ type: 'datasource', label: 'Data source', query: 'prometheus' });
    expect(variable('job')).toMatchObject({ label: 'Job', multi: true, includeAll: true, allValue: '.+' });
    const several = { multi: true, includeAll: true, allValue: '.+' };
    const one = { multi: false, includeAll: false };
    expect(variable('instance')).toMatchObject({
      label: 'Instance',
      ...(dashboard.uid === 'nestjs-process' ? one : several),
    });
  });

  it('asks again for the values of its variables when the time range changes', () => {
    const asked = dashboard.templating.list.filter(({ type }) => type === 'query');
    expect(asked.length).toBeGreaterThan(1);
    for (const { query, refresh, datasource } of asked) {
      expect(query).toMatch(/^label_values\(\w+(?:\{.+\})?, \w+\)$/);
      expect(refresh).toBe(2);
      expect(datasource?.uid).toBe('${datasource}');
    }
  });

  it('uses each of its variables', () => {
    const names = dashboard.templating.list.filter(({ type }) => type === 'query').map(({ name }) => name);
    const unused = names.filter((name) => !queries.some(({ expr }) => expr.includes(`"$${name}"`)));
    expect(unused).toEqual([]);
  });

  it('has matchers of job and instance in every selector', () => {
    const matchers = `{job=~"$job", instance${dashboard.uid === 'nestjs-process' ? '=' : '=~'}"$instance"`;
    expect(queries.length).toBeGreaterThan(5);
    for (const { expr } of queries) {
      const selectors = nodesOf(expr, 'VectorSelector');
      expect(selectors.length).toBeGreaterThan(0);
      for (const selector of selectors) expect(selector).toContain(matchers);
    }
  });

  it('has ranges that Grafana sets', () => {
    const ranges = queries.flatMap(({ expr }) => Array.from(expr.matchAll(/\[([^\]]*)\]/g), ([, range]) => range));
    expect(new Set(ranges)).toEqual(
      new Set(ranges.includes('$__range') ? ['$__rate_interval', '$__range'] : ['$__rate_interval']),
    );
  });

  it('reads counters and histograms through rate and increase only', () => {
    for (const { expr } of queries) {
      const bare = expr.replaceAll(/(?:rate|increase)\(\w+\{[^}]*\}\[[^\]]*\]\)/g, '');
      expect(bare.replaceAll(GAUGES, '')).not.toMatch(/_(?:total|bucket|sum|count)\b/);
    }
  });

  it('has a title, a description, a unit and the data source on every panel', () => {
    for (const panel of panels) {
      expect(panel.title).toMatch(/^[A-Z5]/);
      expect({ title: panel.title, description: panel.description }).toEqual({
        title: panel.title,
        description: expect.stringMatching(/^.+\.$/) as string,
      });
      expect(panel.datasource.uid).toBe('${datasource}');
      const shown = (panel.targets ?? []).length > 0;
      expect({ title: panel.title, shown, unit: unitsOf(panel).length > 0 || isOnlyLabels(panel) }).toEqual({
        title: panel.title,
        shown: true,
        unit: true,
      });
    }
  });

  it('has panels that fit into the grid and do not overlap', () => {
    for (const { title, gridPos } of panels)
      expect({ title, end: gridPos.x + gridPos.w }).toSatisfy(({ end }) => end <= 24);
    const shown = dashboard.panels.filter(({ type }) => type !== 'row');
    for (const panel of shown) {
      const over = shown.filter((other) => other.id > panel.id && overlap(panel, other));
      expect(over.map(({ title }) => `${panel.title} and ${title}`)).toEqual([]);
    }
    const ids = [...dashboard.panels, ...panels].map(({ id }) => id);
    expect(new Set(ids).size).toBe(new Set([...dashboard.panels, ...panels]).size);
  });

  it('links to all other dashboards, with the time and the variables', () => {
    expect(dashboard.links.map(({ url }) => url).toSorted()).toEqual(
      those
        .map((other) => other.dashboard.uid)
        .filter((uid) => uid !== dashboard.uid)
        .map((uid) => `/d/${uid}`)
        .toSorted(),
    );
    expect(dashboard.links.every(({ includeVars, keepTime }) => includeVars && keepTime)).toBe(true);
  });

  it('links from tables to dashboards and variables that exist', () => {
    for (const url of panels.flatMap(tableLinksOf)) {
      const [, uid, label] = /^\/d\/([\w-]+)\?.*&var-(\w+)=/.exec(url) ?? [];
      const target = those.find((one) => one.dashboard.uid === uid);
      expect(target?.dashboard.templating.list.map(({ name }) => name)).toContain(label);
    }
  });
});

describe('dashboards for other settings', () => {
  const expressions = (settings: Partial<typeof DEFAULT_DASHBOARD_SETTINGS>) =>
    dashboards({ ...DEFAULT_DASHBOARD_SETTINGS, ...settings }).flatMap(({ json }) =>
      panelsOf(JSON.parse(json) as Dashboard).flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)),
    );

  it('have the namespace before every metric of the library, also in the variables', () => {
    const names = expressions({ namespace: 'shop_' }).flatMap((expr) => nodesOf(expr, 'Identifier'));
    expect([...new Set(names.filter((name) => !name.startsWith('shop_')))].toSorted()).toEqual([
      'scrape_duration_seconds',
      'up',
    ]);
    const [first] = dashboards({ ...DEFAULT_DASHBOARD_SETTINGS, namespace: 'shop_' });
    expect(first?.json).toContain('"label_values(shop_nestjs_metrics_info, job)"');
  });

  it('read native histograms without bounds', () => {
    const native = expressions({ nativeHistograms: true });
    expect(
      native.filter((expr) => /_(?:bucket|sum|count)\b(?!\()|\ble\b/.test(expr.replaceAll('histogram_', ''))),
    ).toEqual([]);
    expect(native.some((expr) => expr.includes('histogram_count(rate(nestjs_http_request_duration_seconds{'))).toBe(
      true,
    );
    for (const expr of native) expect(() => parsePromql(expr)).not.toThrow();
  });
});

function validator(file: string, definition?: string): ValidateFunction {
  const key = `${file}#${definition ?? ''}`;
  const known = ajv.getSchema(key);
  if (known) return known;
  const schema = JSON.parse(readFileSync(`${SCHEMAS}${file}.jsonschema.json`, 'utf8'), asMeant) as SchemaObject;
  const part = { definitions: schema['definitions'] as object, $ref: `#/definitions/${definition}` };
  ajv.addSchema(definition === undefined ? schema : part, key);
  const added = ajv.getSchema(key);
  if (!added) throw new Error(`Grafana has no schema ${key}.`);
  return added;
}

/** The options of a field matcher and the value of an override can be anything; the schema has objects for them. */
function asMeant(key: string, value: SchemaObject): object {
  const isAny = ['options', 'value'].includes(key) && value['type'] === 'object' && value['additionalProperties'];
  return isAny ? {} : value;
}

function faults(validate: ValidateFunction, value: unknown): readonly string[] {
  validate(value);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message ?? ''}`);
}

function nodesOf(expression: string, name: string): readonly string[] {
  const found: string[] = [];
  parsePromql(expression)
    .root.cursor()
    .iterate((node) => {
      if (node.name === name) found.push(expression.slice(node.from, node.to));
    });
  return found;
}

function unitsOf({ fieldConfig: { defaults, overrides } }: Panel): readonly unknown[] {
  const properties = overrides.flatMap((override) => override.properties);
  const units = properties.filter(({ id }) => id === 'unit').map(({ value }) => value);
  return defaults.unit === undefined ? units : [defaults.unit, ...units];
}

/** A table whose only value is hidden. */
function isOnlyLabels({ type, targets = [] }: Panel): boolean {
  return type === 'table' && targets.length === 1;
}

function tableLinksOf({ fieldConfig }: Panel): readonly string[] {
  const properties = fieldConfig.overrides.flatMap((override) => override.properties);
  const links = properties.filter(({ id }) => id === 'links');
  return links.flatMap(({ value }) => (value as readonly { readonly url: string }[]).map(({ url }) => url));
}

function overlap({ gridPos: a }: Panel, { gridPos: b }: Panel): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}
