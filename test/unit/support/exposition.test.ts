import { describe, expect, it } from 'vitest';
import { delta, type ExpositionFormat, readExposition } from '../../support/exposition.js';

const TEXT = String.raw`# HELP http_requests_total Requests, a \\ and a \n too.
# TYPE http_requests_total counter
http_requests_total{method="GET",route="/dogs/:id"} 3
http_requests_total{method="POST",route="/dogs/:id"} 4 1395066363000

# A comment.
#	TYPE temperature	gauge
  temperature { place = "a \"b\"\\\n" , } -Inf
temperature 1.5e3
# TYPE nothing_yet_total counter
# TYPE duration_seconds histogram
duration_seconds_bucket{route="a",le="0.5"} 1
duration_seconds_bucket{route="a",le="1"} 1
duration_seconds_bucket{route="a",le="+Inf"} 2
duration_seconds_sum{route="a"} 7.25
duration_seconds_count{route="a"} 2
# TYPE size summary
size{quantile="0.5"} NaN
size_sum 0
size_count 0
`;

const OPENMETRICS = String.raw`# TYPE http_requests counter
# HELP http_requests Requests, a \" and a \\ and a \n.
http_requests_total{method="GET"} 3 1520879607.789 # {trace_id="abc"} 1 1520879607.5
http_requests_created{method="GET"} 1520430000.123
# TYPE duration_seconds histogram
# UNIT duration_seconds seconds
duration_seconds_bucket{le="0.005"} 0
duration_seconds_bucket{le="1.0"} 1 # {} 0.67
duration_seconds_bucket{le="1e+06"} 1
duration_seconds_bucket{le="+Inf"} 2
duration_seconds_sum 7.25
duration_seconds_count 2
# TYPE build info
build_info{version="1"} 1
# TYPE door stateset
door{door="open"} 1
door{door="closed"} 0
# TYPE queue_seconds gaugehistogram
queue_seconds_bucket{le="-1.0"} 1
queue_seconds_bucket{le="+Inf"} 2
queue_seconds_gcount 2
queue_seconds_gsum -1
# EOF
`;

describe('a sound exposition', () => {
  it('is read in the text format', () => {
    const exposition = readExposition(TEXT, 'text');
    expect(exposition.value('http_requests_total', { route: '/dogs/:id', method: 'GET' })).toBe(3);
    expect(exposition.value('temperature', { place: 'a "b"\\\n' })).toBe(-Infinity);
    expect(exposition.value('temperature')).toBe(1500);
    expect(exposition.value('size', { quantile: '0.5' })).toBeNaN();
    expect(exposition.seriesCount).toBe(12);
    expect([...exposition.families.keys()]).toEqual([
      'http_requests_total',
      'temperature',
      'nothing_yet_total',
      'duration_seconds',
      'size',
    ]);
    expect(exposition.families.get('http_requests_total')?.help).toBe('Requests, a \\ and a \n too.');
  });

  it('is read in OpenMetrics', () => {
    const exposition = readExposition(OPENMETRICS, 'openmetrics');
    expect(exposition.families.get('http_requests')).toMatchObject({
      type: 'counter',
      help: 'Requests, a " and a \\ and a \n.',
    });
    expect(exposition.families.get('duration_seconds')?.unit).toBe('seconds');
    expect(exposition.series('http_requests_total')[0]).toMatchObject({
      value: 3,
      timestamp: 1520879607.789,
      exemplar: { labels: { trace_id: 'abc' }, value: 1, timestamp: 1520879607.5 },
    });
  });

  it('may be empty', () => {
    expect(readExposition('', 'text').seriesCount).toBe(0);
    expect(readExposition('# EOF', 'openmetrics').seriesCount).toBe(0);
  });

  it('is read from bytes', () => {
    const bytes = new TextEncoder().encode('# TYPE a gauge\na{b="ä\u0000🐕"} 1\n');
    expect(readExposition(bytes, 'text').value('a', { b: 'ä\u0000🐕' })).toBe(1);
  });

  it('may have a label value of a megabyte', () => {
    const long = 'x\\"'.repeat(400_000);
    const exposition = readExposition(`# TYPE a gauge\na{b="${long}"} 1\n`, 'text');
    expect(exposition.series('a')[0]?.labels['b']).toHaveLength(800_000);
  });

  it('is asked for sums and series by some of their labels', () => {
    const exposition = readExposition(TEXT, 'text');
    expect(exposition.sum('http_requests_total', { route: '/dogs/:id' })).toBe(7);
    expect(exposition.sum('http_requests_total')).toBe(7);
    expect(exposition.sum('http_requests_total', { route: '/cats' })).toBe(0);
    expect(exposition.series('http_requests_total', { method: 'POST' })).toHaveLength(1);
    expect(exposition.value('http_requests_total', { method: 'GET' })).toBeUndefined();
  });
});

