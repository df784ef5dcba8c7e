import { assert, asyncProperty, nat } from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { endedOf } from '../../lib/expose/processes/merge/ended-of.js';
import { mergeShares } from '../../lib/expose/processes/merge/merge-shares.js';
import { exemplarsOf, modelOf, seriesKey, valuesIn, type Values, valuesInProtobuf } from '../support/merge-model.js';
import { hasFamily, planned, type ProcessPlan, processPlans } from '../support/merge-plans.js';
import { bucketsOf, type DecodedHistogram } from '../support/protobuf-exposition.js';
import { ended, type InAllFormats, inAllFormats, merged } from '../support/shares.js';

/** The same processes in every run. */
const RUNS = { seed: 14, numRuns: 50 };

beforeEach(() => vi.useFakeTimers({ toFake: ['Date'] }));
afterEach(() => vi.useRealTimers());

describe('any processes', () => {
  it('are merged as a simple model says, in all formats', async () => {
    await assert(
      asyncProperty(processPlans, async (plans) => {
        const { text, openmetrics, protobuf } = await merged(...plans.map(planned));
        const model = modelOf(plans);
        expect(valuesIn(text)).toEqual(model);
        expect(valuesIn(openmetrics)).toEqual(model);
        expect(valuesInProtobuf(protobuf)).toEqual(model);
      }),
      RUNS,
    );
  });

  it('have the newest exemplars of those that live', async () => {
    await assert(
      asyncProperty(processPlans, async (plans) => {
        const { openmetrics } = await merged(...plans.map(planned));
        const found = openmetrics.series('walks_bucket').flatMap(({ name, labels, exemplar }) => {
          return exemplar === undefined ? [] : [[seriesKey(name, labels), exemplar.labels['span_id']] as const];
        });
        expect(new Map(found.toSorted(([a], [b]) => (a < b ? -1 : 1)))).toEqual(exemplarsOf(plans));
      }),
      RUNS,
    );
  });

  it('have native buckets of all values, or none: an ended process without them has bounds', async () => {
    await assert(
      asyncProperty(processPlans, async (plans) => {
        const walking = plans.filter((plan) => hasFamily(plan, 'walks'));
        const { protobuf } = await merged(...plans.map(planned));
        for (const [dog, histogram] of histogramsOf(protobuf)) {
          const living = walking.filter(({ isEnded }) => !isEnded);
          const isNative =
            living.length > 0 ? living.every((plan) => plan.isNative) : walking.some((plan) => plan.isNative);
          const values = walking.flatMap((plan) => nativeValues(plan, dog));
          expect(nativeOf(histogram)).toEqual(isNative ? nativeModel(values, histogram.schema ?? NaN) : undefined);
        }
      }),
      RUNS,
    );
  });

  it('give the same when some of them have been added up before', async () => {
    await assert(
      asyncProperty(processPlans, nat({ max: 4 }), async (plans, count) => {
        const shares = plans.map(planned).map((share, i) => ({ ...share, isEnded: i < count }));
        const [dead, living] = [shares.slice(0, count), shares.slice(count)];
        const inherited = ended(endedOf(mergeShares(dead, fail)));
        const once = ended(endedOf(mergeShares(dead.slice(0, 1), fail)));
        const twice = ended(endedOf(mergeShares([once, ...dead.slice(1)], fail)));
        const expected = allOf(await merged(...living, ...dead));
        expect(allOf(await merged(...living, inherited))).toEqual(expected);
        expect(allOf(await merged(...living, twice))).toEqual(expected);
      }),
      RUNS,
    );
  });

  it('leave what they counted when they end', async () => {
    await assert(
      asyncProperty(processPlans, async (plans) => {
        const before = valuesIn(
          (await merged(...plans.map((plan) => ({ ...plan, isEnded: false })).map(planned))).text,
        );
        const after = valuesIn((await merged(...plans.map((plan) => ({ ...plan, isEnded: true })).map(planned))).text);
        expect([...before].filter(isCounted)).toEqual([...after].filter(([key]) => before.has(key)));
        expect([...after].filter(isCounted)).toHaveLength(after.size);
      }),
      RUNS,
    );
  });

  it('never go back when one counts more or begins, whatever buckets it has', async () => {
    await assert(
      asyncProperty(processPlans, processPlans, async (plans, [more]) => {
        const grown = [{ ...plans[0]!, ...withCountsOf(plans[0]!, more!) }, ...plans.slice(1)];
        const joined = [...plans, { ...more!, missing: [] }];
        const before = await inTextAndProtobuf(plans);
        expectNoneSmaller(before, await inTextAndProtobuf(grown));
        expectNoneSmaller(before, await inTextAndProtobuf(joined));
        // Restarted with the buckets of another release: the one before has ended.
        const restarted = [{ ...plans[0]!, isEnded: true }, ...plans.slice(1), more!];
        expectNoneSmaller(before, await inTextAndProtobuf(restarted));
        // And the new one too, which has been added to the first.
        const endedAgain = restarted.map((plan, i) => ({ ...plan, isEnded: plan.isEnded || i === plans.length }));
        expectNoneSmaller(await inTextAndProtobuf(restarted), await inTextAndProtobuf(endedAgain));
      }),
      RUNS,
    );
  });
});

