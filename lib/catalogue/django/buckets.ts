/** django-prometheus' PROMETHEUS_LATENCY_BUCKETS, in seconds. */
export const LATENCY_BUCKETS = [
  0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 25, 50, 75,
] as const;

/** django-prometheus' `PowersOf(2, 30)`: 0, 1, 2, 4 … 2²⁹ bytes. */
export const BODY_BUCKETS: readonly number[] = [0, ...Array.from({ length: 30 }, (_, exponent) => 2 ** exponent)];
