import { expect, it } from 'vitest';
import { defineCounter, oneOf } from '../../lib/metrics/definition.js';
import { MetricStore } from '../../lib/metrics/store.js';
import { insideOf } from '../support/engine-inside.js';

it('a closed label that is given any text has a budget too', () => {
  const store = new MetricStore({ labelSetsPerMetric: 10 });
  const states = store.counter(
    defineCounter({ name: 'states_total', help: 'States.', labels: { state: oneOf('awake') } }),
  );
  for (let i = 0; i < 1000; i += 1) states.labels({ state: `state ${i}` as 'awake' });
  expect(insideOf(states).series).toHaveLength(1 + 10);
});

it('labels() without labels does not throw', () => {
  const store = new MetricStore();
  const states = store.counter(
    defineCounter({ name: 'states_total', help: 'States.', labels: { state: oneOf('awake') } }),
  );
  expect(() => states.labels(undefined as never).inc()).not.toThrow();
});
