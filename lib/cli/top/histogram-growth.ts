import { type Labels, type Sample } from '../../exposition/family.js';
import { seriesIdentity } from '../../exposition/series-identity.js';
import { type PublishedMetric } from '../read/published.js';

/** By how much one series of a histogram grew between two scrapes. */
export interface Growth {
  readonly labels: Labels;
  readonly count: number;
  readonly sum: number;
  /** Observations up to each bound, by the bound. */
  readonly buckets: ReadonlyMap<number, number>;
}

interface State {
  readonly labels: Labels;
  count: number;
  sum: number;
  readonly buckets: Map<number, number>;
}

/** Of each series of the second scrape. One whose count fell began again at 0, as after a restart of the process. */
export function growthOf(before: PublishedMetric | undefined, after: PublishedMetric): readonly Growth[] {
  const earlier = statesOf(before);
  return Array.from(statesOf(after), ([identity, now]) => {
    const was = earlier.get(identity);
    return was === undefined || now.count < was.count ? now : difference(was, now);
  });
}

function difference(was: State, now: State): Growth {
  const buckets = Array.from(now.buckets, ([bound, count]) => [bound, count - (was.buckets.get(bound) ?? 0)] as const);
  return { labels: now.labels, count: now.count - was.count, sum: now.sum - was.sum, buckets: new Map(buckets) };
}

function statesOf(metric: PublishedMetric | undefined): ReadonlyMap<string, State> {
  const states = new Map<string, State>();
  for (const sample of metric?.family.samples ?? []) {
    const { le, ...labels } = sample.labels;
    const identity = seriesIdentity('', labels);
    const state = states.get(identity) ?? { labels, count: 0, sum: 0, buckets: new Map() };
    states.set(identity, state);
    put(sample, le, state);
  }
  return states;
}

function put({ name, value }: Sample, le: string | undefined, state: State): void {
  if (name.endsWith('_bucket')) state.buckets.set(le === '+Inf' ? Infinity : Number(le), value);
  else if (name.endsWith('_count')) state.count = value;
  else if (name.endsWith('_sum')) state.sum = value;
}
