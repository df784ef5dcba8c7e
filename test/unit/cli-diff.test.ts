import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type DiffReport } from '../../lib/cli/diff/diff.js';
import { runCommand } from '../support/command.js';

const folder = mkdtempSync(join(tmpdir(), 'diff-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const metric = (name: string, type: string, ...samples: readonly string[]) =>
  [`# HELP ${name} What.`, `# TYPE ${name} ${type}`, ...samples, ''].join('\n');
const histogram = (...bounds: readonly string[]) =>
  metric('h', 'histogram', ...[...bounds, '+Inf'].map((le) => `h_bucket{le="${le}"} 1`), 'h_sum 1', 'h_count 1');

async function compared(before: string, after: string) {
  const sources = [file('old.txt', before), file('new.txt', after)];
  const { status, out, err } = await runCommand(['diff', ...sources, '--json']);
  expect(err).toBe('');
  return { status, report: JSON.parse(out) as DiffReport };
}

describe('two expositions', () => {
  it.each<readonly [what: string, before: string, after: string, changes: readonly string[], status: number]>([
    ['with other values only', metric('a', 'gauge', 'a 1'), metric('a', 'gauge', 'a 2'), [], 0],
    ['with a further metric', '', metric('a', 'gauge', 'a 1'), ['a: gauge added'], 0],
    ['without a metric', metric('a', 'gauge', 'a 1'), '', ['a: gauge removed!'], 1],
    [
      'with another type',
      metric('a', 'gauge', 'a 1'),
      metric('a', 'untyped', 'a 1'),
      ['a: type gauge is now untyped!'],
      1,
    ],
    ['with a further label', metric('a', 'gauge', 'a 1'), metric('a', 'gauge', 'a{l="1"} 1'), ['a: label l added'], 0],
    ['without a label', metric('a', 'gauge', 'a{l="1"} 1'), metric('a', 'gauge', 'a 1'), ['a: label l removed!'], 1],
    ['where no series tells the labels', metric('a', 'gauge', 'a{l="1"} 1'), metric('a', 'gauge'), [], 0],
    ['with another help', '# HELP a A.\na 1\n', '# HELP a B.\na 1\n', ['a: help "A." is now "B."'], 0],
    ['with further buckets', histogram('1'), histogram('0.5', '1.0'), ['h: bucket 0.5 added'], 0],
    ['with fewer buckets', histogram('0.5', '1', '2'), histogram('1'), ['h: bucket 0.5, 2 removed!'], 1],
    [
      'with another quantile',
      metric('s', 'summary', 's{quantile="0.5"} 1'),
      metric('s', 'summary', 's{quantile="0.9"} 1'),
      ['s: quantile 0.5 removed!', 's: quantile 0.9 added'],
      1,
    ],
    [
      'with another unit',
      '# TYPE a_seconds gauge\n# UNIT a_seconds seconds\n# EOF\n',
      '# TYPE a_seconds gauge\n# EOF\n',
      ['a_seconds: unit seconds is now none!'],
      1,
    ],
    [
      'in the two formats',
      '# TYPE a_seconds counter\n# UNIT a_seconds seconds\na_seconds_total 1\n# TYPE b info\nb_info{l="1"} 1\n# TYPE c unknown\nc 1\n# EOF\n',
      '# TYPE a_seconds_total counter\na_seconds_total 1\n# TYPE b_info info\n# TYPE c untyped\nc 1\n'.replace(
        'TYPE b_info info',
        'TYPE b_info gauge',
      ),
      ['b_info: type info is now gauge!'],
      1,
    ],
  ])('%s', async (_, before, after, changes, status) => {
    const { report, status: given } = await compared(before, after);
    expect(
      report.changes.map(({ metric: name, message, breaks }) => `${name}: ${message}${breaks ? '!' : ''}`),
    ).toEqual(changes);
    expect(given).toBe(status);
  });

  it('have their series counted', async () => {
    const { report } = await compared(
      metric('a', 'gauge', 'a{l="1"} 1'),
      metric('a', 'gauge', 'a{l="1"} 1', 'a{l="2"} 1'),
    );
    expect(report).toEqual({
      before: { source: join(folder, 'old.txt'), metrics: 1, series: 1 },
      after: { source: join(folder, 'new.txt'), metrics: 1, series: 2 },
      changes: [],
      series: [{ metric: 'a', before: 1, after: 2 }],
    });
  });

  it('cannot be compared if one of them is not an exposition, and the message says which', async () => {
    const { status, err } = await runCommand([
      'diff',
      file('old.txt', 'a 1\n'),
      file('prose.txt', 'Hello there, you\n'),
    ]);
    expect(err).toMatch(/^error: \S+prose\.txt is not an exposition: .*\n$/);
    expect(status).toBe(2);
    expect((await runCommand(['diff', '-', '-'])).err).toBe('error: Only one of the two can be stdin.\n');
  });
});

describe('the report', () => {
  const before = metric('gone_total', 'counter', 'gone_total 1') + metric('a', 'gauge', 'a{l="1"} 1');
  const after = metric('a', 'gauge', 'a{l="1"} 1', 'a{l="2"} 1') + metric('b', 'gauge', 'b 1');
  const report = async (...flags: readonly string[]) => {
    const { out } = await runCommand(['diff', file('old.txt', before), '-', ...flags], { stdin: after });
    return out.replaceAll(`${folder}/`, '');
  };

  it('is lines for a reader', async () => {
    expect(await report()).toBe(`old old.txt: 2 metrics, 2 series
new stdin: 2 metrics, 3 series

+ b: gauge added
- gone_total: counter removed (breaking)

Number of series:
metric  old series  new series
a                1           2

2 changes, 1 may break a query.
`);
  });

  it('is Markdown for a pull request', async () => {
    expect(await report('--markdown')).toBe(`### Metrics

2 changes, 1 may break a query. 2 metrics with 2 series before, 2 metrics with 3 series after.

| metric | change | may break queries |
| --- | --- | --- |
| \`gone_total\` | counter removed | **yes** |
| \`b\` | gauge added | no |

<details><summary>Number of series</summary>

| metric | before | after |
| --- | --- | --- |
| \`a\` | 1 | 2 |

</details>
`);
  });

  it('lets no text of an endpoint become Markdown', async () => {
    const stdin = '# HELP a <img src=x> | [link](http://x) @somebody\na 1\n';
    const { out } = await runCommand(['diff', file('old.txt', 'a 1\n'), '-', '--markdown'], { stdin });
    expect(out).not.toMatch(/<img|\[link|@somebody/);
    expect(
      out
        .split('\n')
        .find((line) => line.startsWith('| `a`'))
        ?.split('|'),
    ).toHaveLength(5);
  });

  it('refuses --json together with --markdown', async () => {
    expect(await runCommand(['diff', 'a', 'b', '--json', '--markdown'])).toMatchObject({ status: 2 });
  });
});
