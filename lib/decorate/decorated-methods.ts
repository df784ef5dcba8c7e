import { type ModulesContainer } from '@nestjs/core';
import { classOf, type Wrapper, wrappersOf } from '../host/wrappers.js';
import { giveLink, type MethodLink } from './method-link.js';
import { specsOf } from './measure-method.js';
import { type MethodSpec } from './method-spec.js';

/**
 * Makes the series of the decorated methods of an application, at zero, and links the instances that Nest has not made
 * itself.
 *
 * @errors throws when two definitions of one name meet
 */
export function startDecoratedMethods(modules: ModulesContainer, link: MethodLink): void {
  for (const wrapper of wrappersOf(modules)) startOne(wrapper, link);
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
    // A proxy that throws when it is read is nothing that we have decorated.
    return { specs: [], owner: undefined };
  }
}

/** Of the class, which is known for request-scoped classes too, or of the object that a factory has made. */
function prototypeOf(wrapper: Wrapper): unknown {
  const type = classOf(wrapper);
  if (type !== undefined) return type.prototype;
  const { instance } = wrapper;
  return isObject(instance) ? Object.getPrototypeOf(instance) : undefined;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
