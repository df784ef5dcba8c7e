import { describe, expect, it } from 'vitest';
import { faultsOf } from '../../lib/prometheus.options-check.js';
import { optionRules } from '../../lib/prometheus.options-rules.js';
import { optionsFromText } from '../../lib/options/resolve-options.js';

const read = (texts: Readonly<Record<string, string>>) => optionsFromText(optionRules(), (option) => texts[option]);

/** What functions, classes and objects of other packages say, no text can. */
const NOT_IN_TEXT = [
  'guards',
  'auth',
  'auth.basic',
  'decorators',
  'listeners',
  'limits',
  'processes',
  'server.tls',
  'http.ignore',
  'http.errorTypes',
  'http.labels',
];

describe('options from text', () => {
  it.each<[string, string, unknown]>([
    ['path', '/internal/metrics', { path: '/internal/metrics' }],
    ['path', 'false', { path: false }],
    ['bypassGuards', 'true', { bypassGuards: true }],
    ['auth.bearerToken', 'woof', { auth: { bearerToken: 'woof' } }],
    ['auth.allow', '10.0.0.0/8, ::1', { auth: { allow: ['10.0.0.0/8', '::1'] } }],
    ['namespace', 'shop', { namespace: 'shop' }],
    ['naming', 'nest, django', { naming: ['nest', 'django'] }],
    ['defaultLabels', 'app=kennel, zone=a', { defaultLabels: { app: 'kennel', zone: 'a' } }],
    ['defaultLabels', 'build=a=b==,empty=', { defaultLabels: { build: 'a=b==', empty: '' } }],
    ['exemplars', 'false', { exemplars: false }],
    ['registry', 'false', { registry: false }],
    ['runtimeMetrics', 'false', { runtimeMetrics: false }],
    ['cache', 'false', { cache: false }],
    ['http', 'false', { http: false }],
    ['http', 'true', { http: {} }],
    ['http.durationBuckets', '0.1, 0.5,1e1', { http: { durationBuckets: [0.1, 0.5, 10] } }],
    ['http.queriesPerRequest', 'auto', { http: { queriesPerRequest: 'auto' } }],
    ['http.queriesPerRequest', 'true', { http: { queriesPerRequest: true } }],
    ['typeorm.models', 'all', { typeorm: { models: 'all' } }],
    ['typeorm.migrations', 'false', { typeorm: { migrations: false } }],
    ['typeorm.migrations.refreshSeconds', '30', { typeorm: { migrations: { refreshSeconds: 30 } } }],
    ['limits.scrapeTimeoutSeconds', '2.5', { limits: { scrapeTimeoutSeconds: 2.5 } }],
  ])('%s=%s', (option, text, expected) => {
    const options = read({ [option]: text });
    expect(options).toEqual(expected);
    expect(faultsOf(options)).toEqual([]);
  });

  it.each<[string, string, string]>([
    ['bypassGuards', 'yes', "Expected `bypassGuards` to be true or false, got 'yes'"],
    ['http', 'off', "Expected `http` to be an object of options, or false, got 'off'"],
    ['http.durationBuckets', '1,,2', 'Expected `http.durationBuckets` to be an ascending list'],
    ['limits.concurrentScrapes', 'four', "Expected `limits.concurrentScrapes` to be a whole number from 1, got 'four'"],
    ['limits.concurrentScrapes', '', "Expected `limits.concurrentScrapes` to be a whole number from 1, got ''"],
    ['auth.allow', 'all', 'Expected `auth.allow` to be a list of addresses and CIDR ranges'],
    ['auth.bearerToken', '', 'Expected `auth.bearerToken` to be a token of visible ASCII characters'],
    ['defaultLabels', 'app', 'Expected `defaultLabels` to be an object of valid label names'],
    ['registry', 'global', "Expected `registry` to be a Registry of prom-client, or false, got 'global'"],
  ])('%s=%s is refused as any other wrong value', (option, text, fault) => {
    expect(faultsOf(read({ [option]: text }))).toEqual([expect.stringContaining(fault)]);
  });

  it('below a group that is switched off are not read', () => {
    expect(read({ http: 'false', 'http.durationBuckets': '1,2' })).toEqual({ http: false });
  });

  it('below a text that is no group do not hide what is wrong with it', () => {
    const options = read({ http: 'off', 'http.durationBuckets': '1,2' });
    expect(faultsOf(options)).toEqual([
      expect.stringContaining('Expected `http` to be an object of options, or false'),
    ]);
  });

  it('named like what every object has change no other object', () => {
    const options = read({ defaultLabels: '__proto__=a,constructor=b' });
    expect(faultsOf(options)).toEqual([expect.stringContaining('Expected `defaultLabels` to be')]);
    expect({}).not.toHaveProperty('a');
    expect(Object.getPrototypeOf(options['defaultLabels'])).toBe(Object.prototype);
  });

  it('are nothing where there is no text', () => expect(read({})).toEqual({}));

  it('exist for every option but those that no text can say', () => {
    const without = optionRules().flatMap(({ option, fromText }) => (fromText === undefined ? [option] : []));
    expect(without.toSorted()).toEqual(NOT_IN_TEXT.toSorted());
  });
});
