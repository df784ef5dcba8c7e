import { beforeEach, describe, expect, it } from 'vitest';
import { type Collector, type CollectorSource } from '../../lib/expose/collector.js';
import { Collectors } from '../../lib/expose/collectors.js';
import { type ForeignFamily } from '../../lib/expose/foreign-family.js';

const LONG = 3600;
const SHORT = 0.02;

const FAMILY: ForeignFamily = { name: 'theirs', help: '', type: 'gauge', samples: [] };

/** A collector that ends when it is told, and the source that has it until it is taken out. */
class PendingSource implements CollectorSource {
  started = 0;
  private readonly ends: (() => void)[] = [];
  private all: readonly Collector[];

  constructor(name: string) {
    this.all = [{ name, collect: () => this.collect() }];
  }

  collectors(): readonly Collector[] {
    return this.all;
  }

  end(): void {
    for (const end of this.ends.splice(0)) end();
  }

  takeOut(): void {
    this.all = [];
  }

  private collect(): Promise<readonly ForeignFamily[]> {
    this.started += 1;
    return new Promise((resolve) => this.ends.push(() => resolve([FAMILY])));
  }
}

let ours: PendingSource;
let theirs: PendingSource;
let reports: string[];
let collectors: Collectors;

beforeEach(() => {
  ours = new PendingSource('ours');
  theirs = new PendingSource('theirs');
  reports = [];
  collectors = new Collectors({
    collected: (name, success) => reports.push(`${name} ${success}`),
    dropped: (name) => reports.push(`${name} dropped`),
    failed: (error) => expect.unreachable(String(error)),
  });
});

describe('a run of some of the sources', () => {
  it('asks no others, and says nothing of them', async () => {
    const run = collectors.run([ours], LONG);
    ours.end();
    expect(await run).toEqual({ foreign: [FAMILY], isComplete: true });
    expect(theirs.started).toBe(0);
    expect(reports).toEqual(['ours true']);
  });

  it.each([
    ['of all', 'of ours', () => [ours, theirs], () => [ours]],
    ['of ours', 'of all', () => [ours], () => [ours, theirs]],
  ])('%s shares what is running with one %s', async (_first, _second, first, second) => {
    const runs = [collectors.run(first(), LONG), collectors.run(second(), LONG)];
    ours.end();
    theirs.end();
    await Promise.all(runs);
    expect([ours.started, theirs.started]).toEqual([1, 1]);
  });

  it('has an end though others still wait for what it has not asked for', async () => {
    const all = collectors.run([ours, theirs], LONG);
    const some = collectors.run([ours], LONG);
    ours.end();
    expect(await some).toEqual({ foreign: [FAMILY], isComplete: true });
    theirs.end();
    expect((await all).foreign).toEqual([FAMILY, FAMILY]);
  });

  it('does not take collectors of the others for gone', async () => {
    const all = collectors.run([ours, theirs], LONG);
    ours.end();
    theirs.end();
    await all;
    theirs.takeOut();
    await collectors.run([ours], SHORT);
    expect(reports).not.toContain('theirs dropped');
    await collectors.run([ours, theirs], SHORT);
    expect(reports.filter((report) => report === 'theirs dropped')).toHaveLength(1);
    ours.end();
  });

  it('does not wait for a collector of others that has the same name', async () => {
    const namesake = new PendingSource('ours');
    const first = collectors.run([namesake], LONG);
    const second = collectors.run([ours], LONG);
    expect([namesake.started, ours.started]).toEqual([1, 1]);
    ours.end();
    expect(await second).toEqual({ foreign: [FAMILY], isComplete: true });
    namesake.end();
    await first;
  });
});

it('collectors that are late take nothing from a run, which is complete without them', async () => {
  const failures: unknown[] = [];
  const impatient = new Collectors({ collected: () => undefined, failed: (error) => failures.push(error) }, SHORT);
  expect(await impatient.run([ours], SHORT)).toEqual({ foreign: [], isComplete: true });
  expect(failures).toHaveLength(1);
  const patient = new Collectors({ collected: () => undefined, failed: (error) => failures.push(error) }, LONG);
  expect(await patient.run([theirs], SHORT)).toEqual({ foreign: [], isComplete: false });
  expect(failures).toHaveLength(1);
  for (const source of [ours, theirs]) source.end();
});
