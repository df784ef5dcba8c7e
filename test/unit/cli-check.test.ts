import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type CheckReport } from '../../lib/cli/check/check.js';
import { runCommand } from '../support/command.js';

const folder = mkdtempSync(join(tmpdir(), 'check-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const EXPOSITION = file(
  'metrics.txt',
  `# HELP walks_total Walks.
# TYPE walks_total counter
walks_total{dog="Rex",place="park"} 1
walks_total{dog="Ada",place="park"} 1
# HELP walk_seconds Walks.
# TYPE walk_seconds histogram
walk_seconds_bucket{place="park",le="1"} 1
walk_seconds_bucket{place="park",le="+Inf"} 1
walk_seconds_sum{place="park"} 1
walk_seconds_count{place="park"} 1
# HELP naps_total Naps.
# TYPE naps_total counter
# HELP shop_nestjs_metrics_info Versions.
# TYPE shop_nestjs_metrics_info gauge
shop_nestjs_metrics_info{version="1"} 1
`,
);

/** Checks the exposition, and gives the findings as `level check metric message`. */
async function findings(...flags: readonly string[]) {
  const { status, out, err } = await runCommand(['check', EXPOSITION, '--json', ...flags]);
  expect(err).toBe('');
  const report = JSON.parse(out) as CheckReport;
  return { status, found: report.findings.map(({ level, check, metric, message }) => [level, check, metric, message]) };
}

const rules = (name: string, text: string) => ['--rules', file(name, `groups:\n- name: g\n  rules:\n${text}`)];
const dashboard = (name: string, ...panels: readonly object[]) => [
  '--dashboards',
  file(name, JSON.stringify({ title: 'Dogs', panels })),
];

describe('the names in rules', () => {
  it('that the endpoint has are fine, target labels and what Prometheus itself writes included', async () => {
    const fit = `
    - record: place:walks:rate5m
      expr: sum by (place, job) (rate(walks_total{instance="a"}[5m]))
    - alert: Slow
      expr: histogram_quantile(0.9, sum by (le) (rate(walk_seconds_bucket[5m]))) > 1 and on (job) up == 1
    - alert: Few
      expr: place:walks:rate5m < 1 or naps_total{bed="basket"} > 1
    - alert: Constant
      expr: 1
`;
    const { status, found } = await findings(...rules('fit.yml', fit));
    expect(found).toEqual([['info', 'unused', 'shop_nestjs_metrics_info', 'no given rule or dashboard uses it']]);
    expect(status).toBe(0);
  });

  it('that it does not have are reported with their place, and with what may have been meant', async () => {
    const unfit = `
    - alert: Typo
      expr: rate(walk_total[5m]) > 1 or walks_total{dogs="Rex"} > 1
    - alert: Unrecorded
      expr: job:walks:rate5m > 1
    - alert: Optional
      expr: shop_nestjs_http_handler_duration_seconds_count > 1
`;
    const { status, found } = await findings(
      ...rules('unfit.yml', unfit),
      '--ignore',
      'shop_.*_info|walk.*_seconds|naps.*',
    );
    const path = join(folder, 'unfit.yml');
    expect(found).toEqual([
      [
        'error',
        'missing-metric',
        'walk_total',
        `not published, did you mean walks_total?; used in ${path} (rule Typo)`,
      ],
      [
        'error',
        'missing-metric',
        'job:walks:rate5m',
        `not published and recorded in none of the files; used in ${path} (rule Unrecorded)`,
      ],
      ['error', 'missing-label', 'walks_total', `has no label dogs (it has dog, place); used in ${path} (rule Typo)`],
      [
        'warning',
        'missing-metric',
        'shop_nestjs_http_handler_duration_seconds_count',
        `not published, a metric of the library that depends on an option or on what the application has; used in ${path} (rule Optional)`,
      ],
    ]);
    expect(status).toBe(1);
  });

  it('may be those of a PrometheusRule', async () => {
    const path = file(
      'operator.yml',
      'kind: PrometheusRule\nspec:\n  groups:\n  - name: g\n    rules:\n    - {alert: A, expr: nope > 1}\n',
    );
    expect((await findings('--rules', path)).found[0]?.slice(0, 3)).toEqual(['error', 'missing-metric', 'nope']);
  });

  it('are recorded in one file and used in another', async () => {
    const first = rules('one.yml', '  - {record: "a:walks:rate", expr: walks_total}\n');
    const second = file('two.yml', 'groups: [{name: g, rules: [{alert: B, expr: "a:walks:rate > 1"}]}]');
    expect((await findings(...first, second, '--fail-on', 'warning')).status).toBe(0);
  });
});

describe('the names in dashboards', () => {
  it('are found in panels, rows, variables and annotations, and in no other data source', async () => {
    const path = file(
      'dashboard.json',
      JSON.stringify({
        dashboard: {
          title: 'Dogs',
          panels: [
            { title: 'Walks', targets: [{ expr: 'rate(walks_total{dog=~"$dog"}[$__rate_interval])' }] },
            { type: 'row', title: 'More', panels: [{ title: 'Gone', targets: [{ expr: 'gone_a' }, { expr: '' }] }] },
            { title: 'Logs', datasource: { type: 'loki' }, targets: [{ expr: '{app="x"} |= "y"' }] },
          ],
          templating: {
            list: [
              { name: 'dog', type: 'query', query: { query: 'label_values(gone_b{place="park"}, dog)' } },
              { name: 'place', type: 'query', query: 'query_result(max by (place) (gone_c))' },
              { name: 'text', type: 'custom', query: 'a,b' },
            ],
          },
          annotations: { list: [{ name: 'Restarts', expr: 'gone_d > 0' }] },
        },
      }),
    );
    const { found } = await findings('--dashboards', path, '--fail-on', 'error', '--ignore', '(walk|shop|nap).*');
    expect(found.map(([, , metric, message]) => [metric, /\(([^)]*)\)/.exec(String(message))?.[1]])).toEqual([
      ['gone_a', 'panel Gone'],
      ['gone_b', 'variable dog'],
      ['gone_c', 'variable place'],
      ['gone_d', 'dashboard Dogs'],
    ]);
  });

  it('make a metric a used one', async () => {
    const used = dashboard('used.json', { title: 'W', targets: [{ expr: 'walk_seconds_sum / walk_seconds_count' }] });
    const { found } = await findings(...used);
    expect(found.map(([, check, metric]) => `${check} ${metric}`)).toEqual([
      'unused walks_total',
      'unused naps_total',
      'unused shop_nestjs_metrics_info',
    ]);
  });
});

