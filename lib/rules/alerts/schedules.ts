import { instanceLabelsOf, type RuleSettings } from '../rule-settings.js';
import { block } from '../text-block.js';
import { type AlertThresholds } from '../thresholds.js';
import { type AlertDraft } from './alert-draft.js';

/** Alerts about `@Cron()` and `@Interval()`. */
export function scheduleAlerts(settings: RuleSettings, limits: AlertThresholds): readonly AlertDraft[] {
  return [missed(limits), overlapping(instanceLabelsOf(settings), limits)];
}

const LAST_SUCCESS = 'job_name:nestjs_schedule_last_success_timestamp_seconds:max';
const INTERVAL = 'job_name:nestjs_schedule_interval_seconds:max';
const START = 'job_name:process_start_time_seconds:min';

function missed(limits: AlertThresholds): AlertDraft {
  const { scheduleFactor, scheduleSeconds, schedulePast, scheduleUptime } = limits;
  const interval = `max_over_time(${INTERVAL}[${schedulePast}])`;
  return {
    comment: block`
      The last success of ${schedulePast}, also of processes that have ended, because the metric is 0 after a restart. Without
      one, the start of the oldest instance. The longest interval of that time, because a schedule may pause at the
      weekend. After a pause of the whole application, an instance must first have run for a part of the interval.
      Timeouts and schedules that are stopped have the interval 0.`,
    alert: 'NestjsScheduleMissed',
    severity: 'warning',
    for: '5m',
    expr: block`
          time() - (max_over_time(${LAST_SUCCESS}[${schedulePast}]) > 0 or ${START})
        >
          clamp_min(${scheduleFactor} * ${interval}, ${scheduleSeconds})
      and
        time() - ${START} > ${scheduleUptime} * ${interval}
      and
        ${INTERVAL} > 0`,
    summary: 'A schedule of {{ $labels.job }} does not run, or fails.',
    description:
      'The schedule {{ $labels.name }} of {{ $labels.job }} has not succeeded for {{ $value | humanizeDuration }}, which is longer than its interval.',
  };
}

function overlapping(instance: string, { scheduleOverlaps, overlapWindow }: AlertThresholds): AlertDraft {
  return {
    alert: 'NestjsScheduleOverlapping',
    severity: 'warning',
    expr: `sum without (${instance}) (increase(nestjs_schedule_overlaps_total[${overlapWindow}])) > ${scheduleOverlaps}`,
    summary: 'Runs of a schedule of {{ $labels.job }} overlap.',
    description: `About {{ $value | humanize }} runs of {{ $labels.name }} of {{ $labels.job }} began while another one was running, in the last ${overlapWindow}.`,
  };
}
