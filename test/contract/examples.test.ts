import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { checkConfig, checkRules, testRules } from '../support/promtool.js';
import { METRIC_NAMES } from '../../lib/catalogue/published-names.js';
import { metricNamesIn, rulesIn } from '../support/rule-files.js';
import { testedAlertsIn, testedSeriesIn } from '../support/rule-tests.js';
import { needs } from '../support/services.js';

const FOLDER = fileURLToPath(new URL('../../examples/prometheus/', import.meta.url));
const RULE_FILES = filesIn('rules/', '.yml');
const HISTOGRAM_SUFFIX = /_(?:bucket|count|sum)$/;
const TEST_FILES = filesIn('rules/tests/', '.test.yml');

needs('promtool')('the files in examples/prometheus', () => {
  it('are a configuration promtool accepts, rules included', async () => {
    expect(await checkConfig(`${FOLDER}prometheus.yml`)).toBe('');
  });

  it.each(RULE_FILES)('%s are rules promtool accepts', async (path) => {
    expect(await checkRules(FOLDER + path)).toBe('');
  });

  it.each(TEST_FILES)('%s passes', async (path) => {
    expect(await testRules(FOLDER + path)).toBe('');
  });
});

describe('the rules in examples/prometheus', () => {
  const rules = RULE_FILES.map(contentOf);
  const recorded = rules.flatMap(rulesIn).flatMap(({ record }) => record ?? []);
  const alerts = rules.flatMap(rulesIn).flatMap(({ alert, labels }) => (alert === undefined ? [] : { alert, labels }));
  const testedAlerts = TEST_FILES.map(contentOf).flatMap(testedAlertsIn);
  const testedSeries = TEST_FILES.map(contentOf).flatMap(testedSeriesIn);

  it('are there', () => {
    expect(recorded.length).toBeGreaterThan(0);
    expect(alerts.length).toBeGreaterThan(0);
  });

  it.each(recorded)('%s is named level:metric:operations, and tested', (name) => {
    expect(name).toMatch(/^[a-z_]+:[a-z0-9_]+:[a-z0-9_]+$/);
    expect(testedSeries).toContain(name);
  });

  it.each(alerts)('$alert with $labels is tested, firing and not firing', ({ alert, labels }) => {
    const tests = testedAlerts.filter((test) => test.alert === alert);
    const isThis = (fired: Readonly<Record<string, string>>) =>
      Object.entries(labels).every(([name, value]) => fired[name] === value);
    expect(tests.some(({ firing }) => firing.some(isThis))).toBe(true);
    expect(tests.some(({ firing }) => firing.length === 0)).toBe(true);
  });

  it('read metrics of the library only', () => {
    const isOurs = (name: string) => METRIC_NAMES.has(name) || METRIC_NAMES.has(name.replace(HISTOGRAM_SUFFIX, ''));
    const foreign = metricNamesIn(...rules).filter((name) => !isOurs(name));
    // Prometheus itself makes `up`.
    expect(foreign).toEqual(['up']);
  });
});

function filesIn(folder: string, ending: string): string[] {
  const names = readdirSync(FOLDER + folder).filter((name) => name.endsWith(ending));
  return names.map((name) => folder + name);
}

function contentOf(path: string): string {
  return readFileSync(FOLDER + path, 'utf8');
}
