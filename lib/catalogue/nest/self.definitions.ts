import { boundedBy, defineCounter, defineGauge, oneOf } from '../../metrics/definition.js';

const METRIC = boundedBy('the metrics of this library and of the application');
const PART = boundedBy(
  '`http`, `typeorm`, `cache`, `metrics`, `runtime`, `listener`, `labels`, `collector`, `exposition`, `bridge`, `monitor`',
);
const COLLECTOR = boundedBy('the collectors of this library and the prom-client metrics with a collect function');

/** Label sets that a metric has, `_overflow` left out. What approaches `limits.labelSetsPerMetric` will be folded. */
export const NESTJS_METRICS_SERIES = defineGauge({
  name: 'nestjs_metrics_series',
  help: 'Label sets of a metric.',
  labels: { metric: METRIC },
});

/** Label sets that a metric's budget did not admit and that went to its `_overflow` series. */
export const NESTJS_METRICS_OVERFLOW_TOTAL = defineCounter({
  name: 'nestjs_metrics_overflow_total',
  help: 'Label sets folded into the _overflow series of a metric.',
  labels: { metric: METRIC },
});

/** What went wrong inside this library and was kept from the application; the log has the first of each cause. */
export const NESTJS_METRICS_ERRORS_TOTAL = defineCounter({
  name: 'nestjs_metrics_errors_total',
  help: 'Errors inside the metrics library that the application did not notice.',
  labels: { part: PART },
});

/** Whether a collector brought its numbers to the last scrape; 0 when it threw or was late. */
export const NESTJS_METRICS_COLLECTOR_SUCCESS = defineGauge({
  name: 'nestjs_metrics_collector_success',
  help: 'Whether the collector brought its metrics to the last scrape.',
  labels: { collector: COLLECTOR },
});

/**
 * How long the last run of a collector took, or has taken so far.
 *
 * @unit seconds, monotonic clock
 */
export const NESTJS_METRICS_COLLECTOR_DURATION_SECONDS = defineGauge({
  name: 'nestjs_metrics_collector_duration_seconds',
  help: 'Time that the last run of the collector took.',
  unit: 'seconds',
  labels: { collector: COLLECTOR },
});

/** Scrapes that were refused: too many at once, not allowed, or malformed. */
export const NESTJS_METRICS_SCRAPES_REJECTED_TOTAL = defineCounter({
  name: 'nestjs_metrics_scrapes_rejected_total',
  help: 'Scrapes that were refused.',
  labels: { reason: oneOf('busy', 'auth', 'bad_request') },
});

/** Always 1: what runs here. */
export const NESTJS_METRICS_INFO = defineGauge({
  name: 'nestjs_metrics_info',
  help: 'Versions of the metrics library, of Node.js and of Nest.',
  labels: {
    version: boundedBy('the version of this library'),
    node: boundedBy('the version of Node.js'),
    nest: boundedBy('the version of @nestjs/core'),
  },
});
