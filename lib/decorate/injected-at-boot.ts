import 'reflect-metadata';
import { type ModulesContainer } from '@nestjs/core';
import { classOf, type Wrapper, wrappersOf } from '../host/wrappers.js';
import { type MetricStore } from '../metrics/store.js';
import { makeMetric } from './inject-metric.js';

/** Where Nest keeps what `@Inject()` asks for: of the parameters of a constructor, and of properties. */
const PARAMETERS = 'self:paramtypes';
const PROPERTIES = 'self:properties_metadata';

/**
 * Makes the metrics that the classes of an application will ask for. Nest makes those of request-scoped classes with the
 * first request; what stands at zero from the start must be there before it.
 *
 * @errors throws when two definitions of one name meet
 */
export function startInjectedMetrics(modules: ModulesContainer, store: MetricStore): void {
  for (const wrapper of wrappersOf(modules)) {
    for (const token of tokensOf(wrapper)) makeMetric(store, token);
  }
}

function tokensOf(wrapper: Wrapper): readonly unknown[] {
  try {
    return declaredTokens(wrapper);
  } catch {
    // A provider may be a proxy that throws when it is read.
    return [];
  }
}

function declaredTokens(wrapper: Wrapper): readonly unknown[] {
  const type = classOf(wrapper);
  if (type === undefined) return Array.isArray(wrapper.inject) ? wrapper.inject.map(tokenOf) : [];
  const parameters = (Reflect.getMetadata(PARAMETERS, type) ?? []) as readonly { readonly param?: unknown }[];
  const properties = (Reflect.getMetadata(PROPERTIES, type) ?? []) as readonly { readonly type?: unknown }[];
  return [...parameters.map(({ param }) => param), ...properties.map((property) => property.type)];
}

/** A dependency of a factory may be optional: `{ token, optional: true }`. */
function tokenOf(dependency: unknown): unknown {
  return typeof dependency === 'object' && dependency !== null && 'token' in dependency ? dependency.token : dependency;
}
