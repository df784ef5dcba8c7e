import { type RecordingRule, type RuleFile } from '../rule.js';
import { instanceLabelsOf, type RuleSettings, targetLabelsOf } from '../rule-settings.js';
import { block } from '../text-block.js';

const COMMENT = block`
  Recording rules over what only schedules and queues have. Their rate, errors and duration are in
  nestjs-operations.rules.yml.`;

export function jobRecordingRules(settings: RuleSettings): RuleFile {
  const instance = instanceLabelsOf(settings);
  return {
    name: 'nestjs-jobs.rules.yml',
    comment: COMMENT,
    groups: [
      { name: 'nestjs-schedules', rules: schedules(instance, targetLabelsOf(settings)) },
      { name: 'nestjs-queues', rules: queues(instance) },
      { name: 'nestjs-queue-jobs', rules: jobs(instance) },
    ],
  };
}

function schedules(instance: string, target: string): readonly RecordingRule[] {
  return [
    {
      comment: block`
        When each schedule last succeeded, on any instance. 0 if it has not on those that run now. After a restart, the
        past of this series still has the time.`,
      record: 'job_name:nestjs_schedule_last_success_timestamp_seconds:max',
      expr: `max without (${instance}) (nestjs_schedule_last_success_timestamp_seconds)`,
    },
    {
      comment: 'Seconds between two planned runs. 0 for timeouts, and for schedules that are stopped.',
      record: 'job_name:nestjs_schedule_interval_seconds:max',
      expr: `max without (${instance}) (nestjs_schedule_interval_seconds)`,
    },
    {
      comment: 'When the oldest instance with the schedule started.',
      record: 'job_name:process_start_time_seconds:min',
      expr: block`
        min without (${instance}) (
            0 * nestjs_schedule_last_success_timestamp_seconds
          + on (${target}) group_left ()
            min by (${target}) (process_start_time_seconds)
        )`,
    },
  ];
}

function queues(instance: string): readonly RecordingRule[] {
  return [
    {
      comment: 'Executions of jobs that have ended, per second, and those in flight.',
      record: 'job_queue:nestjs_queue_operations:rate5m',
      expr: `sum without (${instance}, name, outcome) (rate(nestjs_queue_operations_total[5m]))`,
    },
    {
      record: 'job_queue:nestjs_queue_operations_in_flight:sum',
      expr: `sum without (${instance}, name) (nestjs_queue_operations_in_flight)`,
    },
    {
      comment: 'Seconds that ninety-nine hundredths of the jobs waited at most, from when they could have begun.',
      record: 'job_queue_le:nestjs_queue_job_wait_seconds_bucket:rate5m',
      expr: `sum without (${instance}) (rate(nestjs_queue_job_wait_seconds_bucket[5m]))`,
    },
    {
      record: 'job_queue:nestjs_queue_job_wait_seconds:p99_rate5m',
      expr: 'histogram_quantile(0.99, job_queue_le:nestjs_queue_job_wait_seconds_bucket:rate5m) >= 0',
    },
    {
      comment: 'Attempts of a job on average, of jobs that have ended for good.',
      record: 'job_queue:nestjs_queue_job_attempts:mean5m',
      expr: block`
          sum without (${instance}) (rate(nestjs_queue_job_attempts_sum[5m]))
        /
          (sum without (${instance}) (rate(nestjs_queue_job_attempts_count[5m])) > 0)`,
    },
  ];
}

function jobs(instance: string): readonly RecordingRule[] {
  return [
    {
      comment: 'Jobs by state. All instances read them from the same Redis, so the largest number and not the sum.',
      record: 'job_queue_state:nestjs_queue_jobs:max',
      expr: `max without (${instance}) (nestjs_queue_jobs)`,
    },
    {
      comment: 'Jobs that could begin now, and these together with those that are delayed, such as by a retry.',
      record: 'job_queue:nestjs_queue_jobs_waiting:sum',
      expr: 'sum without (state) (job_queue_state:nestjs_queue_jobs:max{state=~"waiting|prioritized"})',
    },
    {
      record: 'job_queue:nestjs_queue_jobs_backlog:sum',
      expr: 'sum without (state) (job_queue_state:nestjs_queue_jobs:max{state=~"waiting|prioritized|delayed"})',
    },
  ];
}
