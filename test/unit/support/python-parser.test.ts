import { afterAll, beforeAll, expect, it } from 'vitest';
import { PythonParser } from '../../support/python-parser.js';
import { needs } from '../../support/services.js';

needs('prometheus_client')("the parsers of Prometheus' Python client", () => {
  let parser: PythonParser;

  beforeAll(() => {
    parser = new PythonParser();
  });

  afterAll(async () => {
    await parser.dispose();
    await parser.dispose();
  });

  it('read OpenMetrics', async () => {
    const exposition = '# TYPE a counter\n# HELP a Text.\na_total{b="c\\nd"} 1\n# EOF\n';
    expect(await parser.parse(exposition, 'openmetrics')).toEqual([
      {
        name: 'a',
        type: 'counter',
        help: 'Text.',
        unit: '',
        samples: [{ name: 'a_total', labels: { b: 'c\nd' }, value: 1 }],
      },
    ]);
  });

  it('read the text format', async () => {
    const [family] = await parser.parse('# TYPE a gauge\na{b="1"} NaN\na{b="2"} -Inf\na{b="ü"} 1e-7\n', 'text');
    expect(family?.samples.map(({ value }) => value)).toEqual([Number.NaN, -Infinity, 1e-7]);
  });

  it('answer many questions at once, each to the one who asked', async () => {
    const numbers = Array.from({ length: 50 }, (_, index) => index);
    const answers = await Promise.all(numbers.map((number) => parser.parse(`# TYPE a gauge\na ${number}\n`, 'text')));
    expect(answers.map(([family]) => family?.samples[0]?.value)).toEqual(numbers);
  });

  it('refuse a malformed exposition in their own words, and go on', async () => {
    await expect(parser.parse('a 1\n', 'openmetrics')).rejects.toThrow('ValueError: Missing # EOF at end');
    await expect(parser.parse('# TYPE a gauge\na{b="\uD83D"} 1\n', 'text')).rejects.toThrow('UnicodeEncodeError');
    expect(await parser.parse('# EOF\n', 'openmetrics')).toEqual([]);
  });

  it('refuse to answer when they are gone', async () => {
    const other = new PythonParser();
    const unanswered = other.parse('# EOF\n', 'openmetrics');
    await Promise.all([expect(unanswered).rejects.toThrow('ended'), other.dispose()]);
    await expect(other.parse('# EOF\n', 'openmetrics')).rejects.toThrow('ended');
  });
});
