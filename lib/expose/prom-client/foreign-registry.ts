import { type Aggregator, type ForeignFamily } from '../foreign-family.js';

/**
 * A registry of `prom-client` or of its successor `@prometheus-io/client`, as far as we use it. Structural, so that
 * neither package is a dependency and both are served by the same code.
 */
export interface ForeignRegistry {
  /** Tells how the registry spells counters: those of OpenMetrics lose their `_total` and get it back when printed. */
  readonly contentType: string;
  getMetricsAsArray(): readonly unknown[];
  getSingleMetric(name: string): unknown;
  registerMetric(metric: object): void;
  removeSingleMetric(name: string): void;
}

/** One of their metrics, with what is known of it before it is read. */
export interface ForeignMetric {
  /** The name on our endpoint: the one under which it was registered, whatever OpenMetrics made of it since. */
  readonly name: string;
  readonly type: ForeignFamily['type'];
  readonly help: unknown;
  readonly aggregator: Aggregator;
  /** It has a `collect` of the user's, which may take its time, throw or hang. */
  readonly isCollecting: boolean;
  /** Labels that the registry adds to every sample; those of the sample win. */
  readonly defaultLabels: Readonly<Record<string, unknown>>;
  /** Runs its `collect` and gives its samples, or a promise of them. Nothing in them is trusted. */
  read(): unknown;
}

export function isRegistry(candidate: unknown): candidate is ForeignRegistry {
  if (!isRecord(candidate)) return false;
  return ['getMetricsAsArray', 'getSingleMetric', 'registerMetric', 'removeSingleMetric'].every(
    (method) => typeof candidate[method] === 'function',
  );
}

export function isOpenMetrics(registry: ForeignRegistry): boolean {
  return registry.contentType.startsWith('application/openmetrics-text');
}

/** Functions are records, too: a module may be one. */
export function isRecord(candidate: unknown): candidate is Readonly<Record<string, unknown>> {
  return (typeof candidate === 'object' && candidate !== null) || typeof candidate === 'function';
}
