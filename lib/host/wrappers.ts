import { type Type } from '@nestjs/common';
import { type ModulesContainer } from '@nestjs/core';

/** What is read of Nest's wrapper of a provider, a controller, a guard … */
export interface Wrapper {
  readonly token: unknown;
  /** The class, or the function of a factory; null for a value. */
  readonly metatype: unknown;
  /** Of a request-scoped class an object whose constructor has not run. It may be a proxy that throws. */
  readonly instance: unknown;
  /** What a factory asks for; nothing for a class. */
  readonly inject?: unknown;
  /** The module that it belongs to. */
  readonly host?: { readonly metatype: Type };
}

const EVERYTHING = ['providers', 'controllers', 'injectables'] as const;

/** The wrappers of an application, module by module. */
export function* wrappersOf(
  modules: ModulesContainer,
  collections: readonly (typeof EVERYTHING)[number][] = EVERYTHING,
): Generator<Wrapper> {
  for (const module of modules.values()) {
    for (const collection of collections) yield* module[collection].values();
  }
}

/** The class that Nest makes instances of; undefined for a value and a factory. */
export function classOf({ metatype, inject }: Wrapper): Type | undefined {
  // Nest says with null that a class has replaced a factory.
  const isFactory = inject !== undefined && inject !== null;
  return typeof metatype === 'function' && !isFactory ? (metatype as Type) : undefined;
}
