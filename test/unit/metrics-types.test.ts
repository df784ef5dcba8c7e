import { type Request as ExpressRequest } from 'express';
import { type FastifyRequest } from 'fastify';
import { describe, expect, it } from 'vitest';
import {
  boundedBy,
  defineCounter,
  defineGauge,
  defineHistogram,
  type HttpLabel,
  type HttpRequest,
  type MetricOf,
  MetricStore,
  oneOf,
} from '../../lib/index.js';
import { engineOf } from '../../lib/metrics/store.js';

/** What must not compile: `npm run types` fails on an expectation that does not hold. At run time nothing throws. */
describe('the types of labels', () => {
  const store = new MetricStore();
  const help = 'Something.';
  const barks = store.counter(
    defineCounter({
      name: 'barks_total',
      help,
      labels: { volume: oneOf('loud', 'low'), dog: boundedBy('the test') },
    }),
  );

  it('want every label', () => {
    barks.labels({ volume: 'loud', dog: 'any text at all' }).inc();
    // @ts-expect-error a label is missing
    barks.labels({ volume: 'loud' });
    // @ts-expect-error a label is missing
    barks.known({ dog: 'Rex' });
    // @ts-expect-error all labels are missing
    barks.labels({});
    // @ts-expect-error there are no labels at all
    barks.labels();
    expect(engineOf(store).families).toHaveLength(1);
  });

  it('want no other label', () => {
    // @ts-expect-error nobody knows this label
    barks.labels({ volume: 'loud', dog: 'Rex', place: 'yard' });
    // @ts-expect-error a label is misspelt
    barks.labels({ volume: 'loud', Dog: 'Rex' });
    expect(engineOf(store).families).toHaveLength(1);
  });

  it('want a value of a closed set, and any text for an open label', () => {
    const text: string = ['loud', 'low'].join('');
    // @ts-expect-error not a value of the set
    barks.labels({ volume: 'medium', dog: text });
    // @ts-expect-error any text is not a value of the set
    barks.labels({ volume: text, dog: text });
    // @ts-expect-error a number is no text
    barks.labels({ volume: 'low', dog: 5 });
    // @ts-expect-error undefined is no text
    barks.labels({ volume: 'low', dog: undefined });
    barks.labels({ volume: 'low', dog: text }).inc();
    expect(engineOf(store).families).toHaveLength(1);
  });

  it('want nothing where there are no labels', () => {
    const plain = store.gauge(defineGauge({ name: 'dogs', help }));
    plain.labels({}).set(1);
    // A literal with a property is the one thing that an empty object type lets pass.
    expect(plain.labels({})).toBe(plain.known({}));
  });

  it('keep the handles apart', () => {
    const walks = store.histogram(defineHistogram({ name: 'walks', help, buckets: [1] })).labels({});
    const counted = barks.labels({ volume: 'low', dog: 'Rex' });
    expect(() => {
      // @ts-expect-error a counter is not set
      counted.set(1);
    }).toThrow(TypeError);
    expect(() => {
      // @ts-expect-error a histogram does not count
      walks.inc();
    }).toThrow(TypeError);
  });

  it('want a definition of the right kind, complete', () => {
    const gauge = defineGauge({ name: 'places', help });
    // @ts-expect-error a gauge is no counter
    expect(() => store.counter(gauge)).not.toThrow(RangeError);
    // @ts-expect-error the help is missing
    expect(() => defineGauge({ name: 'a' })).toThrow(TypeError);
    // @ts-expect-error the buckets are missing
    expect(() => defineHistogram({ name: 'a', help })).toThrow(TypeError);
    // @ts-expect-error minutes are no base unit
    expect(() => defineGauge({ name: 'a_minutes', help, unit: 'minutes' })).not.toThrow();
  });
});

describe('the types of what is injected', () => {
  const store = new MetricStore();
  const help = 'Something.';
  const ORDERS = defineCounter({ name: 'orders_total', help, labels: { kind: oneOf('retail', 'wholesale') } });
  const CARTS = defineGauge({ name: 'carts', help });
  const VALUES = defineHistogram({ name: 'values', help, labels: { shop: boundedBy('the test') }, buckets: [1] });

  it('are those of the definition', () => {
    const orders: MetricOf<typeof ORDERS> = store.counter(ORDERS);
    const carts: MetricOf<typeof CARTS> = store.gauge(CARTS);
    const values: MetricOf<typeof VALUES> = store.histogram(VALUES);
    orders.labels({ kind: 'retail' }).inc();
    carts.labels({}).set(1);
    values.labels({ shop: 'any text' }).observe(1);
    // @ts-expect-error not a value of the set
    orders.labels({ kind: 'stolen' });
    // @ts-expect-error a label is missing
    values.labels({});
    // @ts-expect-error a gauge is no counter
    const wrong: MetricOf<typeof ORDERS> = carts;
    expect(wrong).toBe(carts);
  });
});

describe('the types of labels on requests', () => {
  it('take the request of a framework, or anything that a request may have become', () => {
    interface WithUser extends HttpRequest {
      readonly user?: { readonly plan: string };
    }
    const labels: readonly HttpLabel[] = [
      { values: ['a'], from: (request) => request.headers['x-tenant']?.toString() },
      { values: ['a'], from: (request: WithUser) => request.user?.plan },
      { values: ['a'], from: ({ ip }: ExpressRequest) => ip },
      { values: ['a'], from: ({ routeOptions }: FastifyRequest) => routeOptions.url },
      // @ts-expect-error a promise is no value
      { values: ['a'], from: async () => 'a' },
      // @ts-expect-error a text is no request
      { values: ['a'], from: (request: string) => request },
    ];
    expect(labels).toHaveLength(6);
  });
});
