import { describe, expect, it } from 'vitest';
import { metricNamesIn, metricNamesInExpression, rulesIn } from '../../support/rule-files.js';

const RULES = `groups:
  - name: dogs
    rules:
      # expr: a_comment
      - record: job:dogs:sum
        expr: 'sum without (instance) (dogs{breed="expr: cat"})'
      - record: job:barks_per_dogs:ratio_rate5m
        expr: |2
            sum by (job) (rate(barks_total[5m]))
          /
            job:dogs:sum

      - alert: NoDogs
        expr: job:dogs:sum == 0 and on (job) up == 1
        for: 5m
        labels:
          severity: critical
`;

describe('rulesIn', () => {
  it('reads plain expressions and blocks, of recording rules and of alerts', () => {
    expect(rulesIn(RULES)).toMatchObject([
      { record: 'job:dogs:sum', expression: 'sum without (instance) (dogs{breed="expr: cat"})' },
      { record: 'job:barks_per_dogs:ratio_rate5m', expression: expect.stringMatching(/barks_total[^]*job:dogs:sum/) },
      { record: undefined, expression: 'job:dogs:sum == 0 and on (job) up == 1' },
    ]);
  });

  it('reads quoted expressions, and those of several lines without a block', () => {
    const rules = '{ groups: [{ rules: [{ expr: "dogs" }, { expr: dogs\n    + cats }] }] }';
    expect(rulesIn(rules).map(({ expression }) => expression)).toEqual(['dogs', 'dogs + cats']);
  });

  it('refuses what is no YAML', () => {
    expect(() => rulesIn('groups: [')).toThrow('Flow sequence');
  });
});

describe('metricNamesIn', () => {
  it('gives what rules read from targets, and not what they record', () => {
    expect(metricNamesIn(RULES)).toEqual(['barks_total', 'dogs', 'up']);
  });

  it('knows what another file records', () => {
    const alert = 'groups: [{ rules: [{ alert: A, expr: "job:dogs:sum > cats" }] }]';
    expect(metricNamesIn(RULES, alert)).toContain('cats');
    expect(metricNamesIn(RULES, alert)).not.toContain('job:dogs:sum');
  });
});

describe('metricNamesInExpression', () => {
  it.each([
    ['rate(a_total{b="c", d=~"e|f"}[5m] offset 1h)', ['a_total']],
    ['sum(a) by (b) / on (c) group_left (d) e', ['a', 'e']],
    ['histogram_quantile(0.99, sum without (b) (rate(a_bucket[5m]))) >= 0', ['a_bucket']],
    ['a > bool 1e5 or b == NaN unless c < +Inf and 0x1F', ['a', 'b', 'c']],
    ['job:a:rate5m * on () group_left b', ['job:a:rate5m', 'b']],
    ['label_replace(a, "b", "$1", "c", "(d)") # e', ['a']],
    ['absent(a{b="}"})', ['a']],
    ['max_over_time((a - b)[5m:30s])', ['a', 'b']],
    ['time() - a @ end()', ['a']],
  ])('%s', (expression, names) => {
    expect(metricNamesInExpression(expression)).toEqual(names);
  });

  it('finds a name in braces', () => {
    expect(metricNamesInExpression('{__name__="a"}')).toEqual(['a']);
  });
});
