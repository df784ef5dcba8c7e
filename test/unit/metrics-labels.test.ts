import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { boundedBy, defineCounter, defineGauge, oneOf } from '../../lib/metrics/definition.js';
import { MetricStore } from '../../lib/metrics/store.js';
import { liveSeries } from '../support/engine-inside.js';
import { readExposition } from '../support/exposition.js';
import { PythonParser } from '../support/python-parser.js';
import { rendered, readStore } from '../support/rendered.js';
import { needs } from '../support/services.js';

const BARKS = defineCounter({
  name: 'barks_total',
  help: 'Barks.',
  labels: { dog: boundedBy('the test'), place: boundedBy('the test') },
});
const FORMATS = ['text', 'openmetrics'] as const;

const hostile = {
  toString() {
    throw new Error('no text');
  },
};

/** What a caller without types may come with, and its text. */
const VALUES: readonly (readonly [unknown, string])[] = [
  ['quote " backslash \\ feed \n', 'quote " backslash \\ feed \n'],
  ['\\', '\\'],
  ['\\n', '\\n'],
  ['\\"', '\\"'],
  ['\r\n', '\ufffd\n'],
  ['nul\0', 'nul\ufffd'],
  ['lone \ud800', 'lone \ufffd'],
  ['\udc00 lone', '\ufffd lone'],
  ['pair \ud83d\udc15', 'pair 🐕'],
  ['"} 1\nforged_total{a="', '"} 1\nforged_total{a="'],
  ['# EOF', '# EOF'],
  ['\u2028\u2029\u0085\v\f\b\u001b', '\u2028\u2029\u0085\v\f\b\u001b'],
  ['\ufeff', '\ufeff'],
  ['', ''],
  [' ', ' '],
  [[1, 'a"b'], '1,a"b'],
  [['a', ['b', 'c']], 'a,b,c'],
  [{ a: 1 }, '[object Object]'],
  [5, '5'],
  [-0, '0'],
  [NaN, 'NaN'],
  [5n, '5'],
  [true, 'true'],
  [null, 'null'],
  [undefined, 'undefined'],
  [Symbol('rex'), 'Symbol(rex)'],
  [hostile, '_invalid'],
  [Object.create(null), '_invalid'],
  ['x'.repeat(2 ** 20), 'x'.repeat(256)],
  [`${'x'.repeat(255)}🐕`, `${'x'.repeat(255)}\ufffd`],
];

let store: MetricStore;

beforeEach(() => {
  store = new MetricStore({ labelSetsPerMetric: 100_000 });
});

