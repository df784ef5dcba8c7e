import { secondsOf } from '../duration.js';
import { type RuleSettings, targetLabelsOf } from '../rule-settings.js';
import { block } from '../text-block.js';
import { type AlertThresholds } from '../thresholds.js';
import { type AlertDraft } from './alert-draft.js';

/** Alerts about the processes of the application. */
export function runtimeAlerts(settings: RuleSettings, limits: AlertThresholds): readonly AlertDraft[] {
  const target = targetLabelsOf(settings);
  return [targetDown(limits), restarting(target, limits), stuck(limits), lag(target, limits), memory(target, limits)];
}

function targetDown({ forgottenAfter }: AlertThresholds): AlertDraft {
  return {
    comment: block`
      Only targets that answered with metrics of the library within ${forgottenAfter}. Prometheus writes "up", which has
      no labels of the application, so the two are joined on the labels that every target has.`,
    alert: 'NestjsTargetDown',
    severity: 'critical',
    for: '5m',
    expr: block`
        up == 0
      and on (job, instance)
        last_over_time(nestjs_metrics_info[${forgottenAfter}])`,
    summary: 'An instance of {{ $labels.job }} does not answer scrapes.',
    description: 'Prometheus could not scrape {{ $labels.instance }} ({{ $labels.job }}) for 5 minutes.',
  };
}

function restarting(target: string, { restarts, restartWindow }: AlertThresholds): AlertDraft {
  return {
    alert: 'NestjsRestarting',
    severity: 'warning',
    expr: block`
        changes(process_start_time_seconds[${restartWindow}]) >= ${restarts}
      and on (${target})
        last_over_time(nestjs_metrics_info[${restartWindow}])`,
    summary: 'An instance of {{ $labels.job }} restarts again and again.',
    description: `{{ $labels.instance }} ({{ $labels.job }}) restarted {{ $value }} times in the last ${restartWindow}.`,
  };
}

function stuck({ stuckWindow }: AlertThresholds): AlertDraft {
  return {
    comment: block`
      Only the own port (option server) answers while the event loop is stuck. That the value stays the same is seen
      without comparing clocks. With one scrape in the window, delta() gives nothing.`,
    alert: 'NestjsEventLoopStuck',
    severity: 'critical',
    expr: block`
        (time() - nodejs_eventloop_last_turn_timestamp_seconds)
      and
        delta(nodejs_eventloop_last_turn_timestamp_seconds[${stuckWindow}]) == 0`,
    summary: 'The event loop of an instance of {{ $labels.job }} is stuck.',
    description:
      'The event loop of {{ $labels.instance }} ({{ $labels.job }}) has not turned for {{ $value | humanizeDuration }}.',
  };
}

function lag(target: string, { lagSeconds, blockedWindow }: AlertThresholds): AlertDraft {
  return {
    comment: block`
      The own port (option server) leaves out what only the event loop can read if a scrape finds it blocked: the last
      value counts, or the alert would begin anew with each such scrape.`,
    alert: 'NestjsEventLoopLagHigh',
    severity: 'warning',
    for: '10m',
    expr: block`
        last_over_time(nodejs_eventloop_lag_p99_seconds[${blockedWindow}]) > ${lagSeconds}
      and on (${target})
        nestjs_metrics_info`,
    summary: 'The event loop of an instance of {{ $labels.job }} is often blocked.',
    description:
      'One in a hundred turns of the event loop of {{ $labels.instance }} ({{ $labels.job }}) is more than {{ $value | humanizeDuration }} late.',
  };
}

function memory(target: string, limits: AlertThresholds): AlertDraft {
  const { growthLong, growthShort, growthAge, growthFactor, blockedWindow } = limits;
  const now = `last_over_time(process_resident_memory_bytes[${blockedWindow}])`;
  const inOneDay = (window: string) => `predict_linear(process_resident_memory_bytes[${window}], 86400)`;
  return {
    comment: block`
      The trend of ${growthLong} continued for one day, and the trend of ${growthShort} too, so that memory which grew once and stays is no
      alert. A young process does not count: its memory grows while it boots, and the windows would begin before it.`,
    alert: 'NestjsMemoryGrowing',
    severity: 'warning',
    for: '30m',
    expr: block`
        ${inOneDay(growthLong)} > ${growthFactor} * ${now}
      and
        ${inOneDay(growthShort)} > ${growthFactor} * ${now}
      and
        time() - process_start_time_seconds > ${secondsOf(growthAge)}
      and on (${target})
        nestjs_metrics_info`,
    summary: 'The memory of an instance of {{ $labels.job }} grows without end.',
    description:
      '{{ $labels.instance }} ({{ $labels.job }}) will use {{ $value | humanize1024 }}B of memory in one day if it grows on like this.',
  };
}
