import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { alertRules, recordingRules, type RuleFile, toYaml } from '../../lib/rules/rule-file.js';
import { DEFAULT_RULE_SETTINGS, type RuleSettings } from '../../lib/rules/rule-settings.js';
import { METRIC_NAMES } from '../../lib/catalogue/published-names.js';
import { checkRules, testRules } from '../support/promtool.js';
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

/** Writes the files for the settings, and gives their paths. */
function written(name: string, settings: RuleSettings): readonly string[] {
  return filesFor(settings).map((file) => {
    const path = join(folder, `${name}-${file.name}`);
    writeFileSync(path, toYaml(file));
    return path;
  });
}

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
    expect([...METRIC_NAMES].filter((name) => bare.includes(name))).toEqual([]);
  });

  it('drop every label of the instances, and join targets on them', () => {
    const text = textFor(SHOP);
    expect(text).not.toMatch(/without \(instance[,)](?! pod)/);
    expect(text).not.toMatch(/(?<!up == 0\n\s+and )on \(job, instance\)/);
    expect(text).toContain('on (job, instance, pod)');
    // Prometheus writes `up`. It does not have the labels of the application, which `pod` may be.
    expect(text).toMatch(/up == 0\n\s+and on \(job, instance\)\n/);
  });

  it('have the limits of the objectives', () => {
    const text = textFor(SHOP);
    expect(text).toContain('job:shop_nestjs_http_requests_5xx_per_requests:ratio_rate1h > 0.0072');
    expect(text).toContain('job:shop_nestjs_http_requests_slow_per_requests:ratio_rate3d > 0.05');
  });

  it('have no alert that a ratio cannot reach', () => {
    const text = textFor({
      ...DEFAULT_RULE_SETTINGS,
      availability: { objective: 0.9 },
      latency: { objective: 0.8, seconds: 0.5 },
    });
    const limits = [...text.matchAll(/(5xx|slow)_per_requests:ratio_rate(\w+) > ([\d.]+)/g)];
    const ofBurns = limits
      .filter(([, , window]) => window !== '5m')
      .map(([, what, window, limit]) => `${what} ${window} ${limit}`);
    expect(ofBurns).toContain('5xx 6h 0.6');
    expect(ofBurns).toContain('slow 1d 0.6');
    expect(limits.filter(([, , , limit]) => Number(limit) >= 1)).toEqual([]);
  });

  it('have no alert that a quantile cannot reach', () => {
    const p99 = (durationBuckets: readonly number[]) =>
      /nestjs_http_request_duration_seconds:p99_rate5m (>=? [\d.]+)/.exec(
        textFor({ ...DEFAULT_RULE_SETTINGS, durationBuckets }),
      )?.[1];
    expect(p99([0.1, 0.5])).toBe('>= 0.5');
    expect(p99([0.1, 0.5, 1])).toBe('>= 1');
    expect(p99([0.1, 0.5, 2])).toBe('> 1');
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

const HISTOGRAM_SUFFIX = /_(?:bucket|count|sum)$/;

describe.each(['nest', 'django', 'otel'] as const)('rules for the naming %s', (naming) => {
  const files = filesFor({ ...DEFAULT_RULE_SETTINGS, naming });
  const rules = rulesOf(files);
  const recorded = rules.flatMap((rule) => ('record' in rule ? rule.record : []));
  const read = rules.flatMap(({ expr }) => metricNamesInExpression(expr));

  it('read what is recorded, and metrics of the catalogue', () => {
    const unknown = read.filter(
      (name) => name !== 'up' && !recorded.includes(name) && !METRIC_NAMES.has(name.replace(HISTOGRAM_SUFFIX, '')),
    );
    expect(unknown.filter((name) => !METRIC_NAMES.has(name))).toEqual([]);
    // Rules that record the same metric give it different labels.
    const series = rules.flatMap((rule) => ('record' in rule ? `${rule.record} ${JSON.stringify(rule.labels)}` : []));
    expect(new Set(series).size).toBe(series.length);
  });

  it('name no metric and no label of another naming', () => {
    const others = {
      nest: /django_|http_server_|http_client_|db_client_/,
      django:
        /nestjs_(?!metrics)|typeorm_(?!pool_connections_max, and so)|http_server_|http_client_|db_client_|\$labels\.(?:route|data_source|cache)/,
      otel: /nestjs_(?!metrics)|typeorm_(?!pool_connections_max, and so)|django_|\$labels\.(?:route|data_source|role|host|door)/,
    };
    expect(JSON.stringify(rules.map((rule) => ({ ...rule, comment: '' })))).not.toMatch(others[naming]);
  });

  it('say in their file what is left out', () => {
    const text = files.map(({ comment }) => comment).join('\n');
    const named = [...text.matchAll(/The naming (\w+) has no metrics for: NestjsAbortsHigh/g)].map(([, one]) => one);
    expect(named).toEqual(naming === 'nest' ? [] : [naming]);
  });
});

/** One series in ten fails: what each naming calls that. */
const FAILING = {
  django: (status: number) =>
    `django_http_responses_total_by_status_view_method_total{job="a", instance="x", view="Dogs.all", method="GET", status="${status}"}`,
  otel: (status: number) =>
    `http_server_request_duration_seconds_count{job="a", instance="x", http_request_method="GET", http_route="/dogs", url_scheme="http", http_response_status_code="${status}"${status === 500 ? ', error_type="500"' : ''}}`,
};

const RECORDED_RATIO = {
  django: 'job_view:django_http_requests_5xx_per_requests:ratio_rate5m{job="a", view="Dogs.all"}',
  otel: 'job_http_route:http_server_requests_5xx_per_requests:ratio_rate5m{job="a", http_route="/dogs"}',
};

needs('promtool')('promtool', () => {
  it.each(['django', 'otel'] as const)(
    'accepts rules for the naming %s, and they see failed requests',
    async (naming) => {
      const paths = written(naming, { ...DEFAULT_RULE_SETTINGS, naming });
      expect(await checkRules(...paths)).toBe('');
      const test = {
        rule_files: paths,
        evaluation_interval: '1m',
        tests: [
          {
            interval: '1m',
            input_series: [
              { series: FAILING[naming](200), values: '0+45x20' },
              { series: FAILING[naming](500), values: '0+15x20' },
            ],
            promql_expr_test: [
              {
                expr: RECORDED_RATIO[naming],
                eval_time: '10m',
                exp_samples: [{ labels: RECORDED_RATIO[naming], value: 0.25 }],
              },
              {
                expr: 'count(ALERTS{alertname="NestjsErrorRatioHigh", alertstate="firing"})',
                eval_time: '15m',
                exp_samples: [{ labels: '{}', value: 2 }],
              },
            ],
          },
        ],
      };
      const path = join(folder, `${naming}.test.yml`);
      writeFileSync(path, JSON.stringify(test));
      expect(await testRules(path)).toBe('');
    },
  );

  it('sees outgoing requests that fail, with the naming otel', async () => {
    const series = (status: string, error: string) =>
      `http_client_request_duration_seconds_count{job="a", instance="x", http_request_method="GET", server_address="api", server_port="80", url_scheme="http"${status && `, http_response_status_code="${status}"`}${error && `, error_type="${error}"`}}`;
    const ratio =
      'job_server_address:http_client_requests_failed_per_requests:ratio_rate5m{job="a", server_address="api"}';
    const test = {
      rule_files: written('otel-outgoing', { ...DEFAULT_RULE_SETTINGS, naming: 'otel' }),
      evaluation_interval: '1m',
      tests: [
        {
          interval: '1m',
          input_series: [
            { series: series('200', ''), values: '0+30x20' },
            { series: series('503', '503'), values: '0+15x20' },
            { series: series('', 'refused'), values: '0+10x20' },
            { series: series('200', 'reset'), values: '0+5x20' },
            { series: series('', 'aborted'), values: '0+600x20' },
          ],
          promql_expr_test: [
            { expr: ratio, eval_time: '10m', exp_samples: [{ labels: ratio, value: 0.5 }] },
            {
              expr: 'count(ALERTS{alertname="NestjsOutgoingErrorRatioHigh", alertstate="firing"})',
              eval_time: '15m',
              exp_samples: [{ labels: '{}', value: 1 }],
            },
          ],
        },
      ],
    };
    const path = join(folder, 'otel-outgoing.test.yml');
    writeFileSync(path, JSON.stringify(test));
    expect(await testRules(path)).toBe('');
  });

  it('accepts rules for other settings', async () => {
    const paths = written('shop', SHOP);
    expect(await checkRules(...paths)).toBe('');
  });
});
