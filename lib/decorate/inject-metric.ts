import { Inject, type Provider, Scope } from '@nestjs/common';
import {
  type CounterDefinition,
  type GaugeDefinition,
  type HistogramDefinition,
  type MetricDefinition,
} from '../metrics/definition.js';
import { type Counter, type Gauge, type Histogram, MetricStore } from '../metrics/store.js';

/** What `@InjectMetric(DEFINITION)` injects: the counter, gauge or histogram with its labels. */
export type MetricOf<D extends MetricDefinition> =
  D extends HistogramDefinition<infer L>
    ? Histogram<L>
    : D extends CounterDefinition<infer L>
      ? Counter<L>
      : D extends GaugeDefinition<infer L>
        ? Gauge<L>
        : never;

/** What stands behind one definition in the container of every application. */
interface Injectable {
  readonly token: symbol;
  readonly provider: Provider;
}

const injectables = new Map<MetricDefinition, Injectable>();
const definitions = new Map<unknown, MetricDefinition>();

/**
 * The lists that Nest reads when it scans the modules of an application; an application that is scanned later finds
 * what was decorated until then. They hold how a metric is found in a store, never a metric.
 */
export const PROVIDERS: Provider[] = [];
export const TOKENS: symbol[] = [];

/** Called for definitions that are asked for after the scan: by applications with lazily loaded modules. */
const waiting = new Set<(token: symbol, provider: Provider) => void>();

/**
 * Injects the metric of a definition, as a parameter of the constructor or as a property, without anything to list in a
 * module. Each application has its own. In a unit test hand it over: `new Orders(new MetricStore().counter(ORDERS))`.
 *
 * @errors the boot stops with Nest's own error without `PrometheusModule`, and with that of `MetricStore` when another
 *   definition has the name already
 */
export function InjectMetric(definition: MetricDefinition): ParameterDecorator & PropertyDecorator {
  return Inject(getMetricToken(definition));
}

/**
 * The token of a definition, for modules in tests: `{ provide: getMetricToken(ORDERS), useValue: … }`. To read a metric
 * of an application ask its store: `app.get(MetricStore).counter(ORDERS)`.
 */
export function getMetricToken(definition: MetricDefinition): symbol {
  return (injectables.get(definition) ?? add(definition)).token;
}

/** Calls `add` for every definition that is asked for from now on; returns the function that stops it. */
export function onInjected(added: (token: symbol, provider: Provider) => void): () => void {
  waiting.add(added);
  return () => void waiting.delete(added);
}

function add(definition: MetricDefinition): Injectable {
  const token = Symbol(`the metric ${definition.name}`);
  const provider: Provider = {
    provide: token,
    inject: [MetricStore],
    // Made on demand: other applications of this process do not have the metric.
    scope: Scope.TRANSIENT,
    useFactory: (store: MetricStore) => metricOf(store, definition),
  };
  const added = { token, provider };
  injectables.set(definition, added);
  definitions.set(token, definition);
  PROVIDERS.push(provider);
  TOKENS.push(token);
  for (const hear of waiting) hear(token, provider);
  return added;
}

/** Makes the metric that stands behind a token; nothing for a token that is not one of ours. */
export function makeMetric(store: MetricStore, token: unknown): void {
  const definition = definitions.get(token);
  if (definition !== undefined) metricOf(store, definition);
}

function metricOf(store: MetricStore, definition: MetricDefinition): Counter | Gauge | Histogram {
  if (definition.type === 'counter') return store.counter(definition);
  return definition.type === 'gauge' ? store.gauge(definition) : store.histogram(definition);
}
