import { type RuleSettings } from '../rule-settings.js';
import { block } from '../text-block.js';
import { type AlertThresholds } from '../thresholds.js';
import { type AlertDraft } from './alert-draft.js';

export function cacheAlerts(_: RuleSettings, limits: AlertThresholds): readonly AlertDraft[] {
  return [failures(limits), hitRatio(limits)];
}

function failures({ cacheFailureRatio, minimumFailures }: AlertThresholds): AlertDraft {
  return {
    alert: 'NestjsCacheFailures',
    severity: 'warning',
    for: '5m',
    expr: block`
        job_cache_backend:nestjs_cache_failures_per_keys:ratio_rate5m > ${cacheFailureRatio}
      and
        job_cache_backend:nestjs_cache_failures:rate5m * 300 >= ${minimumFailures}`,
    summary: 'A cache of {{ $labels.job }} fails.',
    description:
      'The store {{ $labels.backend }} of the cache {{ $labels.cache }} ({{ $labels.job }}) failed for {{ $value | humanizePercentage }} of the keys in the last 5 minutes.',
  };
}

function hitRatio({ cacheHitRatio, cacheMinimumLookups }: AlertThresholds): AlertDraft {
  return {
    alert: 'NestjsCacheHitRatioLow',
    severity: 'info',
    for: '30m',
    expr: block`
        job_cache_backend:nestjs_cache_hits_per_hits_and_misses:ratio_rate5m < ${cacheHitRatio}
      and
        job_cache_backend:nestjs_cache_gets:rate5m * 300 >= ${cacheMinimumLookups}`,
    summary: 'A cache of {{ $labels.job }} finds little.',
    description:
      'The cache {{ $labels.cache }} ({{ $labels.backend }}) of {{ $labels.job }} found {{ $value | humanizePercentage }} of the keys in the last 5 minutes.',
  };
}
