import { type ForeignFamily, type ForeignSample } from '../../foreign-family.js';
import { QUANTILE_PAIR } from '../metric-samples.js';
import { attributesOf, exemplarsField } from './attributes.js';
import {
  type HistogramPoint,
  jsonCount,
  jsonDouble,
  jsonTime,
  type NumberPoint,
  type Point,
  type PointHead,
  type PointKind,
  type SummaryPoint,
} from './points.js';

/** Others do not tell when they began to count. It was not before the process began. */
const PROCESS_STARTED = jsonTime(Date.now() / 1000 - process.uptime());

/** OTLP has no untyped metrics. */
const KINDS: Readonly<Record<ForeignFamily['type'], PointKind>> = {
  counter: 'sum',
  gauge: 'gauge',
  histogram: 'histogram',
  summary: 'summary',
  unknown: 'gauge',
};

export function foreignKind({ type }: Pick<ForeignFamily, 'type'>): PointKind {
  return KINDS[type];
}

/** The data point of one metric. */
export function foreignPoint(
  family: ForeignFamily,
  labels: string,
  samples: readonly ForeignSample[],
  timeUnixNano: string,
): Point {
  const kind = foreignKind(family);
  const start = kind !== 'gauge' && { startTimeUnixNano: PROCESS_STARTED };
  const head: PointHead = { attributes: attributesOf(labels), ...start, timeUnixNano };
  if (kind === 'histogram') return histogram(family.name, head, samples);
  return kind === 'summary' ? summary(family.name, head, samples) : single(head, samples);
}

function single(head: PointHead, samples: readonly ForeignSample[]): NumberPoint {
  const [{ value, exemplar } = { value: NaN, exemplar: undefined }] = samples;
  return { ...head, asDouble: jsonDouble(value), ...exemplarsField([exemplar]) };
}

function histogram(name: string, head: PointHead, samples: readonly ForeignSample[]): HistogramPoint {
  const buckets = samples.filter(({ le }) => le !== undefined);
  const finite = buckets.filter(({ le }) => le !== Infinity);
  const cumulative = [...finite.map(({ value }) => value), countOf(name, samples)];
  return {
    ...head,
    count: jsonCount(cumulative.at(-1) ?? 0),
    sum: jsonDouble(valueOf(`${name}_sum`, samples)),
    explicitBounds: finite.map(({ le = NaN }) => le),
    bucketCounts: cumulative.map((count, i) => jsonCount(count - (cumulative[i - 1] ?? 0))),
    ...exemplarsField(buckets.map(({ exemplar }) => exemplar)),
  };
}

function summary(name: string, head: PointHead, samples: readonly ForeignSample[]): SummaryPoint {
  const quantiles = samples.filter((sample) => sample.name === name);
  return {
    ...head,
    count: jsonCount(countOf(name, samples)),
    sum: jsonDouble(valueOf(`${name}_sum`, samples)),
    quantileValues: quantiles.map(({ labels, value }) => ({
      quantile: jsonDouble(Number(QUANTILE_PAIR.exec(labels)?.[1])),
      value: jsonDouble(value),
    })),
  };
}

/** A histogram without a bucket for `+Inf` has it in its count. */
function countOf(name: string, samples: readonly ForeignSample[]): number {
  return samples.find(({ le }) => le === Infinity)?.value ?? valueOf(`${name}_count`, samples);
}

function valueOf(name: string, samples: readonly ForeignSample[]): number {
  return samples.find((sample) => sample.name === name)?.value ?? 0;
}
