import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { runCommand } from '../support/command.js';

const folder = mkdtempSync(join(tmpdir(), 'write-'));
afterAll(() => rmSync(folder, { recursive: true }));

const EXAMPLES = new URL('../../examples/', import.meta.url);

/** What a command prints, without a note or an error. */
async function printed(...args: readonly string[]): Promise<string> {
  const { status, out, err } = await runCommand(args);
  expect({ status, err }).toEqual({ status: 0, err: '' });
  return out;
}

interface PrintedRules {
  readonly groups: readonly { readonly rules: readonly Readonly<Record<string, unknown>>[] }[];
}

const rulesIn = (yaml: string) => (parse(yaml) as PrintedRules).groups.flatMap(({ rules }) => rules);

/** The metrics of an application whose namespace, buckets and labels are its own. */
const APPLICATION = join(folder, 'metrics.txt');
writeFileSync(
  APPLICATION,
  `# TYPE shop_nestjs_metrics_info gauge
shop_nestjs_metrics_info{worker="1"} 1
# TYPE shop_nestjs_http_request_duration_seconds histogram
shop_nestjs_http_request_duration_seconds_bucket{worker="1",le="0.3"} 1
shop_nestjs_http_request_duration_seconds_bucket{worker="1",le="2"} 1
shop_nestjs_http_request_duration_seconds_bucket{worker="1",le="+Inf"} 1
shop_nestjs_http_request_duration_seconds_sum{worker="1"} 1
shop_nestjs_http_request_duration_seconds_count{worker="1"} 1
`,
);

describe.each(['rules', 'alerts'])('%s', (command) => {
  it('without flags are those of examples/, in one file or one per subject', async () => {
    const examples = readdirSync(new URL('prometheus/rules/', EXAMPLES)).filter((name) =>
      name.endsWith(`.${command}.yml`),
    );
    const expected = examples.map((name) => {
      return [name, rulesIn(readFileSync(new URL(`prometheus/rules/${name}`, EXAMPLES), 'utf8'))] as const;
    });
    const out = join(folder, `${command}-of-defaults`);
    const { err } = await runCommand([command, '--out', out]);
    const written = readdirSync(out).map((name) => [name, rulesIn(readFileSync(join(out, name), 'utf8'))] as const);
    expect(new Map(written)).toEqual(new Map(expected));
    expect(err.trim().split('\n').toSorted()).toEqual(examples.map((name) => join(out, name)).toSorted());
    const all = rulesIn(await printed(command));
    expect(all).toHaveLength(expected.flatMap(([, rules]) => rules).length);
    expect(all).toEqual(expect.arrayContaining(expected.flatMap(([, rules]) => rules)));
  });

  it('are written for the namespace', async () => {
    const shop = await printed(command, '--namespace', 'shop');
    expect(shop).toContain('shop_nestjs_http_requests');
    expect(shop).not.toMatch(/(?<!shop_)nestjs_http_requests/);
    expect(await printed(command, '--namespace', 'shop_')).toBe(shop);
  });

  it('are written for a running application, and flags come first', async () => {
    const { status, out, err } = await runCommand([command, '--from', APPLICATION, '--latency', '0.3']);
    expect(err).toMatch(/^note: All metrics have the label worker\. .*--instance-labels instance,worker\.\n$/);
    expect(status).toBe(0);
    expect(out).toContain('shop_nestjs_http_requests');
    expect(
      (await runCommand([command, '--from', APPLICATION, '--latency', '0.3', '--namespace', ''])).out,
    ).not.toContain('shop_');
  });

  it('are refused for a latency without a bucket, of the application or of the flags', async () => {
    const { status, err } = await runCommand([command, '--from', APPLICATION]);
    expect(err).toMatch(/error: Expected the latency .* got 0\.5 s: take 0\.3 or 2/);
    expect(status).toBe(2);
    const flags = ['--latency', '1', '--duration-buckets', '0.5,2'];
    expect((await runCommand([command, ...flags])).err).toMatch(/got 1 s: take 0\.5 or 2/);
  });
});

describe('the flags of rules and alerts', () => {
  it('name the labels of the instances', async () => {
    expect(await printed('rules', '--instance-labels', 'instance,pod')).toContain('without (instance, pod, ');
  });

  it('set the objectives and the links', async () => {
    const alerts = await printed(
      'alerts',
      '--availability-objective',
      '99%',
      '--runbooks',
      'http://wiki',
      '--grafana',
      'http://g/',
    );
    const burn = rulesIn(alerts).find(({ alert }) => alert === 'NestjsAvailabilityBudgetBurn');
    expect(JSON.stringify(burn)).toContain('http://wiki/NestjsAvailabilityBudgetBurn.md');
    expect(JSON.stringify(burn)).toContain('"http://g/d/');
    expect(alerts).toMatch(/0\.01\b/);
    const same = await printed(
      'alerts',
      '--availability-objective',
      '0.99',
      '--runbooks',
      'http://wiki/',
      '--grafana',
      'http://g',
    );
    expect(same).toBe(alerts);
  });

  it.each<readonly [flag: string, value: string, reason: RegExp]>([
    ['--availability-objective', '100%', /Expected a share such as 99\.9% or 0\.999/],
    ['--latency-objective', 'most', /Expected a share/],
    ['--instance-labels', 'a-b', /Expected names of labels/],
    ['--instance-labels', 'instance,job', /The label job tells applications apart/],
    ['--duration-buckets', '2,1', /Expected ascending numbers/],
    ['--latency', '-1', /Expected a number above 0/],
    ['--namespace', 'a-b', /Expected --namespace to be letters, digits and _/],
  ])('%s %s is refused', async (flag, value, reason) => {
    const { status, out, err } = await runCommand(['alerts', flag, value]);
    expect(err).toMatch(reason);
    expect({ status, out }).toEqual({ status: 2, out: '' });
  });
});

