import { NESTJS_METRICS_OVERFLOW_TOTAL, NESTJS_METRICS_SERIES } from '../../catalogue/nest/self.definitions.js';
import { type Sample } from '../../exposition/family.js';
import { type Published } from '../read/published.js';
import { type Finding } from './finding.js';

/** The part of its budget from which a metric is reported. */
const NEARLY = 0.8;

/** Metrics of the library that have used up their label sets, or nearly so. Nothing for endpoints of other software. */
export function budgetFindings(published: Published, namespace: string, labelSets: number): readonly Finding[] {
  const samplesOf = (name: string) => published.metrics.get(namespace + name)?.family.samples ?? [];
  const overflowed = samplesOf(NESTJS_METRICS_OVERFLOW_TOTAL.name).filter(({ value }) => value > 0);
  const full = new Set(overflowed.map(metricOf));
  const nearly = samplesOf(NESTJS_METRICS_SERIES.name).filter(
    (sample) => sample.value >= labelSets * NEARLY && !full.has(metricOf(sample)),
  );
  return [...overflowed.map(overflow), ...nearly.map((sample) => near(sample, labelSets))];
}

function overflow(sample: Sample): Finding {
  const message = `${sample.value} label sets were folded into _overflow: raise limits.labelSetsPerMetric, or use fewer label values`;
  return { level: 'error', check: 'overflow', metric: metricOf(sample), message };
}

function near(sample: Sample, labelSets: number): Finding {
  const message = `${sample.value} of ${labelSets} label sets are used`;
  return { level: 'warning', check: 'budget', metric: metricOf(sample), message };
}

function metricOf({ labels }: Sample): string {
  return labels['metric'] ?? '';
}
