import { instanceLabelsOf, type RuleSettings } from '../rule-settings.js';
import { block } from '../text-block.js';
import { type AlertThresholds } from '../thresholds.js';
import { type AlertDraft } from './alert-draft.js';

/** Alerts about queues of BullMQ. */
export function queueAlerts(settings: RuleSettings, limits: AlertThresholds): readonly AlertDraft[] {
  return [notProcessed(limits), backlog(limits), failed(limits), stalled(instanceLabelsOf(settings), limits)];
}

function notProcessed({ waitingWindow }: AlertThresholds): AlertDraft {
  return {
    comment: block`
      Jobs that could begin, and neither an execution that has ended nor one in flight. Every application that adds jobs
      to a queue tells how many there are, and its workers may be another job, so "job" is ignored. Jobs of a queue that
      is paused do not wait.`,
    alert: 'NestjsQueueNotProcessed',
    severity: 'critical',
    for: '5m',
    expr: block`
        min_over_time(job_queue:nestjs_queue_jobs_waiting:sum[${waitingWindow}]) > 0
      unless ignoring (job)
        (job_queue:nestjs_queue_operations:rate5m > 0 or job_queue:nestjs_queue_operations_in_flight:sum > 0)`,
    summary: 'Jobs of {{ $labels.job }} wait, and none is processed.',
    description: `At least {{ $value }} jobs waited in the queue {{ $labels.queue }} of {{ $labels.job }} for ${waitingWindow}, and no worker took one.`,
  };
}

function backlog(limits: AlertThresholds): AlertDraft {
  const { queueBacklog, backlogWindow, inFlightFactor, inFlightPast, pastOffset } = limits;
  const now = 'job_queue:nestjs_queue_jobs_backlog:sum';
  return {
    comment: block`
      Some applications always have many delayed jobs, such as reminders, so the queue is compared with its own past. A
      queue without a past is compared with ${queueBacklog}.`,
    alert: 'NestjsQueueBacklogGrowing',
    severity: 'warning',
    for: '15m',
    expr: block`
        (
            ${now} > ${queueBacklog}
          and
            delta(${now}[${backlogWindow}]) > 0
        )
      unless
          ${now}
        <=
          ${inFlightFactor} * quantile_over_time(0.99, ${now}[${inFlightPast}] offset ${pastOffset})`,
    summary: 'Jobs pile up in a queue of {{ $labels.job }}.',
    description:
      '{{ $value | humanize }} jobs wait or are delayed in the queue {{ $labels.queue }} of {{ $labels.job }}, which is far more than usual, and they become more.',
  };
}

function failed({ failedJobs, failedWindow }: AlertThresholds): AlertDraft {
  return {
    comment: 'Jobs that are removed when they fail (removeOnFail) do not count: Redis does not have them.',
    alert: 'NestjsQueueJobsFailed',
    severity: 'warning',
    expr: `delta(job_queue_state:nestjs_queue_jobs:max{state="failed"}[${failedWindow}]) > ${failedJobs}`,
    summary: 'Jobs of {{ $labels.job }} fail for good.',
    description: `About {{ $value | humanize }} jobs of the queue {{ $labels.queue }} of {{ $labels.job }} failed for good in the last ${failedWindow}. They have no attempts left.`,
  };
}

function stalled(instance: string, { stalledJobs, failedWindow }: AlertThresholds): AlertDraft {
  return {
    alert: 'NestjsQueueJobsStalled',
    severity: 'warning',
    expr: `sum without (${instance}) (increase(nestjs_queue_stalled_jobs_total[${failedWindow}])) > ${stalledJobs}`,
    summary: 'Jobs of {{ $labels.job }} stall.',
    description: `About {{ $value | humanize }} jobs of the queue {{ $labels.queue }} of {{ $labels.job }} stalled in the last ${failedWindow}: their worker did not renew its lock.`,
  };
}
