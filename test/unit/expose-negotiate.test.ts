import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { acceptsGzip, negotiateFormat } from '../../lib/expose/negotiate.js';

const TEXT = 'text/plain; version=0.0.4; charset=utf-8';
const om = (escaping = 'underscores') =>
  `application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=${escaping}`;

const PROTOBUF = 'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited';
const protobuf = (escaping = 'underscores') =>
  `application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited; escaping=${escaping}`;

/** What the scrapers of this world send, as their sources and their logs say. */
const ACCEPT: readonly (readonly [string, string | undefined, string])[] = [
  ['nothing', undefined, TEXT],
  ['nothing but the header', '', TEXT],
  ['curl', '*/*', TEXT],
  ['Prometheus 1', `${PROTOBUF};q=0.7,text/plain;version=0.0.4;q=0.3,*/*;q=0.1`, protobuf()],
  ['Prometheus 2.5', 'application/openmetrics-text; version=0.0.1,text/plain;version=0.0.4;q=0.5,*/*;q=0.1', TEXT],
  [
    'Prometheus 2.42',
    'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1',
    om(),
  ],
  [
    'Prometheus 2.42 with native histograms',
    `${PROTOBUF},application/openmetrics-text;version=1.0.0;q=0.8,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1`,
    protobuf(),
  ],
  [
    'Prometheus 2.49 and later',
    'application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2',
    om(),
  ],
  [
    'Prometheus 3',
    'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2',
    om('allow-utf-8'),
  ],
  [
    'Prometheus 3 with native histograms',
    `${PROTOBUF};escaping=allow-utf-8;q=0.7,application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2`,
    protobuf('allow-utf-8'),
  ],
  [
    'Prometheus 3 with metric_name_validation_scheme: legacy',
    'application/openmetrics-text;version=1.0.0;escaping=underscores;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2',
    om(),
  ],
  [
    'Prometheus 3 with fallback to text only',
    'text/plain;version=1.0.0;escaping=allow-utf-8;q=0.6,text/plain;version=0.0.4;q=0.5,*/*;q=0.4',
    TEXT,
  ],
  ['VictoriaMetrics', 'text/plain;version=0.0.4;q=1,*/*;q=0.1', TEXT],
  ['VictoriaMetrics before 1.90', 'text/plain', TEXT],
  [
    'Grafana Agent and Alloy',
    'application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2',
    om(),
  ],
  [
    'the OpenTelemetry collector',
    `application/openmetrics-text;version=1.0.0;escaping=underscores;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=underscores;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2`,
    om(),
  ],
  ['Telegraf', 'text/plain;version=0.0.4;q=0.5,*/*;q=0.1', TEXT],
  ['the Datadog agent', 'text/plain', TEXT],
  ['Firefox', 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', TEXT],
  [
    'Chrome',
    'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7',
    TEXT,
  ],

  ['a bare name', 'application/openmetrics-text', om()],
  ['capitals', 'Application/OpenMetrics-Text; Version=1.0.0; Escaping=dots; Q=0.9', om('dots')],
  ['quotes', 'application/openmetrics-text; version="1.0.0"; escaping="values"', om('values')],
  ['blanks', ' application/openmetrics-text ;\tversion = 1.0.0 ; q = 0.5 ,\ttext/plain ; q = 0.4', om()],
  ['an unknown escaping', 'application/openmetrics-text;version=1.0.0;escaping=html', om()],
  ['an unknown version', 'application/openmetrics-text;version=3.0.0,text/plain;q=0.1', TEXT],
  [
    'version 2',
    'application/openmetrics-text;version=2.0.0;q=1,application/openmetrics-text;version=1.0.0;q=0.5',
    om(),
  ],
  ['a tie', 'text/plain;version=0.0.4;q=0.5,application/openmetrics-text;version=1.0.0;q=0.5', om()],
  ['a tie of wildcard and name', '*/*,application/openmetrics-text;version=1.0.0', om()],
  ['text first by weight', 'application/openmetrics-text;version=1.0.0;q=0.4,text/plain;version=0.0.4;q=0.5', TEXT],
  ['everything first by weight', 'application/openmetrics-text;q=0.4,*/*;q=0.5', TEXT],
  ['text named with less weight than everything', '*/*;q=1,text/plain;q=0.2,application/openmetrics-text;q=0.5', om()],
  ['no text', 'text/plain;q=0,application/openmetrics-text;q=0.1', om()],
  ['no text, though everything else', 'text/plain;q=0,application/openmetrics-text;q=0.1,*/*;q=0.5', om()],
  ['no OpenMetrics', 'application/openmetrics-text;q=0', TEXT],
  ['no OpenMetrics, though everything else', 'application/openmetrics-text;q=0,*/*', TEXT],
  ['no OpenMetrics in three digits', 'application/openmetrics-text;q=0.000', TEXT],
  ['nothing at all', '*/*;q=0', TEXT],
  ['a weight that is none', 'application/openmetrics-text;q=high', TEXT],
  ['a negative weight', 'application/openmetrics-text;q=-1', TEXT],
  ['too great a weight', 'application/openmetrics-text;q=2', TEXT],
  ['all applications', 'application/*', TEXT],
  ['protobuf', PROTOBUF, protobuf()],
  ['protobuf with spaces and quotes', PROTOBUF.replaceAll(';', '; ').replace('delimited', '"delimited"'), protobuf()],
  ['protobuf of other messages', 'application/vnd.google.protobuf;proto=io.other.Message;encoding=delimited', TEXT],
  ['protobuf as text', `${PROTOBUF.replace('delimited', 'text')},application/openmetrics-text;q=0.1`, om()],
  ['protobuf without its parameters', 'application/vnd.google.protobuf', TEXT],
  ['protobuf and text with one weight', `text/plain,${PROTOBUF},application/openmetrics-text`, protobuf()],
  ['protobuf with less weight than OpenMetrics', `${PROTOBUF};q=0.4,application/openmetrics-text;q=0.5`, om()],
  ['protobuf with less weight than text', `${PROTOBUF};q=0.4,text/plain`, TEXT],
  ['protobuf with less weight than everything', `${PROTOBUF};q=0.4,*/*;q=0.5`, TEXT],
  ['no protobuf', `${PROTOBUF};q=0`, TEXT],
  ['protobuf and a scheme', `${PROTOBUF};escaping=dots`, protobuf('dots')],
  ['protobuf and a scheme that does not exist', `${PROTOBUF};escaping=morse`, protobuf()],
  ['JSON', 'application/json', TEXT],
  ['garbage', ';;;,,,=,"\\;q=q=q', TEXT],
  ['another name', 'application/openmetrics-text-like', TEXT],
  ['the name of a prototype', '__proto__;constructor=1, toString', TEXT],
];

describe('the format', () => {
  it.each(ACCEPT)('for %s', (_, accept, contentType) => {
    expect(negotiateFormat(accept).contentType).toBe(contentType);
  });

  it('is found in a very long header, at once', () => {
    const noise = 'application/json;q=0.1,'.repeat(50_000);
    // Of this process: others may be busy as well.
    const before = process.cpuUsage();
    expect(negotiateFormat(`${noise}application/openmetrics-text;version=1.0.0`).contentType).toBe(om());
    expect(negotiateFormat(';'.repeat(1_000_000)).contentType).toBe(TEXT);
    expect(negotiateFormat(`a${'='.repeat(1_000_000)}`).contentType).toBe(TEXT);
    expect(negotiateFormat(`text/plain;q=${'9'.repeat(1_000_000)}`).contentType).toBe(TEXT);
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1000).toBeLessThan(5000);
  });

  it('is one of the three, whatever the header', () => {
    const pieces = fc.constantFrom(
      'application/openmetrics-text',
      PROTOBUF,
      'text/plain',
      '*/*',
      ';',
      ',',
      'q=',
      '0.5',
      'version=',
      '1.0.0',
      'escaping=',
      'dots',
      '"',
      ' ',
      '\\',
      'ä',
    );
    const header = fc.oneof(
      fc.string(),
      fc.array(pieces).map((all) => all.join('')),
    );
    const schemes = ['underscores', 'dots', 'values', 'allow-utf-8'];
    const contentTypes = [TEXT, ...schemes.flatMap((escaping) => [om(escaping), protobuf(escaping)])];
    fc.assert(
      fc.property(header, (accept) => {
        expect(contentTypes).toContain(negotiateFormat(accept).contentType);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('gzip', () => {
  it.each([
    [undefined, false],
    ['', false],
    ['gzip', true],
    ['GZIP', true],
    ['x-gzip', true],
    ['gzip, deflate, br', true],
    ['deflate, gzip;q=1.0, *;q=0.5', true],
    ['br;q=1, gzip;q=0.001', true],
    ['gzip ; q = 0.5', true],
    ['identity', false],
    ['deflate, br, zstd', false],
    ['*', false],
    ['*;q=0', false],
    ['gzip;q=0', false],
    ['gzip;q=0.000, identity', false],
    ['gzip;q=nonsense', false],
    ['gzip;q=5', false],
    ['gzipped', false],
    ['not gzip', false],
    [',,;;', false],
  ])('%j', (header, expected) => {
    expect(acceptsGzip(header === undefined ? {} : { 'accept-encoding': header })).toBe(expected);
  });
});
