import { NESTJS_METHOD_CALLS_TOTAL, NESTJS_METHOD_DURATION_SECONDS } from '../catalogue/nest/method.definitions.js';
import { type CounterDefinition, type HistogramDefinition, type LabelDefinitions } from '../metrics/definition.js';
import { type AnyMethod } from '../host/any-method.js';
import { measureMethod } from './measure-method.js';
import { type FixedLabels, methodSpec, type MethodSpec } from './method-spec.js';

/**
 * Times every call of a method: until it returns, until its promise settles, or for an observable from each
 * subscription until its end. Without arguments in `nestjs_method_duration_seconds`, else in a histogram of your own,
 * whose labels `class`, `method` and `outcome` are filled in where it has them and whose others are given.
 *
 * It works on methods of everything that Nest makes: providers and controllers of every scope, guards, resolvers. On an
 * instance that Nest has not made, and without `PrometheusModule`, the method just runs.
 *
 * @example `@Timed()`, `@Timed(SHOP_IMPORT_DURATION_SECONDS, { format: 'csv' })`
 * @errors throws while decorating what is no method of instances, or when a label has no value
 */
export function Timed(): MethodDecorator;
export function Timed<L extends LabelDefinitions>(
  definition: HistogramDefinition<L>,
  ...labels: FixedLabels<L>
): MethodDecorator;
export function Timed(
  definition: HistogramDefinition = NESTJS_METHOD_DURATION_SECONDS,
  labels?: MethodSpec['fixed'],
): MethodDecorator {
  return decorator('@Timed()', definition, labels);
}

/**
 * Counts every call of a method when it has ended, as `@Timed()` times it. Without arguments in
 * `nestjs_method_calls_total`, else in a counter of your own.
 *
 * @example `@Counted()`, `@Counted(SHOP_ORDERS_TOTAL, { kind: 'retail' })`
 * @errors as `Timed`
 */
export function Counted(): MethodDecorator;
export function Counted<L extends LabelDefinitions>(
  definition: CounterDefinition<L>,
  ...labels: FixedLabels<L>
): MethodDecorator;
export function Counted(
  definition: CounterDefinition = NESTJS_METHOD_CALLS_TOTAL,
  labels?: MethodSpec['fixed'],
): MethodDecorator {
  return decorator('@Counted()', definition, labels);
}

function decorator(
  name: string,
  definition: MethodSpec['definition'],
  labels: MethodSpec['fixed'] | undefined,
): MethodDecorator {
  return (target, key, descriptor: PropertyDescriptor) => {
    const value: unknown = descriptor.value;
    if (typeof target === 'function' || typeof value !== 'function') {
      throw new TypeError(
        `Expected ${name} on a method of instances, got ${String(key)}, which is static or no method: decorate a method.`,
      );
    }
    descriptor.value = measureMethod(methodSpec(definition, labels, target, key), value as AnyMethod);
  };
}
