import { BURN_WINDOWS, type BurnWindow } from '../burn-windows.js';
import { secondsOf } from '../duration.js';
import { type RuleSettings } from '../rule-settings.js';
import { block } from '../text-block.js';
import { type AlertThresholds } from '../thresholds.js';
import { type AlertDraft } from './alert-draft.js';

/** An objective, and the recorded series that tell how it is missed. */
interface Objective {
  readonly alert: string;
  readonly name: string;
  readonly objective: number;
  readonly ratio: string;
  readonly bad: string;
  /** What the requests are that count against the budget. */
  readonly what: string;
}

/** Alerts about error budgets that will be used up before their 30 days are over. */
export function sloAlerts(settings: RuleSettings, limits: AlertThresholds): readonly AlertDraft[] {
  return objectives(settings).flatMap((objective) =>
    BURN_WINDOWS.filter(({ factor }) => limitOf(objective, factor) < 1).map((window) =>
      burn(objective, window, limits),
    ),
  );
}

function objectives({ availability, latency }: RuleSettings): readonly Objective[] {
  return [
    {
      alert: 'NestjsAvailabilityBudgetBurn',
      name: 'availability',
      objective: availability.objective,
      ratio: 'job:nestjs_http_requests_5xx_per_requests:ratio',
      bad: 'job:nestjs_http_requests_5xx:rate5m',
      what: 'were answered with a 5xx',
    },
    {
      alert: 'NestjsLatencyBudgetBurn',
      name: 'latency',
      objective: latency.objective,
      ratio: 'job:nestjs_http_requests_slow_per_requests:ratio',
      bad: 'job:nestjs_http_requests_slow:rate5m',
      what: `took longer than ${latency.seconds} s`,
    },
  ];
}

function burn(objective: Objective, window: BurnWindow, { minimumFailures }: AlertThresholds): AlertDraft {
  const { alert, name, ratio, bad, what } = objective;
  const { long, short, factor, severity, spent } = window;
  const budget = rounded(1 - objective.objective);
  const limit = limitOf(objective, factor);
  return {
    comment: `${spent} of the budget of 30 days in ${long}, and still going on. The budget is ${percentage(budget)} of the requests.`,
    alert,
    severity,
    labels: { long_window: long, short_window: short },
    expr: block`
        ${ratio}_rate${long} > ${limit}
      and
        ${ratio}_rate${short} > ${limit}
      and
        ${over(bad, short)} >= ${minimumFailures}`,
    summary: `At this rate, {{ $labels.job }} uses up its ${name} error budget of 30 days in ${Math.round(30 / factor)} days.`,
    description: `{{ $value | humanizePercentage }} of the requests of {{ $labels.job }} ${what} in the last ${long}. The objective allows for ${percentage(budget)}.`,
  };
}

/** The ratio of bad requests above which an alert fires. From 1 on, as with an objective of 90 %, it never does. */
function limitOf({ objective }: Objective, factor: number): number {
  return rounded(factor * rounded(1 - objective));
}

/** How many requests were bad within the window. */
function over(rate: string, window: string): string {
  const seconds = secondsOf(window);
  return window === '5m' ? `${rate} * ${seconds}` : `avg_over_time(${rate}[${window}]) * ${seconds}`;
}

/** Without the error of binary fractions: 1 - 0.999 is 0.0010000000000000009. */
function rounded(value: number): number {
  return Number(value.toPrecision(12));
}

function percentage(ratio: number): string {
  return `${rounded(ratio * 100)}%`;
}