describe('dashboards', () => {
  it('without flags are those of examples/', async () => {
    const out = join(folder, 'dashboards');
    await runCommand(['dashboards', '--out', out]);
    const examples = readdirSync(new URL('grafana/', EXAMPLES)).filter((name) => name.endsWith('.json'));
    expect(readdirSync(out).toSorted()).toEqual(examples.toSorted());
    for (const name of examples) {
      expect(readFileSync(join(out, name), 'utf8')).toBe(readFileSync(new URL(`grafana/${name}`, EXAMPLES), 'utf8'));
    }
  });

  it('can be printed one by one, for a namespace', async () => {
    const out = await printed('dashboards', 'nestjs-http', '--namespace', 'kennel');
    expect(JSON.parse(out)).toMatchObject({ uid: 'nestjs-http' });
    expect(out).toContain('kennel_nestjs_http_requests_total');
    expect((await runCommand(['dashboards', 'nestjs-http', '--from', APPLICATION])).out).toBe(
      out.replaceAll('kennel_', 'shop_'),
    );
  });

  it('are refused if they cannot be printed, or do not exist', async () => {
    expect((await runCommand(['dashboards'])).err).toMatch(
      /^error: Give --out for several dashboards, or name one of nestjs-/,
    );
    expect((await runCommand(['dashboards', 'nope'])).err).toMatch(
      /^error: There is no dashboard nope: expected one of nestjs-/,
    );
    expect(await runCommand(['dashboards', '--out', join(APPLICATION, 'x')])).toMatchObject({ status: 2 });
    expect(await runCommand(['dashboards', '--out', '/proc/none/x'])).toMatchObject({ status: 2 });
    expect(await runCommand(['dashboards', '--out', join(folder, 'not', 'yet')])).toMatchObject({ status: 0 });
  });
});

describe('an application that files cannot be written for', () => {
  const from = async (text: string) => runCommand(['rules', '--from', '-'], { stdin: text });
  const INFO = '# TYPE nestjs_metrics_info gauge\nnestjs_metrics_info 1\n';

  it('is one without this library, or without the naming that is asked for', async () => {
    expect((await from('up 1\n')).err).toBe('error: stdin has no nestjs_metrics_info: it is not of this library.\n');
    const stdin = `${INFO}django_http_ajax_requests_total 1\n`;
    const { status, err } = await runCommand(['rules', '--from', '-', '--naming', 'otel'], { stdin });
    expect(err).toMatch(/has no names of the naming otel, but of django: /);
    expect(status).toBe(2);
  });

  it('is not one without requests: the default buckets are assumed', async () => {
    const { status, err } = await from(INFO);
    expect(err).toBe('note: There were no requests yet, so the default buckets of their durations are assumed.\n');
    expect(status).toBe(0);
  });
});

describe('the naming', () => {
  const PROMQL: Readonly<Record<string, string>> = {
    nest: 'rate(nestjs_http_requests_total[5m])',
    django: 'rate(django_http_responses_total_by_status_view_method_total[5m])',
    otel: 'rate(http_server_request_duration_seconds_count{http_response_status_code!=""}[5m])',
  };
  const METRICS: Readonly<Record<string, string>> = {
    nest: 'nestjs_http_requests_total 1',
    django: 'django_http_ajax_requests_total 1',
    otel: 'http_server_active_requests 1',
  };
  const INFO = '# TYPE shop_nestjs_metrics_info gauge\nshop_nestjs_metrics_info 1\n';

  it.each(Object.keys(PROMQL))('%s is that of the flag, or the first one that is published', async (naming) => {
    expect(await printed('rules', '--naming', naming)).toContain(PROMQL[naming]);
    const { out } = await runCommand(['rules', '--from', '-'], { stdin: `${INFO}shop_${METRICS[naming]}\n` });
    expect(out).toContain(PROMQL[naming]!.replace(/(?<=rate\()/, 'shop_'));
    const others = Object.keys(PROMQL).filter((one) => one !== naming);
    for (const other of others) expect(out).not.toContain(PROMQL[other]);
  });

  it('of several that are published can be chosen', async () => {
    const stdin = `${INFO}shop_${METRICS['nest']}\nshop_${METRICS['otel']}\n`;
    expect((await runCommand(['rules', '--from', '-'], { stdin })).out).toContain('shop_nestjs_http_requests_total');
    const { out } = await runCommand(['rules', '--from', '-', '--naming', 'otel'], { stdin });
    expect(out).not.toContain('shop_nestjs_http_requests_total');
  });

  it('decides which dashboards there are, and which buckets are assumed', async () => {
    const out = join(folder, 'django');
    await runCommand(['dashboards', '--naming', 'django', '--out', out]);
    const texts = readdirSync(out).map((name) => readFileSync(join(out, name), 'utf8'));
    expect(texts.join('')).toContain('django_http_requests_latency_seconds_by_view_method');
    const { err } = await runCommand(['rules', '--naming', 'django', '--latency', '60']);
    expect(err).toMatch(/take 50 or 75/);
  });
});
