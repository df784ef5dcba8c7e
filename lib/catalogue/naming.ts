/** The naming conventions. Several can be published side by side, from the same events. */
export const NAMINGS = ['nest', 'django', 'otel'] as const;

/**
 * How metrics are named:
 *
 * - `nest`: the names of this library, which follow the conventions of Prometheus
 * - `django`: the names, labels and buckets of django-prometheus, for dashboards and rules that were made for it
 * - `otel`: the names that OpenTelemetry's semantic conventions have in Prometheus
 */
export type Naming = (typeof NAMINGS)[number];
