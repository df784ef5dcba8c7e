import { type Family, sampleNames } from '../../exposition/family.js';
import { readFamilies } from '../../exposition/family-reader.js';
import { seriesIdentity } from '../../exposition/series-identity.js';

/** A metric as an endpoint publishes it. */
export interface PublishedMetric {
  /** As queries name it: `x_total` for a counter, in OpenMetrics too. */
  readonly name: string;
  readonly family: Family;
  /** What its series are called, those of a histogram with `_bucket` and so on, whether there are any or not. */
  readonly seriesNames: ReadonlySet<string>;
  /** Of all its series, `le` and `quantile` included. */
  readonly labels: ReadonlySet<string>;
  /** As Prometheus counts them: each bucket is one. */
  readonly seriesCount: number;
}

export interface Published {
  readonly families: ReadonlyMap<string, Family>;
  readonly metrics: ReadonlyMap<string, PublishedMetric>;
  /** Whether units were published, which only OpenMetrics can. */
  readonly hasUnits: boolean;
}

/** @errors as `readFamilies` */
export function readPublished(text: string): Published {
  const families = readFamilies(text);
  const isOpenMetrics = /(?:^|\n)# EOF\n?$/.test(text);
  const metrics = Array.from(families.values(), (family) => publishedMetric(family, isOpenMetrics));
  return { families, metrics: new Map(metrics.map((metric) => [metric.name, metric])), hasUnits: isOpenMetrics };
}

function publishedMetric(family: Family, isOpenMetrics: boolean): PublishedMetric {
  const { name, type, samples } = family;
  const possible = sampleNames(isOpenMetrics ? 'openmetrics' : 'text', type, name);
  return {
    name: isOpenMetrics ? queriedName(family) : name,
    family,
    seriesNames: new Set([...possible, ...samples.map((sample) => sample.name)]),
    labels: new Set(samples.flatMap(({ labels }) => Object.keys(labels))),
    seriesCount: new Set(samples.map((sample) => seriesIdentity(sample.name, sample.labels))).size,
  };
}

function queriedName({ name, type }: Family): string {
  if (type === 'counter') return `${name}_total`;
  return type === 'info' ? `${name}_info` : name;
}
