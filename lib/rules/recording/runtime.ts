import { type RecordingRule, type RuleFile } from '../rule.js';
import { instanceLabelsOf, type RuleSettings, targetLabelsOf } from '../rule-settings.js';
import { block } from '../text-block.js';

const COMMENT = block`
  Recording rules over the metrics of Node and of the process.

  Programs of every kind have metrics of these names. "and on (…) nestjs_metrics_info" keeps the targets with
  nestjs-prometheus-exporter.`;

export function runtimeRecordingRules(settings: RuleSettings): RuleFile {
  const instance = instanceLabelsOf(settings);
  const target = targetLabelsOf(settings);
  return {
    name: 'nestjs-runtime.rules.yml',
    comment: COMMENT,
    groups: [
      { name: 'nestjs-process', rules: processRules(instance, target) },
      { name: 'nestjs-nodejs', rules: nodejsRules(instance, target) },
    ],
  };
}

function processRules(instance: string, target: string): readonly RecordingRule[] {
  return [
    {
      comment: 'CPU time in seconds per second, which is the number of busy cores.',
      record: 'job:process_cpu_seconds:rate5m',
      expr: block`
        sum without (${instance}) (
          rate(process_cpu_seconds_total[5m]) and on (${target}) nestjs_metrics_info
        )`,
    },
    {
      comment: 'Memory of all instances, in bytes.',
      record: 'job:process_resident_memory_bytes:sum',
      expr: block`
        sum without (${instance}) (
          process_resident_memory_bytes and on (${target}) nestjs_metrics_info
        )`,
    },
  ];
}

function nodejsRules(instance: string, target: string): readonly RecordingRule[] {
  return [
    {
      comment: 'The share of time in which the event loop of each instance was active, 0 to 1.',
      record: 'instance:nodejs_eventloop_time_active_per_time:ratio_rate5m',
      expr: block`
          sum without (state) (rate(nodejs_eventloop_time_seconds_total{state="active"}[5m]))
        /
          (sum without (state) (rate(nodejs_eventloop_time_seconds_total[5m])) > 0)
        and on (${target})
          nestjs_metrics_info`,
    },
    {
      comment: block`
        The event loop delay that one in a hundred turns exceeds, of the instance with the longest one, in seconds. A
        scrape of the own port (option server) that finds the event loop blocked lacks it: the last value counts.`,
      record: 'job:nodejs_eventloop_lag_p99_seconds:max',
      expr: block`
        max without (${instance}) (
          last_over_time(nodejs_eventloop_lag_p99_seconds[5m]) and on (${target}) nestjs_metrics_info
        )`,
    },
    {
      comment: 'The share of time that each instance spends with garbage collection, 0 to 1.',
      record: 'instance:nodejs_gc_duration_seconds:rate5m',
      expr: block`
          sum without (kind) (rate(nodejs_gc_duration_seconds_sum[5m]))
        and on (${target})
          nestjs_metrics_info`,
    },
  ];
}
