import { boundedBy, defineCounter, defineGauge, oneOf } from '../../metrics/definition.js';

const METRIC = boundedBy('the metrics of this library and of the application');
const PART = boundedBy(
  '`http`, `typeorm`, `cache`, `metrics`, `runtime`, `listener`, `labels`, `collector`, `auth`, `exposition`, `bridge`, `server`, `monitor`',
);
const COLLECTOR = boundedBy('the collectors of this library and the prom-client metrics with a collect function');

/**
 * Label sets of each metric, without `_overflow`. After boot a metric adds at most `limits.labelSetsPerMetric` of them;
 * further ones are folded into `_overflow`.
 */
export const NESTJS_METRICS_SERIES = defineGauge({
  name: 'nestjs_metrics_series',
  help: 'Label sets of a metric.',
  labels: { metric: METRIC },
  readAtScrape: true,
});

/** Label sets beyond the budget of a metric, which were folded into its `_overflow` series. */
export const NESTJS_METRICS_OVERFLOW_TOTAL = defineCounter({
  name: 'nestjs_metrics_overflow_total',
  help: 'Label sets folded into the _overflow series of a metric.',
  labels: { metric: METRIC },
});

/**
 * Errors inside this library that were kept from the application. The log has the first error of each cause, up to a
 * limit.
 */
export const NESTJS_METRICS_ERRORS_TOTAL = defineCounter({
  name: 'nestjs_metrics_errors_total',
  help: 'Errors inside the metrics library that the application did not notice.',
  labels: { part: PART },
});

/** 1 if the collector succeeded in the last scrape, 0 if it threw or was late. */
export const NESTJS_METRICS_COLLECTOR_SUCCESS = defineGauge({
  name: 'nestjs_metrics_collector_success',
  help: 'Whether the collector succeeded in the last scrape.',
  labels: { collector: COLLECTOR },
});

/**
 * Duration of the last run of a collector; if it is still running, the time so far.
 *
 * @unit seconds, monotonic clock
 */
export const NESTJS_METRICS_COLLECTOR_DURATION_SECONDS = defineGauge({
  name: 'nestjs_metrics_collector_duration_seconds',
  help: 'Time that the last run of the collector took.',
  unit: 'seconds',
  labels: { collector: COLLECTOR },
});

/** Rejected scrapes: too many at once, not authorized, or malformed. */
export const NESTJS_METRICS_SCRAPES_REJECTED_TOTAL = defineCounter({
  name: 'nestjs_metrics_scrapes_rejected_total',
  help: 'Scrapes that were refused.',
  labels: { reason: oneOf('busy', 'auth', 'bad_request') },
});

/** Always 1. The versions of the library, of Node and of Nest. */
export const NESTJS_METRICS_INFO = defineGauge({
  name: 'nestjs_metrics_info',
  help: 'Versions of the metrics library, of Node.js and of Nest.',
  labels: {
    version: boundedBy('the version of this library'),
    node: boundedBy('the version of Node.js'),
    nest: boundedBy('the version of @nestjs/core'),
  },
});
