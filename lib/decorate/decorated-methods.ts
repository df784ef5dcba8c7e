import { type ModulesContainer } from '@nestjs/core';
import { giveLink, type MethodLink } from './method-link.js';
import { specsOf } from './measure-method.js';
import { type MethodSpec } from './method-spec.js';

/** What we read of what Nest keeps for each provider and controller. */
interface Wrapper {
  readonly metatype: unknown;
  readonly instance: unknown;
  /** Of a factory, whose `metatype` is the function. */
  readonly inject?: unknown;
}

/**
 * Puts the decorated methods of an application at zero, and links the instances that Nest has not made itself.
 *
 * @errors throws when two definitions of one name meet
 */
export function startDecoratedMethods(modules: ModulesContainer, link: MethodLink): void {
  for (const module of modules.values()) {
    for (const collection of [module.providers, module.controllers, module.injectables]) {
      for (const wrapper of collection.values()) startOne(wrapper, link);
    }
  }
}

function startOne(wrapper: Wrapper, link: MethodLink): void {
  const { specs, owner } = decoratedOf(wrapper);
  if (owner === undefined) return;
  for (const spec of specs) link.known(spec, owner);
  const { instance } = wrapper;
  if (isObject(instance)) giveLink(instance, link);
}

/** The decorated methods of what a wrapper provides, and its class. */
function decoratedOf(wrapper: Wrapper): { readonly specs: readonly MethodSpec[]; readonly owner: object | undefined } {
  try {
    const prototype = prototypeOf(wrapper);
    const specs = specsOf(prototype);
    return { specs, owner: specs.length > 0 ? (prototype as object).constructor : undefined };
  } catch {
    // A proxy that does not want to be looked at is nothing that we have decorated.
    return { specs: [], owner: undefined };
  }
}

/** Of the class, which is known for request-scoped ones too, or of what a factory has made. */
function prototypeOf({ metatype, inject, instance }: Wrapper): unknown {
  const isClass = typeof metatype === 'function' && inject === undefined;
  if (isClass) return metatype.prototype;
  return isObject(instance) ? Object.getPrototypeOf(instance) : undefined;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
