import { describe, expect, it } from 'vitest';
import { optionsFromText } from '../../lib/options/resolve-options.js';
import { resolveOptions } from '../../lib/prometheus.options.js';
import { faultsOf } from '../../lib/prometheus.options-check.js';
import { optionRules } from '../../lib/prometheus.options-rules.js';

const URL = 'http://pushgateway:9091';
const faultsWith = (push: unknown) => faultsOf({ push } as object);

describe('option push', () => {
  it.each([
    false,
    { url: URL, job: 'import' },
    { url: 'https://us%40er:p%3Aw@example.com/base/', job: 'a/b ä', grouping: { instance: '', path: '/tmp' } },
    { url: 'http://[::1]:9090/api/v1/otlp/v1/metrics?tenant=a', protocol: 'otlp', job: 'x', intervalSeconds: 1 },
    { url: URL, job: 'x', onExit: false, timeoutSeconds: 0.1, headers: { Authorization: 'Bearer a=b,c' } },
  ])('can be %o', (push) => {
    expect(faultsWith(push)).toEqual([]);
  });

  it.each<[object | string | true, RegExp]>([
    [true, /`push` to be an object with url and job, or false, got true/],
    [{}, /`push.url` beside `push`, got none/],
    [{ url: URL }, /`push.job` beside `push`, got none/],
    [{ url: 'pushgateway:9091', job: 'x' }, /`push.url` to be an address with http: or https:/],
    [{ url: '/metrics', job: 'x' }, /`push.url` to be an address/],
    [{ url: `${URL}/#top`, job: 'x' }, /without a fragment/],
    [{ url: 'http://a:%zz@host', job: 'x' }, /`push.url` to be an address/],
    [{ url: `${URL}?a=b`, job: 'x' }, /without a query/],
    [{ url: URL, protocol: 'statsd', job: 'x' }, /`push.protocol` to be 'pushgateway' or 'otlp', got 'statsd'/],
    [{ url: URL, job: ' ' }, /`push.job` to be a text that is not empty/],
    [{ url: URL, job: 'x', grouping: { job: 'y' } }, /`push.grouping` to be an object of valid label names/],
    [{ url: URL, job: 'x', grouping: { 'a-b': 'y' } }, /`push.grouping`/],
    [{ url: URL, job: 'x', grouping: { a: 1 } }, /`push.grouping`/],
    [{ url: URL, job: 'x', intervalSeconds: 0.5 }, /`push.intervalSeconds` to be a number of seconds from 1 to 86400/],
    [{ url: URL, job: 'x', timeoutSeconds: Infinity }, /`push.timeoutSeconds`/],
    [{ url: URL, job: 'x', onExit: 'yes' }, /`push.onExit` to be true or false/],
    [{ url: URL, job: 'x', headers: { 'content-type': 'text/html' } }, /`push.headers`/],
    [{ url: URL, job: 'x', headers: { 'bad name': 'a' } }, /`push.headers`/],
    [{ url: URL, job: 'x', headers: { Good: 'a\r\nEvil: b' } }, /`push.headers`/],
    [
      { url: 'http://a:b@host', job: 'x', headers: { authorization: 'Bearer a' } },
      /either in `push.url` or in the header/,
    ],
    [{ url: URL, job: 'x', labels: {} }, /only known options, got `push.labels`/],
  ])('cannot be %o', (push, fault) => {
    expect(faultsWith(push).join('\n')).toMatch(fault);
  });

  it.each([
    'ftp://user:secret@host',
    { url: 'ftp://user:secret@host', job: 'x' },
    { url: URL, job: 'x', headers: { Authorization: 'secret\n' } },
    ['secret'],
  ])('says nothing of a secret: %o', (push) => {
    const faults = faultsWith(push).join('\n');
    expect(faults).not.toBe('');
    expect(faults).not.toContain('secret');
  });

  it.each<[string, string, unknown]>([
    ['push', 'false', { push: false }],
    ['push.url', URL, { push: { url: URL } }],
    ['push.protocol', 'otlp', { push: { protocol: 'otlp' } }],
    ['push.grouping', 'instance=a,zone=b', { push: { grouping: { instance: 'a', zone: 'b' } } }],
    ['push.intervalSeconds', '60', { push: { intervalSeconds: 60 } }],
    ['push.onExit', 'false', { push: { onExit: false } }],
    ['push.timeoutSeconds', '2.5', { push: { timeoutSeconds: 2.5 } }],
    ['push.headers', 'Authorization=Basic YTpi==', { push: { headers: { Authorization: 'Basic YTpi==' } } }],
  ])('can be a text: %s=%s', (option, text, expected) => {
    const texts: Readonly<Record<string, string>> = { [option]: text };
    expect(optionsFromText(optionRules(), (one) => texts[one])).toEqual(expected);
  });

  it('is off by default', () => {
    expect(resolveOptions({}).push).toBe(false);
  });
});