describe('a file that is no rule file or dashboard', () => {
  it.each<readonly [what: string, flag: string, content: string, reason: RegExp]>([
    ['malformed YAML', '--rules', 'groups: [', /is not YAML: /],
    ['YAML with a key twice', '--rules', 'groups: []\ngroups: []\n', /is not YAML: .*unique/],
    ['a test of promtool', '--rules', 'rule_files: [a]\ntests: []\n', /is not a rule file of Prometheus/],
    ['a group of another shape', '--rules', 'groups: [a]', /a group without a list of `rules`/],
    ['a rule without a name', '--rules', 'groups: [{rules: [{expr: a}]}]', /a rule without `expr` and/],
    [
      'a rule that is not PromQL',
      '--rules',
      'groups: [{rules: [{alert: A, expr: "a b"}]}]',
      /rule A: A syntax error at line 1, column 3/,
    ],
    ['malformed JSON', '--dashboards', '{', /is not JSON/],
    ['JSON of another shape', '--dashboards', '[1]', /is not a dashboard of Grafana/],
    ['deep JSON', '--dashboards', `{"panels":${'['.repeat(100_000)}${']'.repeat(100_000)}}`, /is nested too deeply/],
    [
      'a panel that is not PromQL',
      '--dashboards',
      '{"panels":[{"title":"P","targets":[{"expr":"a("}]}]}',
      /panel P: A syntax error/,
    ],
  ])('%s is refused in one sentence', async (_, flag, content, reason) => {
    const { status, out, err } = await runCommand(['check', EXPOSITION, flag, file('wrong', content)]);
    expect(err).toMatch(reason);
    expect(err).toMatch(/^error: [^\n]+\n$/);
    expect({ status, out }).toEqual({ status: 2, out: '' });
  });
});

