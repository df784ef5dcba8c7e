import 'reflect-metadata';
import { type AnyMethod } from '../host/any-method.js';
import { follow, MethodCall } from './method-call.js';
import { linkOf, receiveLink } from './method-link.js';
import { type MethodSpec } from './method-spec.js';

/** On a prototype: the decorators of its methods. */
const SPECS = Symbol.for('nestjs-prometheus-exporter.method-specs');

/**
 * Puts a method in the place of a decorated one, which measures the calls on instances that belong to an application
 * and hands every other call through. To Nest it is the method: name, length, properties and metadata are the same.
 */
export function measureMethod(spec: MethodSpec, original: AnyMethod): AnyMethod {
  const { target } = spec;
  receiveLink(target);
  Object.defineProperty(target, SPECS, { value: [...ownSpecs(target), spec], configurable: true });
  return standIn(original, function measured(this: unknown, ...args) {
    const link = linkOf(this);
    const series = link?.of(spec, (this as object).constructor);
    if (link === undefined || series === undefined) return original.apply(this, args);
    const call = new MethodCall(link, series);
    let result: unknown;
    try {
      result = original.apply(this, args);
    } catch (error) {
      call.failed();
      throw error;
    }
    return follow(result, call);
  });
}

/** The decorators of the methods that instances of a class have, inherited ones included. */
export function specsOf(prototype: unknown): readonly MethodSpec[] {
  if (typeof prototype !== 'object' || prototype === null) return [];
  return [...specsOf(Object.getPrototypeOf(prototype)), ...ownSpecs(prototype)];
}

function ownSpecs(prototype: object): readonly MethodSpec[] {
  if (!Object.hasOwn(prototype, SPECS)) return [];
  return (prototype as { readonly [SPECS]: readonly MethodSpec[] })[SPECS];
}

/** Decorators that ran before have left their metadata on the original; those that run later find the stand-in. */
function standIn(original: AnyMethod, measured: AnyMethod): AnyMethod {
  for (const key of Reflect.ownKeys(original)) {
    const descriptor = Object.getOwnPropertyDescriptor(original, key);
    if (descriptor !== undefined && key !== 'prototype') Object.defineProperty(measured, key, descriptor);
  }
  for (const key of Reflect.getOwnMetadataKeys(original) as unknown[]) {
    Reflect.defineMetadata(key, Reflect.getOwnMetadata(key, original), measured);
  }
  return measured;
}
