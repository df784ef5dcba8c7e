import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { optionRules } from '../../lib/prometheus.options-rules.js';
import { optionsFromEnvironment } from '../../lib/register/options-from-environment.js';
import { variableOf } from '../../lib/register/variables.js';

const DEFAULTS = { path: false, server: { port: 9464 } };

const folder = mkdtempSync(join(tmpdir(), 'register-config-'));
afterAll(() => rmSync(folder, { recursive: true }));

function fileWith(content: unknown): string {
  const file = join(folder, 'metrics.json');
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

/** The faults that an environment leads to, one a line; empty if the application starts. */
function faultsOf(environment: Readonly<Record<string, string>>): readonly string[] {
  try {
    optionsFromEnvironment(environment);
    return [];
  } catch (error) {
    const [head, ...faults] = (error as TypeError).message.split('\n  - ');
    return head === 'The options of PrometheusModule are not valid.' ? faults : [`another error: ${head}`];
  }
}

describe('the variable of an option', () => {
  it.each([
    ['path', 'PROMETHEUS_PATH'],
    ['server.port', 'PROMETHEUS_SERVER_PORT'],
    ['http.durationBuckets', 'PROMETHEUS_HTTP_DURATION_BUCKETS'],
    ['limits.labelSetsPerMetric', 'PROMETHEUS_LIMITS_LABEL_SETS_PER_METRIC'],
    ['typeorm.migrations.refreshSeconds', 'PROMETHEUS_TYPEORM_MIGRATIONS_REFRESH_SECONDS'],
  ])('%s is %s', (option, variable) => expect(variableOf(option)).toBe(variable));

  it('is its own, and never that of the file', () => {
    const variables = optionRules().map(({ option }) => variableOf(option));
    expect(new Set(variables).size).toBe(variables.length);
    expect(variables).not.toContain('PROMETHEUS_CONFIG');
  });

  it('is read for every option that a text can express', () => {
    const readable = optionRules().filter(({ fromText }) => fromText !== undefined);
    expect(readable.length).toBeGreaterThan(40);
    // No option takes a text that nobody would write, so one that is not read would not be missed.
    const accepted = readable.filter(({ option }) => faultsOf({ [variableOf(option)]: '\0' }).length === 0);
    const anyText = [
      'namespace',
      'processes.name',
      'push.job',
      'push.url',
      'server.tls.cert',
      'auth.bearerToken',
      'queue.jobNames',
    ];
    expect(accepted.filter(({ option }) => !anyText.includes(option)).map(({ option }) => option)).toEqual([]);
  });
});

describe('options from the environment', () => {
  it('are the own port and no route, where nothing is given', () => {
    expect(optionsFromEnvironment({})).toEqual(DEFAULTS);
  });

  it.each<[Readonly<Record<string, string>>, object]>([
    [{ PROMETHEUS_SERVER_PORT: '0' }, { path: false, server: { port: 0 } }],
    [{ PROMETHEUS_SERVER_PORTS: '9464, 9480' }, { path: false, server: { ports: [9464, 9480] } }],
    [{ PROMETHEUS_SERVER_HOST: '0.0.0.0' }, { path: false, server: { port: 9464, host: '0.0.0.0' } }],
    [
      { PROMETHEUS_SERVER: 'false', PROMETHEUS_PATH: '/metrics' },
      { path: '/metrics', server: false },
    ],
    [{ PROMETHEUS_HTTP_DURATION_BUCKETS: '0.1,1' }, { ...DEFAULTS, http: { durationBuckets: [0.1, 1] } }],
    [{ PROMETHEUS_TYPEORM: 'false' }, { ...DEFAULTS, typeorm: false }],
  ])('%o', (environment, options) => expect(optionsFromEnvironment(environment)).toEqual(options));

  it('win over the file, option by option', () => {
    const file = fileWith({ namespace: 'shop', http: { durationBuckets: [1], ignore: ['/health'] }, cache: false });
    const environment = { PROMETHEUS_CONFIG: file, PROMETHEUS_HTTP_DURATION_BUCKETS: '0.5,2' };
    expect(optionsFromEnvironment(environment)).toEqual({
      ...DEFAULTS,
      namespace: 'shop',
      http: { durationBuckets: [0.5, 2], ignore: ['/health'] },
      cache: false,
    });
  });

  it('switch a group of the file off, and on', () => {
    const file = fileWith({ http: { durationBuckets: [1] }, typeorm: false });
    const environment = { PROMETHEUS_CONFIG: file, PROMETHEUS_HTTP: 'false', PROMETHEUS_TYPEORM_MODELS: 'all' };
    expect(optionsFromEnvironment(environment)).toEqual({ ...DEFAULTS, http: false, typeorm: { models: 'all' } });
  });

  it.each([
    { PROMETHEUS_SERVICE_HOST: '10.0.0.1', PROMETHEUS_SERVICE_PORT: '9090', PROMETHEUS_SERVICE_PORT_HTTP_WEB: '9090' },
    { PROMETHEUS_PORT: 'tcp://10.0.0.1:9090', PROMETHEUS_PORT_9090_TCP: 'tcp://10.0.0.1:9090' },
    { PROMETHEUS_PORT_9090_TCP_PROTO: 'tcp', PROMETHEUS_PORT_9090_TCP_ADDR: '10.0.0.1' },
    { PROMETHEUS_SERVER_SERVICE_HOST: '10.0.0.1', PROMETHEUS_SERVER_PORT: 'tcp://10.0.0.1:80' },
    { PROMETHEUS_SERVER_PORT_80_TCP_PORT: '80', PROMETHEUS_PATH_PORT: 'udp://10.0.0.1:80' },
    { PROMETHEUS_URL: 'http://prometheus:9090', PROMETHEUS_SERVER_URL: 'http://prometheus:9090' },
    { PROMETHEUS_MULTIPROC_DIR: '/tmp/metrics', PROMETHEUS_DISABLE_CREATED_SERIES: 'true' },
    { PROMETHEUS_HTTPS: 'true', PROMETHEUS_HOST: 'prometheus', PROMETHEUS_USER: 'rex' },
  ])('are not %o, which others set', (environment: Readonly<Record<string, string>>) => {
    expect(optionsFromEnvironment(environment)).toEqual(DEFAULTS);
  });
});

describe('faults begin with the name of the variable', () => {
  it.each<[Readonly<Record<string, string>>, readonly string[]]>([
    [
      { PROMETHEUS_SERVER_PORT: 'http' },
      [
        "PROMETHEUS_SERVER_PORT: Expected `server.port` to be a port number from 0 to 65535, got 'http': give a number, 0 for any free port.",
      ],
    ],
    [
      { PROMETHEUS_HTTP: 'off', PROMETHEUS_HTTP_DURATION_BUCKETS: '1', PROMETHEUS_NAMESPACE: '1st' },
      [
        "PROMETHEUS_NAMESPACE: Expected `namespace` to be letters, digits and underscores, not beginning with a digit or ending in an underscore, got '1st': leave out every other character.",
        "PROMETHEUS_HTTP, PROMETHEUS_HTTP_DURATION_BUCKETS: Expected `http` to be an object of options, or false, got 'off': give one of the two.",
      ],
    ],
    [
      { PROMETHEUS_SERVER_PORT: '1', PROMETHEUS_SERVER_PORTS: '2,3' },
      [
        'PROMETHEUS_SERVER_PORT, PROMETHEUS_SERVER_PORTS: Expected `server` to have either `port` or `ports`, got both: give one of the two.',
      ],
    ],
    [
      { PROMETHEUS_SERVER_PROT: '9464' },
      [
        'PROMETHEUS_SERVER_PROT: Expected the variable of an option, got an unknown one: did you mean PROMETHEUS_SERVER_PORT?',
      ],
    ],
    [
      { PROMETHEUS_CONFIGS: '/etc/metrics.json' },
      ['PROMETHEUS_CONFIGS: Expected the variable of an option, got an unknown one: did you mean PROMETHEUS_CONFIG?'],
    ],
    [
      { PROMETHEUS_GUARDS: 'AuthGuard' },
      [
        'PROMETHEUS_GUARDS: Expected no variable for `guards`, which cannot be written as text: give it in the file of PROMETHEUS_CONFIG or to PrometheusModule.forRoot().',
      ],
    ],
  ])('%o', (environment, faults) => expect(faultsOf(environment)).toEqual(faults));

  it('without its value where that can be a password', () => {
    const faults = faultsOf({ PROMETHEUS_AUTH_BEARER_TOKEN: 'two words' });
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatch(/^PROMETHEUS_AUTH_BEARER_TOKEN: Expected `auth\.bearerToken` to be a token/);
    expect(faults[0]).not.toContain('two words');
  });

  it('also if it is empty: the endpoint is not to stand open because a secret is missing', () => {
    expect(faultsOf({ PROMETHEUS_AUTH_BEARER_TOKEN: '' })).toHaveLength(1);
  });
});

describe('faults of the file', () => {
  it('begin with its path', () => {
    const file = fileWith({ http: { durationBuckets: [2, 1] }, htpp: {} });
    expect(faultsOf({ PROMETHEUS_CONFIG: file })).toEqual([
      expect.stringContaining(`${file}: Expected only known options, got \`htpp\``),
      expect.stringContaining(`${file}: Expected \`http.durationBuckets\` to be an ascending list`),
    ]);
  });

  it.each([
    ['{', /: it is not JSON \(.+\)\.$/],
    ['[]', /Expected the options to be a plain object, got a list: give one, or leave it out\.$/],
  ])('%s', (content, fault) => {
    expect(faultsOf({ PROMETHEUS_CONFIG: fileWith(content) })).toEqual([expect.stringMatching(/^PROMETHEUS_CONFIG: /)]);
    expect(faultsOf({ PROMETHEUS_CONFIG: fileWith(content) })[0]).toMatch(fault);
  });

  it('that is not there', () => {
    expect(faultsOf({ PROMETHEUS_CONFIG: '/nowhere/metrics.json' })).toEqual([
      'PROMETHEUS_CONFIG: Expected the path of a JSON file, got /nowhere/metrics.json: it cannot be read (ENOENT).',
    ]);
  });
});
