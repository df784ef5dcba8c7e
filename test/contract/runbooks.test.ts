import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { metricNames } from '../../lib/rules/metric-names.js';
import { alertRules, recordingRules } from '../../lib/rules/rule-file.js';
import { DEFAULT_RULE_SETTINGS } from '../../lib/rules/rule-settings.js';
import { metricNamesInExpression } from '../support/rule-files.js';

const FOLDER = fileURLToPath(new URL('../../docs/runbooks/', import.meta.url));
const read = (page: string) => readFileSync(FOLDER + page, 'utf8');
const PAGES = readdirSync(FOLDER).filter((name) => name !== 'README.md');

const ALERTS = alertRules(DEFAULT_RULE_SETTINGS).flatMap(({ name: file, groups }) =>
  groups.flatMap(({ rules }) => rules).flatMap((rule) => ('alert' in rule ? { file, ...rule } : [])),
);
const RECORDED = recordingRules(DEFAULT_RULE_SETTINGS).flatMap(({ groups }) =>
  groups.flatMap(({ rules }) => rules).flatMap((rule) => ('record' in rule ? rule.record : [])),
);
const HISTOGRAM_SUFFIX = /_(?:bucket|count|sum)$/;

/** The queries of a page. A line that is not indented begins a query, unless it is an operator. */
function queriesIn(page: string): readonly string[] {
  const blocks = [...read(page).matchAll(/^```promql\n(.*?)^```$/gms)].map(([, text = '']) => text.trimEnd());
  return blocks.flatMap((block) => (block.startsWith(' ') ? block : block.split('\n')));
}

describe('the alerts', () => {
  it.each(ALERTS)('$alert links to its page, and back', ({ alert, file, annotations, labels }) => {
    expect(annotations['runbook_url']).toBe(`${DEFAULT_RULE_SETTINGS.runbooks}${alert}.md`);
    const page = read(`${alert}.md`);
    expect(page).toMatch(new RegExp(`^# ${alert}\n`));
    expect(page).toContain(`(../../examples/prometheus/rules/${file})`);
    expect(/^_Severity: (.*?)\./m.exec(page)?.[1]?.split(', ')).toContain(labels.severity);
  });

  it('are those that have a page, and all are in the index', () => {
    const names = [...new Set(ALERTS.map(({ alert }) => `${alert}.md`))];
    expect(PAGES).toEqual(names.toSorted());
    const linked = [...read('README.md').matchAll(/\]\((\w+\.md)\)/g)].map(([, page = '']) => page);
    expect(linked.toSorted()).toEqual(PAGES);
  });
});

describe.each(PAGES)('%s', (page) => {
  it('says what the alert means, what to look at and what to do', () => {
    const headings = [...read(page).matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
    expect(headings).toEqual(['What it means', 'What to look at', 'What to do']);
  });

  it('queries metrics that exist', () => {
    const names = queriesIn(page).flatMap(metricNamesInExpression);
    expect(names.length).toBeGreaterThan(0);
    const unknown = names.filter(
      (name) =>
        name !== 'up' &&
        !RECORDED.includes(name) &&
        !metricNames().has(name) &&
        !metricNames().has(name.replace(HISTOGRAM_SUFFIX, '')),
    );
    expect(unknown).toEqual([]);
  });
});
