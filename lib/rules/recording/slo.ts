import { WINDOWS } from '../burn-windows.js';
import { latencyBound } from '../latency-bound.js';
import { type RecordingRule, type RuleFile } from '../rule.js';
import { instanceLabelsOf, type RuleSettings } from '../rule-settings.js';
import { block } from '../text-block.js';

/** A ratio of bad requests to all requests. The ratio of five minutes exists under the same name. */
interface BurnRatio {
  readonly ratio: string;
  readonly bad: string;
  readonly all: string;
}

const AVAILABILITY: BurnRatio = {
  ratio: 'job:nestjs_http_requests_5xx_per_requests:ratio',
  bad: 'job:nestjs_http_requests_5xx:rate5m',
  all: 'job:nestjs_http_requests:rate5m',
};

const LATENCY: BurnRatio = {
  ratio: 'job:nestjs_http_requests_slow_per_requests:ratio',
  bad: 'job:nestjs_http_requests_slow:rate5m',
  all: 'job:nestjs_http_requests:rate5m',
};

/** The shares of failed and of slow requests, over all windows of the burn rate alerts. */
export function sloRecordingRules(settings: RuleSettings): RuleFile {
  const [, ...longer] = WINDOWS;
  return {
    name: 'nestjs-slo.rules.yml',
    comment: commentFor(settings),
    groups: [
      { name: 'nestjs-slo-availability', rules: longer.map((window) => ratioOver(AVAILABILITY, window)) },
      {
        name: 'nestjs-slo-latency',
        rules: [...slow(settings), ...WINDOWS.map((window) => ratioOver(LATENCY, window))],
      },
    ],
  };
}

function commentFor({ latency }: RuleSettings): string {
  return block`
    Recording rules for the objectives (SLO) of availability and latency. They need nestjs-http.rules.yml.

    A request is bad for the availability if it was answered with a 5xx, and for the latency if its answer took longer
    than ${latency.seconds} s. Aborted requests are neither.

    The ratio of a long window is made of the rates over five minutes. That is cheap for three days, and neither
    restarts nor instances that come and go disturb it.`;
}

function slow(settings: RuleSettings): readonly RecordingRule[] {
  const instance = instanceLabelsOf(settings);
  return [
    {
      comment: `Requests whose answer took longer than ${settings.latency.seconds} s, per second.`,
      record: 'job:nestjs_http_requests_slow:rate5m',
      expr: block`
          sum without (${instance}, method, route, status_class) (
            rate(nestjs_http_request_duration_seconds_count[5m])
          )
        -
          sum without (${instance}, method, route, status_class, le) (
            rate(nestjs_http_request_duration_seconds_bucket{${latencyBound(settings)}}[5m])
          )`,
    },
  ];
}

function ratioOver({ ratio, bad, all }: BurnRatio, window: string): RecordingRule {
  const over = (rate: string) => (window === '5m' ? rate : `avg_over_time(${rate}[${window}])`);
  return { record: `${ratio}_rate${window}`, expr: `${over(bad)} / (${over(all)} > 0)` };
}