function fail(problem: string): never {
  throw new Error(problem);
}

function allOf({ text, openmetrics, protobuf }: InAllFormats): readonly unknown[] {
  return [
    valuesIn(text),
    valuesIn(openmetrics),
    valuesInProtobuf(protobuf),
    histogramsOf(protobuf).map(([dog, one]) => [dog, one.schema]),
  ];
}

function withCountsOf(plan: ProcessPlan, more: ProcessPlan): Pick<ProcessPlan, 'barks' | 'walks' | 'theirWalks'> {
  return {
    barks: [...plan.barks, ...more.barks],
    walks: [...plan.walks, ...more.walks],
    theirWalks: [...plan.theirWalks, ...more.theirWalks],
  };
}

async function inTextAndProtobuf(plans: readonly ProcessPlan[]): Promise<readonly Values[]> {
  const { text, protobuf } = await inAllFormats(mergeShares(plans.map(planned), fail));
  return [valuesIn(text), valuesInProtobuf(protobuf)];
}

function isCounted([key]: readonly [string, number]): boolean {
  return /^(?:barks_total|walks_|their_walks_)/.test(key);
}

function expectNoneSmaller(before: readonly Values[], after: readonly Values[]): void {
  const smaller = before.flatMap((values, i) =>
    [...values].filter(isCounted).filter(([key, value]) => {
      const isBucket = key.includes('"le"');
      return (after[i]!.get(key) ?? (isBucket ? Infinity : -1)) < value;
    }),
  );
  expect(smaller).toEqual([]);
}

function histogramsOf(families: InAllFormats['protobuf']): readonly (readonly [string, DecodedHistogram])[] {
  const metrics = families.find(({ name }) => name === 'walks')?.metric ?? [];
  return metrics.map(({ label = [], histogram }) => [label[0]?.value ?? '', histogram!]);
}

function nativeOf({
  schema,
  zeroCount = 0,
  positiveSpan,
  positiveDelta,
}: DecodedHistogram): ReadonlyMap<number | 'zero', number> | undefined {
  if (schema === undefined) return undefined;
  const counts = [...bucketsOf(positiveSpan, positiveDelta)].filter(([, count]) => count > 0);
  return new Map<number | 'zero', number>([['zero', zeroCount], ...counts]);
}

/** An ended process without native buckets has only bounds: for larger values twice the last one. */
function nativeValues({ walks, isNative, bounds }: ProcessPlan, dog: string): readonly number[] {
  const values = walks.filter((one) => one.dog === dog).map(({ value }) => value);
  return isNative ? values : values.map((value) => bounds.find((bound) => value <= bound) ?? 2 * bounds.at(-1)!);
}

function nativeModel(values: readonly number[], schema: number): ReadonlyMap<number | 'zero', number> {
  const counts = new Map<number | 'zero', number>([['zero', 0]]);
  const sorted = values.toSorted((a, b) => a - b);
  for (const value of sorted) {
    const index = value === 0 ? 'zero' : Math.ceil(Math.log2(value) * 2 ** schema);
    counts.set(index, (counts.get(index) ?? 0) + 1);
  }
  return counts;
}
