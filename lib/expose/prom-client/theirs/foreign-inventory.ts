import { type Aggregator, AGGREGATORS, type ForeignFamily } from '../../foreign-family.js';
import { isLabelName } from './foreign-labels.js';
import { type ForeignMetric, type ForeignRegistry, isOpenMetrics, isRecord } from '../foreign-registry.js';
import { isMarked } from '../mark.js';

/** Their metrics in a registry, without those that an application of ours put there. */
export function inventoryOf(registry: ForeignRegistry, onFault: (error: unknown) => void): readonly ForeignMetric[] {
  const defaultLabels = defaultLabelsOf(registry, onFault);
  return registry.getMetricsAsArray().flatMap((metric) => {
    try {
      return isMarked(metric) ? [] : [describe(metric, registry, defaultLabels)];
    } catch (error) {
      onFault(new Error(`A metric of the prom-client registry was left out: ${messageOf(error)}`, { cause: error }));
      return [];
    }
  });
}

/** What was thrown, in words; anything can be thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : `something of type ${typeof error} was thrown`;
}

function describe(
  metric: unknown,
  registry: ForeignRegistry,
  defaultLabels: ForeignMetric['defaultLabels'],
): ForeignMetric {
  if (!isRecord(metric)) throw new TypeError(`Expected a metric, got ${metric === null ? 'null' : typeof metric}.`);
  const type = typeOf(metric['type']);
  return {
    name: publishedName(metric, type, registry),
    type,
    help: metric['help'],
    aggregator: aggregatorOf(metric['aggregator']),
    isCollecting: typeof metric['collect'] === 'function',
    defaultLabels,
    read: () => read(metric),
  };
}

const TYPES = ['counter', 'gauge', 'histogram', 'summary'] as const;

function typeOf(given: unknown): ForeignFamily['type'] {
  return TYPES.find((type) => type === given) ?? 'unknown';
}

/** A word that neither package knows means what they do without any. */
function aggregatorOf(given: unknown): Aggregator {
  return AGGREGATORS.find((aggregator) => aggregator === given) ?? 'sum';
}

/**
 * In an OpenMetrics registry `metrics()` takes the `_total` off the names of counters for good, while the registry
 * goes on finding them under the old ones: a counter is published as it was registered, whatever was done since.
 * One that was registered without `_total` there is printed with it, and so by us.
 */
function publishedName(metric: object, type: ForeignFamily['type'], registry: ForeignRegistry): string {
  const name: unknown = 'name' in metric ? metric.name : undefined;
  if (typeof name !== 'string' || !/^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(name)) {
    throw new TypeError(`Expected a metric name of letters, digits, _ and :, got ${JSON.stringify(name)}.`);
  }
  if (type !== 'counter' || name.endsWith('_total')) return name;
  const total = `${name}_total`;
  return registry.getSingleMetric(total) === metric || isOpenMetrics(registry) ? total : name;
}

/** The reading meant for printing shares the labels of a histogram between its buckets, which saves most of the work. */
function read(metric: Readonly<Record<string, unknown>>): unknown {
  const method = typeof metric['getForPromString'] === 'function' ? metric['getForPromString'] : metric['get'];
  if (typeof method !== 'function') throw new TypeError('Expected a metric to have a method get().');
  return Reflect.apply(method, metric, []);
}

/** Both packages keep them in a field of this name, which they do not check, and have no method to ask for them. */
function defaultLabelsOf(registry: ForeignRegistry, onFault: (error: unknown) => void): ForeignMetric['defaultLabels'] {
  const labels: unknown = Reflect.get(registry, '_defaultLabels');
  const all = isRecord(labels) ? Object.entries(labels) : [];
  const wrong = all.filter(([name]) => !isLabelName(name)).map(([name]) => JSON.stringify(name));
  if (wrong.length > 0) {
    onFault(
      new TypeError(
        `Default labels of the prom-client registry were left out, no label has the name ${wrong.join(', ')}.`,
      ),
    );
  }
  return Object.fromEntries(all.filter(([name]) => isLabelName(name)));
}
