import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { checkConfig, checkRules, testRules } from '../support/promtool.js';
import { metricNamesIn, rulesIn } from '../support/rule-files.js';
import { needs } from '../support/services.js';

const FOLDER = fileURLToPath(new URL('../../examples/prometheus/', import.meta.url));
const RULE_FILES = filesIn('rules/', '.rules.yml');
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

  it('are there', () => {
    expect(recorded.length).toBeGreaterThan(0);
  });

  it.each(recorded)('%s is named level:metric:operations, and tested', (name) => {
    expect(name).toMatch(/^[a-z_]+:[a-z0-9_]+:[a-z0-9_]+$/);
    expect(metricNamesIn(...TEST_FILES.map(contentOf))).toContain(name);
  });

  it('read metrics of the library only', () => {
    const foreign = metricNamesIn(...rules).filter((name) => !/^(?:nestjs|typeorm)_[a-z_]+$/.test(name));
    expect(foreign).toEqual([]);
  });
});

function filesIn(folder: string, ending: string): string[] {
  const names = readdirSync(FOLDER + folder).filter((name) => name.endsWith(ending));
  return names.map((name) => folder + name);
}

function contentOf(path: string): string {
  return readFileSync(FOLDER + path, 'utf8');
}
