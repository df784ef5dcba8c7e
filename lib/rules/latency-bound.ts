import { type RuleSettings } from './rule-settings.js';

/**
 * The matcher of the buckets of the requests that were fast enough. A whole number is written `1` in the text format of
 * Prometheus, and `1.0` in OpenMetrics.
 *
 * @errors throws if the application has no bucket with this bound: the rules would give nothing
 */
export function latencyBound({ latency: { seconds }, durationBuckets }: RuleSettings): string {
  if (!durationBuckets.includes(seconds)) {
    const nearest = [
      durationBuckets.findLast((bound) => bound < seconds),
      durationBuckets.find((bound) => bound > seconds),
    ];
    const bounds = nearest.filter((bound) => bound !== undefined).join(' or ');
    throw new RangeError(
      `Expected the latency of the objective to be a bound of the duration buckets, got ${seconds} s: ` +
        `take ${bounds}, or add ${seconds} to the buckets of the application.`,
    );
  }
  return Number.isInteger(seconds) ? `le=~"${seconds}([.]0)?"` : `le="${seconds}"`;
}
