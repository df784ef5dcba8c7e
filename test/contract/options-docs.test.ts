import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { KNOWN_MONITOR_OPTIONS } from '../../lib/monitor/monitor.options-check.js';
import { resolveMonitorOptions } from '../../lib/monitor/monitor.options.js';
import { optionRules } from '../../lib/prometheus.options-rules.js';
import { resolveOptions } from '../../lib/prometheus.options.js';

const KNOWN_OPTIONS = optionRules().map(({ option }) => option);
const PAGE = readFileSync(new URL('../../docs/options.md', import.meta.url), 'utf8');
const [, PROMETHEUS = '', MONITOR = ''] = PAGE.split(/^## /m);

interface Row {
  readonly option: string;
  readonly fallback: string;
}

/** Every row that links to an option, with its default. */
const rowsOf = (section: string): readonly Row[] =>
  [...section.matchAll(/^\| \[`([\w.]+)`\]\(#[\w-]+\)\s*\|([^|]*)\|/gm)].map(([, option = '', fallback = '']) => ({
    option,
    fallback: fallback.trim(),
  }));

/** Lists and objects are as good as nothing while they are empty. */
const isNothing = (value: unknown) => value === undefined || value === '' || Object.keys(Object(value)).length === 0;

function valueAt(options: object, option: string): unknown {
  return option
    .split('.')
    .reduce<unknown>((value, name) => (Object(value) as Readonly<Record<string, unknown>>)[name], options);
}

/** The value of a default that is written as code. */
function valueOf(fallback: string): unknown {
  const [, code = ''] = /^`([^`]+)`/.exec(fallback) ?? [];
  return JSON.parse(code.replaceAll("'", '"'));
}

/** `auto` is resolved by the version of Node. */
const RESOLVED: Readonly<Record<string, unknown>> = {
  'http.queriesPerRequest': Number.parseInt(process.versions.node, 10) >= 24,
};

/** Options of `server` and of `push` have defaults only where these are given. */
function prometheusDefaults(option: string): object {
  const tls = { cert: 'tls.crt', key: 'tls.key' };
  const { capabilities, ...own } = resolveOptions({
    ...(option.startsWith('server.') && { server: { port: 0, ...(option.startsWith('server.tls.') && { tls }) } }),
    ...(option.startsWith('push.') && { push: { url: 'http://pushgateway', job: 'test' } }),
  });
  return { ...own, ...capabilities };
}

/** Options of `listen` have defaults only where it is given. */
const monitorDefaults = (option: string) =>
  resolveMonitorOptions(option.startsWith('listen.') ? { listen: { port: 0 } } : {});

describe.each([
  ['PrometheusModule', PROMETHEUS, KNOWN_OPTIONS, prometheusDefaults],
  ['MonitorModule', MONITOR, KNOWN_MONITOR_OPTIONS, monitorDefaults],
] as const)('the options of the %s in docs/options.md', (module, section, known, defaultsOf) => {
  const rows = rowsOf(section);
  const inCode = rows.filter(({ fallback }) => fallback.startsWith('`'));
  const without = rows.filter(({ fallback }) => fallback.startsWith('none'));

  it('are all there, and no other', () => {
    expect(section.startsWith(`${module}\n`)).toBe(true);
    expect(rows.map(({ option }) => option).toSorted()).toEqual([...known].toSorted());
  });

  it.each(rows)('are explained, with what is accepted: $option', ({ option }) => {
    const [, text = ''] = section.split(`\n#### \`${option}\`\n`);
    expect(text.split('\n#')[0]).toMatch(/^- \*\*Accepted\*\*: ./m);
  });

  it.each(inCode)('have the default of the code: $option $fallback', ({ option, fallback }) => {
    expect(valueAt(defaultsOf(option), option)).toEqual(RESOLVED[option] ?? valueOf(fallback));
  });

  it.each(without)('have no value where the default is none: $option', ({ option }) => {
    expect(isNothing(valueAt(defaultsOf(option), option))).toBe(true);
  });
});