describe('the text of a label', () => {
  it.each(VALUES)('of %o is well-formed, and found again', async (value, text) => {
    const barks = store.counter(BARKS);
    const handle = barks.labels({ dog: value as string, place: 'a"b' });
    handle.inc();
    expect(barks.labels({ dog: text, place: 'a"b' })).toBe(handle);
    expect(barks.known({ dog: value as string, place: 'a"b' })).toBe(handle);
    for (const format of FORMATS) {
      const exposition = await readStore(store, format);
      expect(exposition.value('barks_total', { dog: text, place: 'a"b' })).toBe(1);
      expect(exposition.series('barks_total')).toHaveLength(2);
    }
  });

  it('is one series for all values that are written alike', async () => {
    const barks = store.counter(BARKS);
    for (const dog of ['\r', '\0', '\ufffd', '\ud800', '\udfff']) barks.labels({ dog, place: '' }).inc();
    expect((await readStore(store)).value('barks_total', { dog: '\ufffd' })).toBe(5);
  });

  it('is in the order of the definition, whatever that of the caller', () => {
    const barks = store.counter(BARKS);
    expect(barks.labels({ place: 'yard', dog: 'Rex' })).toBe(barks.labels({ dog: 'Rex', place: 'yard' }));
    expect(liveSeries(barks.labels({ place: 'yard', dog: 'Rex' })).labels).toBe('dog="Rex",place="yard"');
  });

  it('of a value that is not there is said so, and nothing throws', () => {
    const barks = store.counter(BARKS);
    expect(liveSeries(barks.labels({ dog: 'Rex' } as never)).labels).toBe('dog="Rex",place="undefined"');
    expect(barks.labels(undefined as never)).toBe(barks.labels({} as never));
    expect(barks.labels(null as never)).toBe(barks.known({} as never));
  });

  it('leaves out what is no label of the metric', () => {
    const barks = store.counter(BARKS);
    const values = { dog: 'Rex', place: 'yard', other: 'x', le: '1' };
    expect(barks.labels(values)).toBe(barks.labels({ dog: 'Rex', place: 'yard' }));
  });

  it('does not let the labels of a metric without any make a difference', () => {
    const plain = store.counter(defineCounter({ name: 'plain_total', help: 'Plain.' }));
    expect(plain.labels({ dog: 'Rex' })).toBe(plain.known({}));
    expect(liveSeries(plain.labels(undefined as never)).labels).toBe('');
  });

  it('has the default labels first; those of the metric win', async () => {
    store = new MetricStore({ defaultLabels: { app: 'a\nb', dog: 'default' } });
    store.counter(BARKS).labels({ dog: 'Rex', place: 'yard' }).inc();
    store
      .gauge(defineGauge({ name: 'dogs', help: 'Dogs.', labels: { state: oneOf('awake') } }))
      .labels({ state: 'awake' })
      .set(2);
    const exposition = await readStore(store);
    expect(exposition.value('barks_total', { app: 'a\nb', dog: 'Rex', place: 'yard' })).toBe(1);
    expect(exposition.value('dogs', { app: 'a\nb', dog: 'default', state: 'awake' })).toBe(2);
  });
});

const anything = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.string({
      unit: fc.constantFrom(
        '"',
        '\\',
        '\n',
        '\r',
        '\0',
        '{',
        '}',
        ',',
        '=',
        'n',
        ' ',
        '#',
        '\ud800',
        '\udc00',
        'ä',
        '🐕',
      ),
    }),
  },
  { weight: 3, arbitrary: fc.string({ unit: 'binary', maxLength: 300 }) },
  {
    weight: 2,
    arbitrary: fc.anything({ withBigInt: true, withDate: true, withNullPrototype: true, withObjectString: true }),
  },
  { weight: 1, arbitrary: fc.constantFrom<unknown>(hostile, Symbol('a'), () => 'a', 'x'.repeat(2 ** 20)) },
);
const labelSets = fc.array(fc.record({ dog: anything, place: anything }), { minLength: 1, maxLength: 30 });

/** The exposition of a store in which each of the label sets was counted once. */
async function counted(
  sets: readonly { dog: unknown; place: unknown }[],
  format: (typeof FORMATS)[number],
): Promise<string> {
  const barks = new MetricStore();
  for (const set of sets)
    barks
      .counter(BARKS)
      .labels(set as { dog: string; place: string })
      .inc();
  return rendered(barks, format);
}

describe.each(FORMATS)('any values at all, as %s', (format) => {
  it('give an exposition that the strict reader takes, with a line for each series', async () => {
    await fc.assert(
      fc.asyncProperty(labelSets, async (sets) => {
        const text = await counted(sets, format);
        const exposition = readExposition(text, format);
        expect(exposition.sum('barks_total')).toBe(sets.length);
        const samples = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
        expect(samples).toHaveLength(exposition.seriesCount);
      }),
      { numRuns: 150 },
    );
  });

  needs('prometheus_client')('in the eyes of Python', () => {
    let parser: PythonParser;
    beforeAll(() => {
      parser = new PythonParser();
    });
    afterAll(() => parser.dispose());

    it('mean what the strict reader says', async () => {
      await fc.assert(
        fc.asyncProperty(labelSets, async (sets) => {
          const text = await counted(sets, format);
          const ours = readExposition(text, format).series('barks_total');
          const [theirs] = await parser.parse(text, format);
          const known = ours.map(({ labels, value }) => ({ name: 'barks_total', labels, value }));
          expect(theirs?.samples ?? []).toEqual(known);
        }),
        { numRuns: 60 },
      );
    });
  });
});