describe('delta', () => {
  it('tells what moved between two scrapes, and that a new series began at 0', () => {
    const before = readExposition('# TYPE a counter\na{x="1"} 1\na{x="2"} 5\n', 'text');
    const after = readExposition('# TYPE a counter\na{x="1"} 1\na{x="2"} 7\na{x="3"} 2\n', 'text');
    const difference = delta(before, after);
    expect(difference.value('a', { x: '2' })).toBe(2);
    expect(difference.value('a', { x: '9' })).toBe(0);
    expect(difference.sum('a')).toBe(4);
    expect(difference.changes).toEqual([
      { name: 'a', labels: { x: '2' }, by: 2 },
      { name: 'a', labels: { x: '3' }, by: 2 },
    ]);
  });

  it('takes a NaN that stays for no change', () => {
    const exposition = readExposition('# TYPE a gauge\na{x="1"} NaN\na{x="2"} +Inf\n', 'text');
    expect(delta(exposition, exposition).changes).toEqual([]);
  });

  it('shows a series that vanished', () => {
    const before = readExposition('# TYPE a gauge\na{x="1"} 1\n', 'text');
    const after = readExposition('# TYPE a gauge\n', 'text');
    expect(delta(before, after).changes).toEqual([{ name: 'a', labels: { x: '1' }, by: -1 }]);
  });
});

/** A fault, the shortest exposition that has it, and a word of the sentence that names it. */
type Faulty = readonly [fault: string, exposition: string | Uint8Array, sentence: RegExp];

const gauge = (line: string) => `# TYPE a gauge\n${line}\n`;
const counter = (line: string) => `# TYPE a counter\n${line}\n# EOF\n`;
const histogram = (...lines: string[]) => `# TYPE a histogram\n${lines.join('\n')}\n`;

