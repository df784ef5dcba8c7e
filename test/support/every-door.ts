import { type INestApplicationContext } from '@nestjs/common';
import { MetricStore } from 'nestjs-prometheus-exporter';
import { type LabelDefinitions, type MetricDefinition } from '../../lib/metrics/definition.js';
import { definitionsOf } from './catalogue.js';

/** The metrics of all doors but HTTP, and of outgoing requests. */
const OF_DOORS =
  /^(?:nestjs_(?:(?:graphql|rpc|websocket|schedule|queue|events|outgoing)_|http_request_outgoing_)|http_client_)/;

/** Numbers in each metric of each door, for queries that are about their names and labels. No door is opened. */
export function useEveryDoor(app: INestApplicationContext): void {
  const store = app.get(MetricStore);
  const definitions = [...definitionsOf('nest'), ...definitionsOf('otel')];
  for (const definition of definitions.filter(({ name }) => OF_DOORS.test(name))) {
    for (const labels of labelSets(definition.labels)) count(store, definition, labels);
  }
}

function count(store: MetricStore, definition: MetricDefinition, labels: Readonly<Record<string, string>>): void {
  if (definition.type === 'counter') store.counter(definition).labels(labels).inc();
  else if (definition.type === 'gauge') store.gauge(definition).labels(labels).set(1);
  else store.histogram(definition).labels(labels).observe(0.5);
}

/** One for each value of the labels that have a list of values, with the first value of all others. */
function labelSets(labels: LabelDefinitions): readonly Readonly<Record<string, string>>[] {
  const values = Object.entries(labels).map(
    ([label, bound]) => [label, 'values' in bound ? bound.values : ['some']] as const,
  );
  const first = Object.fromEntries(values.map(([label, [value = '']]) => [label, value]));
  return [first, ...values.flatMap(([label, [, ...others]]) => others.map((value) => ({ ...first, [label]: value })))];
}
