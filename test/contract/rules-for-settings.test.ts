import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { alertRules, recordingRules, type RuleFile, toYaml } from '../../lib/rules/rule-file.js';
import { DEFAULT_RULE_SETTINGS, type RuleSettings } from '../../lib/rules/rule-settings.js';
import { metricNames } from '../../lib/rules/metric-names.js';
import { checkRules } from '../support/promtool.js';
import { metricNamesInExpression } from '../support/rule-files.js';
import { needs } from '../support/services.js';

const folder = mkdtempSync(join(tmpdir(), 'rules-'));
afterAll(() => rmSync(folder, { recursive: true }));

const SHOP: RuleSettings = {
  ...DEFAULT_RULE_SETTINGS,
  namespace: 'shop_',
  instanceLabels: ['instance', 'pod'],
  availability: { objective: 0.9995 },
  latency: { objective: 0.95, seconds: 2 },
  durationBuckets: [0.1, 1, 2, 4],
  runbooks: 'https://wiki.example/runbooks',
  dashboards: 'https://grafana.example/',
};

const filesFor = (settings: RuleSettings) => [...recordingRules(settings), ...alertRules(settings)];
const rulesOf = (files: readonly RuleFile[]) => files.flatMap(({ groups }) => groups).flatMap(({ rules }) => rules);
const textFor = (settings: RuleSettings) => filesFor(settings).map(toYaml).join('\n');

describe('rules for other settings', () => {
  const rules = rulesOf(filesFor(SHOP));

  it('read metrics with the namespace only, recorded ones included', () => {
    const recorded = rules.flatMap((rule) => ('record' in rule ? rule.record : []));
    const bare = rules.flatMap(({ expr }) => metricNamesInExpression(expr)).filter((name) => !recorded.includes(name));
    expect(bare.filter((name) => name !== 'up' && !name.startsWith('shop_'))).toEqual([]);
    expect(recorded.filter((name) => !/^[a-z_]+:shop_[a-z0-9_]+:[a-z0-9_]+$/.test(name))).toEqual([]);
    const withoutIt = bare.map((name) => name.replace(/^shop_/, ''));
    expect(withoutIt).toContain('process_resident_memory_bytes');
    expect([...metricNames()].filter((name) => bare.includes(name))).toEqual([]);
  });

  it('drop every label of the instances, and join targets on them', () => {
    const text = textFor(SHOP);
    expect(text).not.toMatch(/without \(instance[,)](?! pod)/);
    expect(text).not.toMatch(/on \(job, instance\)/);
    expect(text).toContain('on (job, instance, pod)');
  });

  it('have the limits of the objectives', () => {
    const text = textFor(SHOP);
    expect(text).toContain('job:shop_nestjs_http_requests_5xx_per_requests:ratio_rate1h > 0.0072');
    expect(text).toContain('job:shop_nestjs_http_requests_slow_per_requests:ratio_rate3d > 0.05');
  });

  it('find a bound that is a whole number in both text formats', () => {
    expect(textFor(SHOP)).toContain('{le=~"2([.]0)?"}');
  });

  it('link to the given runbooks and dashboards', () => {
    const [alert] = rulesOf(alertRules(SHOP));
    expect(alert).toMatchObject({
      annotations: {
        runbook_url: 'https://wiki.example/runbooks/NestjsErrorRatioHigh.md',
        dashboard_url: 'https://grafana.example/d/nestjs-http',
      },
    });
  });

  it.each([
    [0.3, '0.25 or 0.5'],
    [0.001, '0.005'],
    [60, '10'],
  ])('are refused for a latency of %d s that is no bound, with the nearest ones', (seconds, bounds) => {
    const settings = { ...DEFAULT_RULE_SETTINGS, latency: { objective: 0.99, seconds } };
    expect(() => recordingRules(settings)).toThrow(`got ${seconds} s: take ${bounds}, or add ${seconds}`);
  });
});

needs('promtool')('promtool', () => {
  it('accepts rules for other settings', async () => {
    const paths = filesFor(SHOP).map((file) => {
      const path = join(folder, file.name);
      writeFileSync(path, toYaml(file));
      return path;
    });
    expect(await checkRules(...paths)).toBe('');
  });
});
