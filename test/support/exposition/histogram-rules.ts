import { isCanonical } from './canonical-number.js';
import { ExpositionFault } from '../../../lib/exposition/exposition-fault.js';
import { type ExpositionFormat, type Family, type Sample } from '../../../lib/exposition/family.js';
import { numberFrom } from '../../../lib/exposition/line-cursor.js';
import { seriesIdentity } from '../../../lib/exposition/series-identity.js';

/** The samples of one histogram, that is of one label set without `le`, in the order they were written. */
interface Distribution {
  readonly identity: string;
  readonly buckets: Sample[];
  sum?: Sample;
  count?: Sample;
}

/** Checks each histogram of a family: its buckets, its sum, its count, and that the three agree. */
export function checkDistribution(family: Family, format: ExpositionFormat): void {
  for (const distribution of distributionsOf(family, format)) {
    checkBuckets(distribution, format);
    checkTotals(distribution, format);
  }
}

function distributionsOf(family: Family, format: ExpositionFormat): Iterable<Distribution> {
  const distributions = new Map<string, Distribution>();
  let current: Distribution | undefined;
  for (const sample of family.samples) {
    const { le: _bound, ...labels } = sample.labels;
    const identity = seriesIdentity(family.name, labels);
    const known = distributions.get(identity);
    if (known && known !== current && format === 'openmetrics') {
      throw new ExpositionFault(`The samples of ${identity} are interleaved with others`, sample.lineNumber);
    }
    current = known ?? { identity, buckets: [] };
    distributions.set(identity, current);
    add(sample, current);
  }
  return distributions.values();
}

function add(sample: Sample, distribution: Distribution): void {
  const isBucket = sample.name.endsWith('_bucket');
  if (isBucket !== Object.hasOwn(sample.labels, 'le')) {
    throw new ExpositionFault(`${sample.name} ${isBucket ? 'lacks' : 'must not have'} the label le`, sample.lineNumber);
  }
  if (isBucket) distribution.buckets.push(sample);
  if (/_g?sum$/.test(sample.name)) distribution.sum = sample;
  if (/_g?count$/.test(sample.name)) distribution.count = sample;
}

function checkBuckets({ identity, buckets }: Distribution, format: ExpositionFormat): void {
  let bound = -Infinity;
  let count = 0;
  for (const bucket of buckets) {
    const next = boundOf(bucket, format);
    if (next <= bound) throw new ExpositionFault(`The buckets of ${identity} are not ascending`, bucket.lineNumber);
    if (bucket.value < count) {
      throw new ExpositionFault(`The buckets of ${identity} are not cumulative`, bucket.lineNumber);
    }
    [bound, count] = [next, bucket.value];
  }
  if (bound !== Infinity) throw new ExpositionFault(`${identity} has no bucket +Inf`);
}

function boundOf(bucket: Sample, format: ExpositionFormat): number {
  const text = bucket.labels['le'] ?? '';
  const isNumber = text === '+Inf' || /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text);
  const bound = isNumber ? numberFrom(text) : undefined;
  if (bound === undefined) throw new ExpositionFault(`The bound "${text}" is not a number`, bucket.lineNumber);
  if (format === 'openmetrics' && !isCanonical(text, bound)) {
    throw new ExpositionFault(`The bound "${text}" is not in its canonical form`, bucket.lineNumber);
  }
  return bound;
}

/** OpenMetrics lets a histogram go without its sum and its count, but not without one of them. */
function checkTotals({ identity, buckets, sum, count }: Distribution, format: ExpositionFormat): void {
  const needsTotals = format === 'text' || sum !== undefined || count !== undefined;
  if (!needsTotals) return;
  if (!sum || !count) throw new ExpositionFault(`${identity} lacks its ${sum ? '_count' : '_sum'}`);
  const all = buckets.at(-1);
  if (all?.value !== count.value) {
    throw new ExpositionFault(`${identity} has ${all?.value} in +Inf and ${count.value} in _count`, count.lineNumber);
  }
  if (format === 'openmetrics') checkSum(sum, buckets);
}

/** A sum with negative observations in it is no counter any more: a histogram must do without, a gaugehistogram may. */
function checkSum(sum: Sample, buckets: readonly Sample[]): void {
  const hasNegativeBound = Number(buckets[0]?.labels['le']) < 0;
  const isGauge = sum.name.endsWith('_gsum');
  if (hasNegativeBound && !isGauge) {
    throw new ExpositionFault('A histogram with negative bounds has a sum', sum.lineNumber);
  }
  const isPossible = sum.value >= 0 || (hasNegativeBound && !Number.isNaN(sum.value));
  if (!isPossible) throw new ExpositionFault(`${sum.name} is ${sum.value}, a sum cannot be`, sum.lineNumber);
}