const IN_BOTH: readonly Faulty[] = [
  ['a sample without a TYPE', 'a 1\n', /no TYPE before it/],
  ['a TYPE behind its sample', 'a 1\n# TYPE a gauge\n', /no TYPE before it/],
  ['a HELP without a TYPE', '# HELP a Text.\n# TYPE b gauge\n', /Family a has no TYPE/],
  ['a HELP behind its sample', gauge('a 1\n# HELP a Text.'), /behind its samples/],
  ['a second TYPE', '# TYPE a gauge\n# TYPE a gauge\n', /second TYPE/],
  ['a second HELP', '# HELP a b\n# HELP a b\n# TYPE a gauge\n', /second HELP/],
  ['a family in two places', '# TYPE a gauge\n# TYPE b gauge\n# TYPE a gauge\n', /second time/],
  ['samples of a family in two places', '# TYPE a gauge\na{b="1"} 1\n# TYPE c gauge\nc 1\na{b="2"} 1\n', /apart/],
  ['an unknown type', '# TYPE a timer\n', /Unknown type/],
  ['a type with text behind it', '# TYPE a gauge x\n', /type/],
  ['a TYPE without a name', '# TYPE\n', /blank|name/],
  ['a name that begins with a digit', gauge('1a 1'), /metric name/],
  ['a name with a dash', gauge('a-b 1'), /blank/],
  ['a duplicate series', gauge('a{b="1",c="2"} 1\na{c="2",b="1"} 1'), /second a/],
  ['a duplicate series but for an empty label', gauge('a 1\na{b=""} 1'), /second a/],
  ['a label given twice', gauge('a{b="1",b="2"} 1'), /twice/],
  ['a reserved label', gauge('a{__name__="b"} 1'), /reserved/],
  ['a label name with a dot', gauge('a{b.c="1"} 1'), /=/],
  ['a label without quotes', gauge('a{b=1} 1'), /quoted/],
  ['a label value that is not closed', gauge('a{b="1} 1'), /not closed/],
  ['a label value that is closed too early', gauge('a{b="x" y"} 1'), /comma/],
  ['a quote that is not escaped', gauge('a{b="say "hi""} 1'), /comma/],
  ['a raw line feed in a label value', gauge('a{b="x\ny"} 1'), /not closed/],
  ['an escape that does not exist', gauge(String.raw`a{b="\t"} 1`), /escape/],
  ['a backslash before the last quote', gauge('a{b="\\"} 1'), /not closed/],
  ['an escape in HELP that does not exist', '# HELP a \\t\n# TYPE a gauge\n', /escape/],
  ['two commas', gauge('a{b="1",,c="2"} 1'), /label name/],
  ['a brace that is not closed', gauge('a{b="1" 1'), /comma/],
  ['no value', gauge('a'), /blank|value/],
  ['no value behind labels', gauge('a{b="1"}'), /value|blank/],
  ['a value that is no number', gauge('a one'), /number/],
  ['a value undefined', gauge('a undefined'), /number/],
  ['a value of digits and letters', gauge('a 1x'), /number/],
  ['a hexadecimal value', gauge('a 0x10'), /number/],
  ['a value with underscores', gauge('a 1_000'), /number/],
  ['a value too large', gauge('a 1e999'), /64 bits/],
  ['a bad timestamp', gauge('a 1 now'), /timestamp/],
  ['a third number', gauge('a 1 2 3'), /after the sample/],
  ['a carriage return', gauge('a 1\r'), /number|after|blank/],
  ['a lone surrogate', gauge('a{b="\uD83D"} 1'), /surrogate/],
  ['bytes that are not UTF-8', Uint8Array.of(0x23, 0x20, 0xff, 0x0a), /not UTF-8/],
  ['a byte order mark', Uint8Array.of(0xef, 0xbb, 0xbf, 0x23, 0x0a), /byte order mark/],
  ['a sample of another kind of family', '# TYPE a gauge\na_bucket{le="+Inf"} 1\n', /no TYPE/],
  ['a family that clashes with a histogram', '# TYPE a histogram\n# TYPE a_count gauge\n', /clashes/],
  ['a histogram that clashes with a family', '# TYPE a_sum gauge\n# TYPE a histogram\n', /clashes/],
  [
    'buckets that are not cumulative',
    histogram('a_bucket{le="1.0"} 2', 'a_bucket{le="+Inf"} 1', 'a_sum 1', 'a_count 1'),
    /cumulative/,
  ],
  ['buckets that are not ascending', histogram('a_bucket{le="2.0"} 1', 'a_bucket{le="1.0"} 1'), /ascending/],
  ['a bucket given twice', histogram('a_bucket{le="11"} 1', 'a_bucket{le="11.0"} 1'), /ascending/],
  ['a histogram without +Inf', histogram('a_bucket{le="1.0"} 1', 'a_sum 1', 'a_count 1'), /no bucket \+Inf/],
  ['a histogram without buckets', histogram('a_sum 1', 'a_count 1'), /no bucket \+Inf/],
  [
    '+Inf and _count that differ',
    histogram('a_bucket{le="+Inf"} 1', 'a_sum 1', 'a_count 2'),
    /1 in \+Inf and 2 in _count/,
  ],
  ['a histogram without _count', histogram('a_bucket{le="+Inf"} 1', 'a_sum 1'), /lacks its _count/],
  ['a histogram without _sum', histogram('a_bucket{le="+Inf"} 1', 'a_count 1'), /lacks its _sum/],
  ['a bucket without le', histogram('a_bucket 1'), /lacks the label le/],
  ['le on _count', histogram('a_count{le="1.0"} 1'), /must not have the label le/],
  ['a bound that is no number', histogram('a_bucket{le="Infinity"} 1'), /not a number/],
  ['a negative bucket', histogram('a_bucket{le="+Inf"} -1', 'a_sum 0', 'a_count -1'), /never negative/],
  ['a bucket of NaN', histogram('a_bucket{le="+Inf"} NaN', 'a_sum 0', 'a_count NaN'), /never NaN/],
  ['a quantile above 1', '# TYPE a summary\na{quantile="1.5"} 1\n', /between 0 and 1/],
  ['a summary without a quantile', '# TYPE a summary\na 1\n', /between 0 and 1/],
  ['a summary with a negative count', '# TYPE a summary\na_count -1\n', /never negative/],
];

