import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { alertRules } from '../../lib/rules/rule-file.js';
import { DEFAULT_RULE_SETTINGS } from '../../lib/rules/rule-settings.js';
import { promqlFences } from '../support/promql-fences.js';

const FOLDER = fileURLToPath(new URL('../../docs/runbooks/', import.meta.url));
const read = (page: string) => readFileSync(FOLDER + page, 'utf8');
const PAGES = readdirSync(FOLDER).filter((name) => name !== 'README.md');

const ALERTS = alertRules(DEFAULT_RULE_SETTINGS).flatMap(({ name: file, groups }) =>
  groups.flatMap(({ rules }) => rules).flatMap((rule) => ('alert' in rule ? { file, ...rule } : [])),
);

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

  it('has a query to look at', () => {
    expect(promqlFences(`docs/runbooks/${page}`).length).toBeGreaterThan(0);
  });
});
