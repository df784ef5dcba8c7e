import { expect, it } from 'vitest';
import { readExposition } from '../../support/exposition.js';
import { NeverLess } from '../../support/processes/never-less.js';

const WALKS = (count: number, inFirst: number) => `# HELP walk_seconds Walks.
# TYPE walk_seconds histogram
walk_seconds_bucket{le="1"} ${inFirst}
walk_seconds_bucket{le="+Inf"} ${count}
walk_seconds_sum ${count}
walk_seconds_count ${count}
`;
const BARKS = (labels: string, value: number) => `# HELP barks_total Barks.
# TYPE barks_total counter
barks_total${labels} ${value}
`;
const AGE = (value: number) => `# HELP age Age.
# TYPE age gauge
age ${value}
`;

function faultsAfter(...scrapes: readonly string[]): readonly string[] {
  const neverLess = new NeverLess();
  for (const scrape of scrapes) neverLess.see(readExposition(scrape, 'text'));
  return neverLess.faults;
}

it('finds a counter that became less, and one that is gone', () => {
  expect(faultsAfter(BARKS('', 2), BARKS('', 2), BARKS('', 1))).toEqual(['barks_total{} was 2 and is 1']);
  expect(faultsAfter(BARKS('{dog="Rex"}', 2), BARKS('{dog="Bello"}', 3))).toEqual([
    'barks_total{"dog":"Rex"} was 2 and is undefined',
  ]);
});

it('finds a bucket that became less', () => {
  expect(faultsAfter(WALKS(3, 2), WALKS(3, 1))).toEqual(['walk_seconds_bucket{"le":"1"} was 2 and is 1']);
});

it('compares with the scrape before', () => {
  expect(faultsAfter(BARKS('', 3), BARKS('', 1), BARKS('', 2))).toHaveLength(1);
});

it('finds nothing in gauges, and in what each process has for itself', () => {
  const ofProcess = '{process="0"}';
  expect(faultsAfter(AGE(2) + BARKS(ofProcess, 2), AGE(1) + BARKS(ofProcess, 1), WALKS(1, 1))).toEqual([]);
});
