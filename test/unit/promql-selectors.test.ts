import { describe, expect, it } from 'vitest';
import { PromqlFault } from '../../lib/promql/promql-fault.js';
import { selectorsIn } from '../../lib/promql/selectors-in.js';

/** One line per selector: `name{labels}`, and `-label` for one that is ignored. */
const read = (expression: string) =>
  selectorsIn(expression).map(
    ({ name, labels, ignoredLabels }) => `${name}{${[...labels, ...ignoredLabels.map((one) => `-${one}`)].join(',')}}`,
  );

describe('the metrics that an expression reads, with their labels', () => {
  it.each<readonly [expression: string, selectors: readonly string[]]>([
    ['x', ['x{}']],
    ['1 + 2', []],
    ['time() - "text"', []],
    ['x{a="b",c!~"d"}', ['x{a,c}']],
    ['x{a="b",}[5m] offset 1h', ['x{a}']],
    ['x{"a.b"="c"}', ['x{a.b}']],
    ['x{on="1", by="2", sum="3"}', ['x{on,by,sum}']],
    ['sum', ['sum{}']],
    ['sum(group)', ['group{}']],
    ['job:x:rate5m > 1', ['job:x:rate5m{}']],
    ['{__name__="x", a="b"}', ['x{a}']],
    ['{__name__=~"x|y", a="b"}', ['x{a}', 'y{a}']],
    ['{__name__=~"x_.*"}', ['{}']],
    ['{__name__!="x"}', ['{}']],
    ['{"x", a="b"}', ['x{a}']],
    ['{job="a"}', ['{job}']],
    ['sum by (a, b) (x)', ['x{a,b}']],
    ['sum(x) by (a,)', ['x{a}']],
    ['sum by ("a.b") (x)', ['x{a.b}']],
    ['sum without (a) (x{b="c"})', ['x{b,-a}']],
    ['sum by (a) (max by (a, b) (x))', ['x{a,b}']],
    ['topk(3, sum by (a) (rate(x[5m])))', ['x{a}']],
    ['histogram_quantile(0.9, sum by (le, a) (rate(x_bucket[5m])))', ['x_bucket{le,a}']],
    ['x / on (a) y', ['x{a}', 'y{a}']],
    ['x / ignoring (a) y', ['x{-a}', 'y{-a}']],
    ['x * on (a) group_left (b) y', ['x{a}', 'y{b,a}']],
    ['x * on (a) group_right (b) y', ['x{b,a}', 'y{a}']],
    ['sum by (b, c) (x * on (a) group_left (b) y)', ['x{c,a}', 'y{b,a}']],
    ['sum by (b) (x and on (a) y)', ['x{b,a}', 'y{a}']],
    ['sum by (b) (x unless y)', ['x{b}', 'y{}']],
    ['sum by (b) (x or y)', ['x{b}', 'y{b}']],
    ['sum by (b) (x / y)', ['x{b}', 'y{b}']],
    ['sum by (a) (x) / scalar(sum(y))', ['x{a}', 'y{}']],
    ['sum by (a) (x) > bool on (a) z', ['x{a}', 'z{a}']],
    ['sum by (a) (label_replace(x, "a", "$1", "b", "(.*)"))', ['x{b}']],
    ['sum by (a) (label_join(x, "a", ",", "b", "c"))', ['x{b,c}']],
    ['sum by (a, b) (count_values("a", x))', ['x{b}']],
    ['sort_by_label(x, "a", "b")', ['x{a,b}']],
    ['absent(x{a="b"}) * on (c) y', ['x{a}', 'y{c}']],
    ['max_over_time(sum by (a) (x)[1h:5m])', ['x{a}']],
    ['-(x @ end())', ['x{}']],
    ['x # and y\n + z', ['x{}', 'z{}']],
    ['x{a="y{b=\\"c\\"}"}', ['x{a}']],
  ])('%s', (expression, selectors) => {
    expect(read(expression)).toEqual(selectors);
  });
});

describe('variables of Grafana', () => {
  it.each<readonly [expression: string, selectors: readonly string[]]>([
    ['rate(x{job="$job", instance=~"${instance:regex}"}[$__rate_interval])', ['x{job,instance}']],
    ['increase(x[${__range}]) / $__range_s', ['x{}']],
    ['topk($limit, x offset $shift)', ['x{}']],
    ['max_over_time(x[$__range:$__interval])', ['x{}']],
    ['x # $job\n + y', ['x{}', 'y{}']],
  ])('%s', (expression, selectors) => {
    expect(read(expression)).toEqual(selectors);
  });
});

describe('text that is not PromQL', () => {
  it.each<readonly [expression: string, place: string]>([
    ['', 'line 1, column 1'],
    ['rate(x', 'line 1, column 7'],
    ['x y', 'line 1, column 3'],
    ['x +\n  sum by (a x', 'line 2, column 13'],
    ['x{a="b}', 'line 1, column 8'],
    ['x[]', 'line 1, column 3'],
    ['sum by ($label) (x)', 'line 1, column 9'],
    ['x{a=b}', 'line 1, column 5'],
    ['<html>', 'line 1, column 1'],
  ])('%j is refused with its place', (expression, place) => {
    expect(() => selectorsIn(expression)).toThrow(PromqlFault);
    expect(() => selectorsIn(expression)).toThrow(place);
  });
});
