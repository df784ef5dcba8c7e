import 'reflect-metadata';
import { type ModulesContainer } from '@nestjs/core';
import { type MetricStore } from '../metrics/store.js';
import { makeMetric } from './inject-metric.js';

/** Where Nest keeps what `@Inject()` asks for: of the parameters of a constructor, and of properties. */
const PARAMETERS = 'self:paramtypes';
const PROPERTIES = 'self:properties_metadata';

/** What we read of what Nest keeps for each provider and controller. */
interface Wrapper {
  readonly metatype: unknown;
  readonly inject?: unknown;
}

/**
 * Makes the metrics that the classes of an application will ask for. Nest makes those of request-scoped classes with the
 * first request; what stands at zero from the start must be there before it.
 *
 * @errors throws when two definitions of one name meet
 */
export function startInjectedMetrics(modules: ModulesContainer, store: MetricStore): void {
  for (const module of modules.values()) {
    for (const collection of [module.providers, module.controllers, module.injectables]) {
      for (const wrapper of collection.values()) for (const token of tokensOf(wrapper)) makeMetric(store, token);
    }
  }
}

function tokensOf(wrapper: Wrapper): readonly unknown[] {
  try {
    return declaredTokens(wrapper);
  } catch {
    // There are providers that throw when they are looked at.
    return [];
  }
}

function declaredTokens({ metatype, inject }: Wrapper): readonly unknown[] {
  if (typeof metatype !== 'function') return [];
  if (inject !== undefined) return Array.isArray(inject) ? inject.map(tokenOf) : [];
  const parameters = (Reflect.getMetadata(PARAMETERS, metatype) ?? []) as readonly { readonly param?: unknown }[];
  const properties = (Reflect.getMetadata(PROPERTIES, metatype) ?? []) as readonly { readonly type?: unknown }[];
  return [...parameters.map(({ param }) => param), ...properties.map(({ type }) => type)];
}

/** A factory may say that it can do without: `{ token, optional: true }`. */
function tokenOf(dependency: unknown): unknown {
  return typeof dependency === 'object' && dependency !== null && 'token' in dependency ? dependency.token : dependency;
}
