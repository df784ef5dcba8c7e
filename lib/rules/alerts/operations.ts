import { NAMED_DOORS } from '../../catalogue/nest/doors.js';
import { type RuleSettings } from '../rule-settings.js';
import { block } from '../text-block.js';
import { type AlertThresholds } from '../thresholds.js';
import { type AlertDraft } from './alert-draft.js';

/** Alerts about all doors but HTTP. An application without a door has none of its series, and so no alert. */
export function operationAlerts(_: RuleSettings, limits: AlertThresholds): readonly AlertDraft[] {
  return [...errors(limits), inFlight(limits)];
}

const ANSWERED = NAMED_DOORS.filter(({ isAnswered }) => isAnswered).map(({ door }) => door);

function errors({ doorErrorRatio, operationErrorRatio, minimumFailures }: AlertThresholds): readonly AlertDraft[] {
  return [
    {
      comment: block`
        Only doors at which somebody waits for the result. An error can be the fault of the client, such as an argument
        that is refused, so the limit is higher than that of requests which are answered with a 5xx.`,
      alert: 'NestjsOperationErrorRatioHigh',
      severity: 'critical',
      for: '5m',
      expr: block`
          job_door:nestjs_operations_failed_per_operations:ratio_rate5m{door=~"${ANSWERED.join('|')}"} > ${doorErrorRatio}
        and
          job_door:nestjs_operations_failed:rate5m * 300 >= ${minimumFailures}`,
      summary: 'Many executions of {{ $labels.job }} fail at the door {{ $labels.door }}.',
      description:
        '{{ $value | humanizePercentage }} of the executions at the door {{ $labels.door }} of {{ $labels.job }} ended with an error in the last 5 minutes.',
    },
    {
      alert: 'NestjsOperationErrorRatioHigh',
      severity: 'warning',
      for: '5m',
      expr: block`
          job_door_operation:nestjs_operations_failed_per_operations:ratio_rate5m > ${operationErrorRatio}
        and
          job_door_operation:nestjs_operations_failed:rate5m * 300 >= ${minimumFailures}`,
      summary: 'An operation of {{ $labels.job }} ({{ $labels.door }}) fails often.',
      description:
        '{{ $value | humanizePercentage }} of the executions of {{ $labels.operation }} ({{ $labels.door }}) of {{ $labels.job }} ended with an error in the last 5 minutes.',
    },
  ];
}

function inFlight(limits: AlertThresholds): AlertDraft {
  const { operationsInFlight, inFlightFactor, inFlightPast, pastOffset } = limits;
  const now = 'avg_over_time(job_door:nestjs_operations_in_flight:sum[5m])';
  return {
    comment: block`
      As with requests in flight, there is no maximum, so the door is compared with its own past. Subscriptions and
      streams are in flight as long as somebody listens. A door without a past is compared with ${operationsInFlight}.`,
    alert: 'NestjsOperationsInFlightHigh',
    severity: 'warning',
    for: '5m',
    expr: block`
        ${now} > ${operationsInFlight}
      unless
          ${now}
        <=
          ${inFlightFactor} * quantile_over_time(0.99, job_door:nestjs_operations_in_flight:sum[${inFlightPast}] offset ${pastOffset})`,
    summary: 'Work piles up in {{ $labels.job }} ({{ $labels.door }}).',
    description:
      '{{ $value | humanize }} executions were in flight at the door {{ $labels.door }} of {{ $labels.job }} on average over the last 5 minutes, which is far more than usual.',
  };
}
