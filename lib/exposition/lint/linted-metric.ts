import { type Family } from '../family.js';
import { seriesIdentity } from '../series-identity.js';

/** The input of the rules, as in promlint: types of the text format, names as users know them. */
export interface LintedMetric {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram' | 'summary' | 'untyped';
  readonly help: string | undefined;
  /** The label names of all series, without `le` on buckets of histograms and `quantile` on summaries. */
  readonly labelNames: ReadonlySet<string>;
  readonly hasDuplicates: boolean;
}

const TYPES: Readonly<Record<Family['type'], LintedMetric['type']>> = {
  counter: 'counter',
  gauge: 'gauge',
  histogram: 'histogram',
  summary: 'summary',
  untyped: 'untyped',
  unknown: 'untyped',
  gaugehistogram: 'histogram',
  stateset: 'gauge',
  info: 'gauge',
};

const OWN_LABEL: Readonly<Partial<Record<LintedMetric['type'], string>>> = { histogram: 'le', summary: 'quantile' };

export function lintedMetric(family: Family): LintedMetric {
  const type = TYPES[family.type];
  const labelNames = new Set(family.samples.flatMap(({ labels }) => Object.keys(labels)));
  labelNames.delete(OWN_LABEL[type] ?? '');
  const identities = new Set(family.samples.map(({ name, labels }) => seriesIdentity(name, labels)));
  return {
    name: nameOf(family),
    type,
    help: family.help,
    labelNames,
    hasDuplicates: identities.size < family.samples.length,
  };
}

/** In OpenMetrics, the family of the counter `x_total` is named `x`, and so is that of the info `x_info`. */
function nameOf({ name, type, samples }: Family): string {
  const suffix = type === 'counter' ? '_total' : '_info';
  return samples.some((sample) => sample.name === `${name}${suffix}`) ? `${name}${suffix}` : name;
}
