import { type RecordingRule, type RuleFile } from '../rule.js';
import { instanceLabelsOf, type RuleSettings } from '../rule-settings.js';
import { block } from '../text-block.js';

const COMMENT =
  'Recording rules over the cache metrics of nestjs-prometheus-exporter: lookups, hits, failures, duration.';

export function cacheRecordingRules(settings: RuleSettings): RuleFile {
  const instance = instanceLabelsOf(settings);
  return {
    name: 'nestjs-cache.rules.yml',
    comment: COMMENT,
    groups: [
      { name: 'nestjs-cache-lookups', rules: lookups(instance) },
      { name: 'nestjs-cache-failures', rules: failures(instance) },
      { name: 'nestjs-cache-duration', rules: duration(instance) },
    ],
  };
}

function lookups(instance: string): readonly RecordingRule[] {
  return [
    {
      comment: 'Keys that were looked up, per second.',
      record: 'job_cache_backend:nestjs_cache_gets:rate5m',
      expr: `sum without (${instance}) (rate(nestjs_cache_gets_total[5m]))`,
    },
    {
      comment: 'The share of these that were found. Lookups that failed are neither found nor not found.',
      record: 'job_cache_backend:nestjs_cache_hits_per_hits_and_misses:ratio_rate5m',
      expr: block`
          sum without (${instance}) (rate(nestjs_cache_hits_total[5m]))
        /
          (
              sum without (${instance}) (rate(nestjs_cache_hits_total[5m]) + rate(nestjs_cache_misses_total[5m]))
            >
              0
          )`,
    },
  ];
}

function failures(instance: string): readonly RecordingRule[] {
  return [
    {
      comment: 'Keys for which the store failed, per second.',
      record: 'job_cache_backend_operation:nestjs_cache_failures:rate5m',
      expr: `sum without (${instance}) (rate(nestjs_cache_failures_total[5m]))`,
    },
    {
      record: 'job_cache_backend:nestjs_cache_failures:rate5m',
      expr: block`
          sum without (operation) (job_cache_backend_operation:nestjs_cache_failures:rate5m)
        or
          0 * job_cache_backend:nestjs_cache_gets:rate5m`,
    },
    {
      comment: 'The same as a share of all keys that were looked up, written or deleted.',
      record: 'job_cache_backend:nestjs_cache_failures_per_keys:ratio_rate5m',
      expr: block`
          job_cache_backend:nestjs_cache_failures:rate5m
        /
          (
              sum without (${instance}) (
                  rate(nestjs_cache_gets_total[5m])
                +
                  rate(nestjs_cache_sets_total[5m])
                +
                  rate(nestjs_cache_deletes_total[5m])
              )
            >
              0
          )`,
    },
  ];
}

function duration(instance: string): readonly RecordingRule[] {
  return [
    {
      comment: 'Seconds within which ninety-nine hundredths of the calls ended.',
      record: 'job_cache_backend_operation_le:nestjs_cache_operation_duration_seconds_bucket:rate5m',
      expr: `sum without (${instance}) (rate(nestjs_cache_operation_duration_seconds_bucket[5m]))`,
    },
    {
      record: 'job_cache_backend_operation:nestjs_cache_operation_duration_seconds:p99_rate5m',
      expr: block`
          histogram_quantile(
            0.99,
            job_cache_backend_operation_le:nestjs_cache_operation_duration_seconds_bucket:rate5m
          )
        >=
          0`,
    },
  ];
}