describe('an exposition', () => {
  const checked = async (text: string, ...flags: readonly string[]) => {
    const { status, out } = await runCommand(['check', '-', '--json', ...flags], { stdin: text });
    return { status, report: JSON.parse(out) as CheckReport };
  };

  it('is linted', async () => {
    const { status, report } = await checked('# TYPE walkMinutes gauge\nwalkMinutes 1\n');
    expect(report.findings.map(({ check, message }) => `${check} ${message}`)).toEqual([
      'lint no help text',
      "lint metric names should be written in 'snake_case' not 'camelCase'",
    ]);
    expect(status).toBe(1);
  });

  it('is fine if nothing is as bad as --fail-on says', async () => {
    expect((await checked('dogs 1\n', '--fail-on', 'error')).status).toBe(0);
    expect((await checked('dogs 1\n', '--fail-on', 'info')).status).toBe(1);
  });

  it('has its series counted as Prometheus counts them, with the labels that make them many', async () => {
    const { report } = await checked(
      '# HELP x_seconds X.\n# TYPE x_seconds histogram\n' +
        ['a', 'b', 'c']
          .map(
            (v) =>
              `x_seconds_bucket{l="${v}",constructor="1",le="+Inf"} 1\nx_seconds_sum{l="${v}",constructor="1"} 1\nx_seconds_count{l="${v}",constructor="1"} 1\n`,
          )
          .join(''),
      '--max-series',
      '8',
    );
    expect(report).toMatchObject({ source: 'stdin', metrics: 1, series: 9 });
    expect(report.cardinality).toEqual([
      {
        metric: 'x_seconds',
        type: 'histogram',
        series: 9,
        labels: [
          { label: 'l', values: 3 },
          { label: 'constructor', values: 1 },
          { label: 'le', values: 1 },
        ],
      },
    ]);
    expect(report.findings).toEqual([
      {
        level: 'warning',
        check: 'series',
        metric: 'x_seconds',
        message: '9 series, more than 8, most of them by l with 3 values',
      },
    ]);
  });

  it('has metrics near or beyond the budget of the library', async () => {
    const text =
      '# HELP a_nestjs_metrics_info V.\n# TYPE a_nestjs_metrics_info gauge\na_nestjs_metrics_info 1\n' +
      '# HELP a_nestjs_metrics_series S.\n# TYPE a_nestjs_metrics_series gauge\n' +
      'a_nestjs_metrics_series{metric="calm"} 79\na_nestjs_metrics_series{metric="near"} 80\na_nestjs_metrics_series{metric="full"} 100\n' +
      '# HELP a_nestjs_metrics_overflow_total O.\n# TYPE a_nestjs_metrics_overflow_total counter\n' +
      'a_nestjs_metrics_overflow_total{metric="calm"} 0\na_nestjs_metrics_overflow_total{metric="full"} 3\n';
    const { report } = await checked(text, '--label-sets', '100');
    expect(report.findings.map(({ level, check, metric }) => `${level} ${check} ${metric}`)).toEqual([
      'error overflow full',
      'warning budget near',
    ]);
  });
});

describe('the report for a reader', () => {
  const TEXT =
    '# HELP a_total A.\n# TYPE a_total counter\na_total{l="1"} 1\na_total{l="2"} 1\n# HELP b B.\n# TYPE b gauge\nb 1\n';

  it('is a table and a sentence', async () => {
    const { out } = await runCommand(['check', '-'], { stdin: TEXT });
    expect(out).toBe(
      [
        'stdin: 2 metrics, 3 series',
        '',
        'Most series (2 of 2 metrics):',
        'series  metric   type     labels with most values',
        '     2  a_total  counter  l 2',
        '     1  b        gauge',
        '',
        'Nothing found.',
        '',
      ].join('\n'),
    );
  });

  it('fits the terminal', async () => {
    const stdin = TEXT.replaceAll('a_total', `${'a'.repeat(200)}_total`);
    const { out } = await runCommand(['check', '-'], { stdin, columns: 60 });
    const table = out.split('\n').slice(2, 6);
    expect(Math.max(...table.map((line) => line.length))).toBeLessThanOrEqual(60);
    expect(table.join('\n')).toContain('…');
  });

  it('has colours on a screen only', async () => {
    const stdin = 'dogs 1\n';
    expect((await runCommand(['check', '-'], { stdin, hasColours: true })).out).toContain('\u001b[33mwarning\u001b[0m');
    expect((await runCommand(['check', '-'], { stdin })).out).not.toContain('\u001b');
  });
});

describe('wrong arguments', () => {
  it.each<readonly [args: readonly string[], reason: RegExp]>([
    [[], /Usage: nestjs-prometheus-exporter/],
    [['chekc'], /unknown command 'chekc'\n\(?Did you mean check/],
    [['check'], /missing required argument 'source'/],
    [['check', 'x', '--nope'], /unknown option '--nope'/],
    [['check', 'x', '--timeout', '0'], /Expected a number above 0/],
    [['check', 'x', '--max-series', '1.5'], /Expected a whole number above 0/],
    [['check', 'x', '--ignore', '('], /Expected a regular expression/],
    [['check', 'x', '--fail-on', 'all'], /Allowed choices are error, warning, info/],
    [['check', 'x', '--target-labels', 'a,,b'], /Expected values with commas/],
  ])('%j are refused with status 2', async (args, reason) => {
    const { status, out, err } = await runCommand(args);
    expect(err).toMatch(reason);
    expect({ status, out }).toEqual({ status: 2, out: '' });
  });
});
