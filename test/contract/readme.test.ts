import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as cache from '../../lib/catalogue/nest/cache.definitions.js';
import * as http from '../../lib/catalogue/nest/http.definitions.js';
import * as method from '../../lib/catalogue/nest/method.definitions.js';
import * as typeorm from '../../lib/catalogue/nest/typeorm.definitions.js';
import * as self from '../../lib/catalogue/nest/self.definitions.js';
import { type ResolvedHttpOptions } from '../../lib/capabilities/http.options.js';
import { type ResolvedTypeOrmOptions } from '../../lib/capabilities/typeorm.options.js';
import { optionRules } from '../../lib/prometheus.options-rules.js';
import { resolveOptions } from '../../lib/prometheus.options.js';

const README = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

/** The cells of every table row whose first cell is code. */
const ROWS = [...README.matchAll(/^\| `([^`]+)`\s*\|(.*)\|$/gm)].map(([, name = '', rest = '']) => ({
  name,
  cells: rest.split('|').map((cell) => cell.trim()),
}));

const definitionsOf = (module: object) =>
  Object.values(module).filter(
    (value): value is { name: string; type: string; labels: object } => 'help' in Object(value),
  );

describe('the README', () => {
  it.each([http, method, typeorm, cache].flatMap(definitionsOf))(
    'has a row for $name, with its type and labels',
    ({ name, type, labels }) => {
      const row = ROWS.find((one) => one.name === name);
      const [shownType = '', shownLabels = ''] = row?.cells ?? [];
      expect(shownType.replace(', always 1', '')).toBe(type);
      expect(shownLabels.split(', ')).toEqual(Object.keys(labels).length === 0 ? ['–'] : Object.keys(labels));
    },
  );

  it.each(definitionsOf(self))('names $name', ({ name }) => {
    expect(README).toContain(`\`${name}\``);
  });

  it('names no metric that does not exist', () => {
    const known = [http, method, typeorm, cache, self].flatMap(definitionsOf).map(({ name }) => name);
    const named = [...README.matchAll(/\b(?:nestjs|typeorm)_[a-z_]+/g)].map(([name]) =>
      name.replace(/_(?:bucket|count)$/, ''),
    );
    expect(named.filter((name) => !known.includes(name))).toEqual([]);
  });

  it('has a row for every option, and for no other', () => {
    const rows = ROWS.map(({ name }) => name).filter((name) => !/^(?:nestjs|typeorm)_/.test(name));
    // `http` and `typeorm` have options of their own and can be false; `limits` is only their parent.
    expect(rows.toSorted()).toEqual(
      optionRules()
        .map(({ option }) => option)
        .filter((option) => option !== 'limits')
        .toSorted(),
    );
  });

  it("tells the code's own defaults", () => {
    const { capabilities, limits, path, bypassGuards } = resolveOptions({});
    const httpOptions = capabilities['http'] as ResolvedHttpOptions;
    const database = capabilities['typeorm'] as ResolvedTypeOrmOptions;
    const { runtimeMetrics } = capabilities;
    if (database.migrations === false) throw new Error('Everything is on by default.');
    const shown = (option: string) => ROWS.find(({ name }) => name === option)?.cells[0]?.replaceAll('`', '');
    expect(shown('path')).toBe(`'${String(path)}'`);
    expect(shown('bypassGuards')).toBe(String(bypassGuards));
    expect(shown('runtimeMetrics')).toBe(String(runtimeMetrics));
    expect(shown('http.durationBuckets')).toBe(httpOptions.durationBuckets.join(' '));
    expect(shown('http.handlerDuration')).toBe(String(httpOptions.handlerDuration));
    expect(shown('http.timeToFirstByte')).toBe(String(httpOptions.timeToFirstByte));
    expect(shown('typeorm.models')).toBe(`'${database.models}'`);
    expect(shown('typeorm.durationBuckets')).toBe(database.durationBuckets.join(' '));
    expect(shown('typeorm.migrations.refreshSeconds')).toBe(String(database.migrations.refreshSeconds));
    expect(shown('limits.labelSetsPerMetric')).toBe(String(limits.labelSetsPerMetric));
    expect(shown('limits.concurrentScrapes')).toBe(String(limits.concurrentScrapes));
    expect(shown('limits.scrapeTimeoutSeconds')).toBe(String(limits.scrapeTimeoutSeconds));
  });
});