const IN_TEXT: readonly Faulty[] = [
  ['no line feed at the end', '# TYPE a gauge\na 1', /line feed/],
  ['a negative counter', '# TYPE a counter\na -1\n', /never negative/],
  ['a counter of NaN', '# TYPE a counter\na NaN\n', /never NaN/],
  ['a type of OpenMetrics', '# TYPE a info\n', /Unknown type/],
  ['a timestamp in fractions', gauge('a 1 1.5'), /whole number/],
  ['an exemplar', '# TYPE a counter\na 1 # {} 1\n', /whole number/],
  ['an escaped quote in HELP', '# HELP a \\"\n# TYPE a gauge\n', /escape/],
];

const IN_OPENMETRICS: readonly Faulty[] = [
  ['no # EOF', gauge('a 1'), /does not end in # EOF/],
  ['nothing at all', '', /does not end in # EOF/],
  ['text behind # EOF', '# EOF\n# TYPE a gauge\n', /after # EOF/],
  ['a blank line behind # EOF', '# EOF\n\n', /after # EOF/],
  ['two # EOF', '# EOF\n# EOF\n', /Expected # TYPE/],
  ['a carriage return before # EOF', '# TYPE a gauge\r\n# EOF\r\n', /does not end in # EOF/],
  ['a carriage return behind HELP', '# HELP a b\r\n# TYPE a gauge\n# EOF\n', /carriage return/],
  ['an empty line', '# TYPE a gauge\n\n# EOF\n', /empty line/],
  ['a comment', '# Hello.\n# EOF\n', /Expected # TYPE/],
  ['a counter without _total', counter('a 1'), /does not fit/],
  ['a counter named with _total in its TYPE', '# TYPE a_total counter\na_total 1\n# EOF\n', /does not fit/],
  ['a negative counter', counter('a_total -1'), /never negative/],
  ['two blanks', '# TYPE a gauge\na  1\n# EOF\n', /number/],
  ['a blank at the end', '# TYPE a gauge\na 1 \n# EOF\n', /timestamp/],
  ['a blank before the line', '# TYPE a gauge\n a 1\n# EOF\n', /metric name/],
  ['a comma before the brace', '# TYPE a gauge\na{b="1",} 1\n# EOF\n', /comma/],
  ['a blank before the brace', '# TYPE a gauge\na {b="1"} 1\n# EOF\n', /no blank before/],
  ['no blank behind the brace', '# TYPE a gauge\na{b="1"}1\n# EOF\n', /one after/],
  ['a label with an underscore in front', '# TYPE a gauge\na{_b="1"} 1\n# EOF\n', /reserved/],
  ['a family with a colon', '# TYPE a:b gauge\n# EOF\n', /colon/],
  ['a family with an underscore in front', '# TYPE _a gauge\n# EOF\n', /underscore/],
  ['a type of the text format', '# TYPE a untyped\n# EOF\n', /Unknown type/],
  ['a unit that is not in the name', '# TYPE a counter\n# UNIT a seconds\n# EOF\n', /unit/],
  ['a unit on info', '# TYPE a_b info\n# UNIT a_b b\n# EOF\n', /has a unit/],
  ['a raw quote in HELP', '# HELP a "b"\n# TYPE a gauge\n# EOF\n', /unescaped quote/],
  ['a gauge that clashes with a counter', '# TYPE a counter\n# TYPE a_total gauge\n# EOF\n', /clashes/],
  ['a gauge that clashes with _created', '# TYPE a_created gauge\n# TYPE a counter\n# EOF\n', /clashes/],
  ['an exemplar on a gauge', '# TYPE a gauge\na 1 # {} 1\n# EOF\n', /can have none/],
  [
    'an exemplar on _count',
    `${histogram('a_bucket{le="+Inf"} 1', 'a_sum 1', 'a_count 1 # {} 1')}# EOF\n`,
    /can have none/,
  ],
  ['an exemplar too long', counter(`a_total 1 # {t="${'x'.repeat(128)}"} 1`), /129 characters/],
  ['an exemplar outside of its bucket', `${histogram('a_bucket{le="1.0"} 1 # {} 1.5')}# EOF\n`, /outside/],
  ['an exemplar without labels', counter('a_total 1 # 1'), /label set/],
  ['a bound that is not canonical', `${histogram('a_bucket{le="1"} 1')}# EOF\n`, /canonical/],
  ['a power of ten that is not canonical', `${histogram('a_bucket{le="1000000.0"} 1')}# EOF\n`, /canonical/],
  ['a small power of ten that is not canonical', `${histogram('a_bucket{le="1e-5"} 1')}# EOF\n`, /canonical/],
  ['half a request in a bucket', `${histogram('a_bucket{le="+Inf"} 1.5')}# EOF\n`, /whole number/],
  [
    'a sum beside negative bounds',
    `${histogram('a_bucket{le="-1.0"} 1', 'a_bucket{le="+Inf"} 1', 'a_sum 1', 'a_count 1')}# EOF\n`,
    /negative bounds/,
  ],
  ['a negative sum', `${histogram('a_bucket{le="+Inf"} 1', 'a_sum -1', 'a_count 1')}# EOF\n`, /cannot be/],
  [
    'a negative gauge sum',
    '# TYPE a gaugehistogram\na_bucket{le="+Inf"} 1\na_gsum -1\na_gcount 1\n# EOF\n',
    /cannot be/,
  ],
  ['a negative sum of a summary', '# TYPE a summary\na_sum -1\na_count 1\n# EOF\n', /never negative/],
  [
    'interleaved histograms',
    `${histogram('a_bucket{b="1",le="+Inf"} 1', 'a_bucket{b="2",le="+Inf"} 1', 'a_sum{b="1"} 1')}# EOF\n`,
    /interleaved/,
  ],
  ['info that is not 1', '# TYPE a info\na_info 2\n# EOF\n', /always 1/],
  ['info without its suffix', '# TYPE a info\na 1\n# EOF\n', /does not fit/],
  ['a state of 2', '# TYPE a stateset\na{a="b"} 2\n# EOF\n', /0 or 1/],
  ['a state without its label', '# TYPE a stateset\na 1\n# EOF\n', /needs a label/],
];

const withEnd = ([fault, exposition, sentence]: Faulty): Faulty => [
  fault,
  typeof exposition === 'string' ? `${exposition}# EOF\n` : exposition,
  sentence,
];

const FAULTS: Readonly<Record<ExpositionFormat, readonly Faulty[]>> = {
  text: [...IN_BOTH, ...IN_TEXT],
  openmetrics: [...IN_BOTH.map(withEnd), ...IN_OPENMETRICS],
};

describe.each(['text', 'openmetrics'] as const)('a fault in %s is refused:', (format) => {
  it.each(FAULTS[format])('%s', (_fault, exposition, sentence) => {
    expect(() => readExposition(exposition, format)).toThrow(sentence);
  });
});

it('names the line of a fault', () => {
  expect(() => readExposition('# TYPE a gauge\na one\n', 'text')).toThrow(/in line 2: "a one"/);
});
