import { boundedBy, defineCounter, defineHistogram, oneOf } from '../../metrics/definition.js';

/** How a call of a decorated method ended. */
export const METHOD_OUTCOME = oneOf('success', 'error');
const CLASS = boundedBy('the classes of the application with decorated methods');
const METHOD = boundedBy('the decorated methods of the application');

/** From a lookup in memory to a call of another service. */
export const METHOD_BUCKETS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10] as const;

/**
 * Duration of calls to methods with `@Timed()`: until the method returns, its promise settles, or its observable ends.
 * Exists only if the application has such a method.
 *
 * @unit seconds, monotonic clock
 * @labels class: the class of the instance, or the declaring class if a subclass overrides the method; method: its
 *   name; outcome: success or error. An observable that is unsubscribed before it ends is a success.
 * @source known methods exist at zero from boot
 * @since 0.1.0
 * @example The duration that 95 % of the calls stay below, by method: `histogram_quantile(0.95, sum by (class, method,
 *   le) (rate(nestjs_method_duration_seconds_bucket[5m])))`
 */
export const NESTJS_METHOD_DURATION_SECONDS = defineHistogram({
  name: 'nestjs_method_duration_seconds',
  help: 'Time that calls of methods with @Timed() took.',
  unit: 'seconds',
  labels: { class: CLASS, method: METHOD, outcome: METHOD_OUTCOME },
  buckets: METHOD_BUCKETS,
});

/**
 * Calls to methods with `@Counted()`, counted when they end. Exists only if the application has such a method.
 *
 * @labels class, method, outcome: as `nestjs_method_duration_seconds`
 * @source known methods exist at zero from boot
 * @since 0.1.0
 * @example The share of calls that failed, by method: `sum by (class, method)
 *   (rate(nestjs_method_calls_total{outcome="error"}[5m])) / sum by (class, method)
 *   (rate(nestjs_method_calls_total[5m]))`
 */
export const NESTJS_METHOD_CALLS_TOTAL = defineCounter({
  name: 'nestjs_method_calls_total',
  help: 'Calls of methods with @Counted() that have ended.',
  labels: { class: CLASS, method: METHOD, outcome: METHOD_OUTCOME },
});
