import { types } from 'node:util';

/**
 * The items of a list that graphql waits for, or makes errors of, after the resolver: a subgraph's `_entities` is a list
 * of promises. Only promises of JavaScript itself: what else has a method `then` may begin its work when it is called.
 */
export function openItems(result: unknown): readonly (Promise<unknown> | Error)[] {
  return Array.isArray(result) ? result.filter(isOpen) : NONE;
}

const NONE: readonly never[] = [];

function isOpen(item: unknown): item is Promise<unknown> | Error {
  return item instanceof Error || types.isPromise(item);
}
