import { boundedBy, defineCounter, defineGauge, oneOf } from '../../metrics/definition.js';

const METRIC = boundedBy('the metrics of this library and of the application');
const PART = boundedBy(
  '`http`, `typeorm`, `cache`, `graphql`, `rpc`, `websocket`, `schedule`, `queue`, `events`, `outgoing`, `metrics`, `runtime`, `listener`, `labels`, `collector`, `auth`, `exposition`, `bridge`, `server`, `processes`, `monitor`',
);
const COLLECTOR = boundedBy('the collectors of this library and the prom-client metrics with a collect function');

/**
 * Label sets of each metric, without `_overflow`. After boot a metric adds at most `limits.labelSetsPerMetric` of them;
 * further ones are folded into `_overflow`.
 *
 * @since 0.1.0
 * @example The five metrics with the most series: `topk(5, max by (metric) (nestjs_metrics_series))`
 */
export const NESTJS_METRICS_SERIES = defineGauge({
  name: 'nestjs_metrics_series',
  help: 'Label sets of a metric.',
  labels: { metric: METRIC },
  readAtScrape: true,
  merge: 'max',
});

/**
 * Label sets beyond the budget of a metric, which were folded into its `_overflow` series.
 *
 * @since 0.1.0
 * @example Metrics by the label sets that they lost in the last hour: `sum by (metric)
 *   (increase(nestjs_metrics_overflow_total[1h]))`
 */
export const NESTJS_METRICS_OVERFLOW_TOTAL = defineCounter({
  name: 'nestjs_metrics_overflow_total',
  help: 'Label sets folded into the _overflow series of a metric.',
  labels: { metric: METRIC },
});

/**
 * Errors inside this library that were kept from the application. The log has the first error of each cause, up to a
 * limit.
 *
 * @since 0.1.0
 * @example Errors of the last hour, by part of the library: `sum by (part)
 *   (increase(nestjs_metrics_errors_total[1h]))`
 */
export const NESTJS_METRICS_ERRORS_TOTAL = defineCounter({
  name: 'nestjs_metrics_errors_total',
  help: 'Errors inside the metrics library that the application did not notice.',
  labels: { part: PART },
});

/**
 * 1 if the collector succeeded in the last scrape, 0 if it threw or was late.
 *
 * @since 0.1.0
 * @example The share of the scrapes of the last hour in which a collector failed: `1 -
 *   avg_over_time(nestjs_metrics_collector_success[1h])`
 */
export const NESTJS_METRICS_COLLECTOR_SUCCESS = defineGauge({
  name: 'nestjs_metrics_collector_success',
  help: 'Whether the collector succeeded in the last scrape.',
  labels: { collector: COLLECTOR },
  merge: 'min',
});

/**
 * Duration of the last run of a collector; if it is still running, the time so far.
 *
 * @unit seconds, monotonic clock
 * @since 0.1.0
 * @example The three slowest collectors of the last hour: `topk(3,
 *   max_over_time(nestjs_metrics_collector_duration_seconds[1h]))`
 */
export const NESTJS_METRICS_COLLECTOR_DURATION_SECONDS = defineGauge({
  name: 'nestjs_metrics_collector_duration_seconds',
  help: 'Time that the last run of the collector took.',
  unit: 'seconds',
  labels: { collector: COLLECTOR },
  merge: 'max',
});

/**
 * Rejected scrapes: too many at once, not authorized, or malformed.
 *
 * @since 0.1.0
 * @example Refused scrapes of the last hour, by reason: `sum by (job, reason)
 *   (increase(nestjs_metrics_scrapes_rejected_total[1h]))`
 */
export const NESTJS_METRICS_SCRAPES_REJECTED_TOTAL = defineCounter({
  name: 'nestjs_metrics_scrapes_rejected_total',
  help: 'Scrapes that were refused.',
  labels: { reason: oneOf('busy', 'auth', 'bad_request') },
});

/**
 * Processes whose numbers are in the last scrape, the one that answered included. Those that have ended are not among
 * them, although what they counted is in the sums.
 *
 * @option `processes`
 * @since 0.1.0
 * @example Processes of each application now, compared with an hour ago: `sum by (job) (nestjs_metrics_processes) -
 *   sum by (job) (nestjs_metrics_processes offset 1h)`
 */
export const NESTJS_METRICS_PROCESSES = defineGauge({
  name: 'nestjs_metrics_processes',
  help: 'Processes in the last scrape.',
  merge: 'max',
});

/**
 * Processes that did not answer the one that was scraped in time, or not in a way that it could read. Their last known
 * numbers are in the scrape.
 *
 * @option `processes`
 * @since 0.1.0
 * @example The share of the processes that did not answer: `sum by (job) (nestjs_metrics_processes_unanswered) / sum by
 *   (job) (nestjs_metrics_processes)`
 */
export const NESTJS_METRICS_PROCESSES_UNANSWERED = defineGauge({
  name: 'nestjs_metrics_processes_unanswered',
  help: 'Processes that did not answer in the last scrape.',
  merge: 'max',
});

/**
 * Always 1. The versions of the library, of Node and of Nest.
 *
 * @since 0.1.0
 * @example Instances by version of the library and of Nest: `count by (job, version, nest) (nestjs_metrics_info)`
 */
export const NESTJS_METRICS_INFO = defineGauge({
  name: 'nestjs_metrics_info',
  help: 'Versions of the metrics library, of Node.js and of Nest.',
  labels: {
    version: boundedBy('the version of this library'),
    node: boundedBy('the version of Node.js'),
    nest: boundedBy('the version of @nestjs/core'),
  },
  merge: 'max',
});

/**
 * Pushes to the receiver of option `push`, all tries of a push counted as one. A push has the count of those before it.
 *
 * @option `push`
 * @since 0.1.0
 * @example Failed pushes of the last hour, by job: `sum by (job)
 *   (increase(nestjs_metrics_pushes_total{outcome="error"}[1h]))`
 */
export const NESTJS_METRICS_PUSHES_TOTAL = defineCounter({
  name: 'nestjs_metrics_pushes_total',
  help: 'Pushes of the metrics to a receiver.',
  labels: { outcome: oneOf('success', 'error') },
});
