import { type Listener } from './observe/events.js';

/** Every event that a listener can hear. */
const EVENTS: Readonly<Record<keyof Listener, true>> = {
  routesKnown: true,
  requestReceived: true,
  requestAnswered: true,
  requestAborted: true,
  exceptionThrown: true,
  handlerTimed: true,
  cacheFound: true,
  cacheCalled: true,
  cacheEnded: true,
  dataSourceFound: true,
  entitiesKnown: true,
  statementStarted: true,
  statementEnded: true,
  rowsCommitted: true,
  transactionStarted: true,
  transactionEnded: true,
  connectionsOpened: true,
  connectionFailed: true,
  connectionAwaited: true,
  queryCacheAsked: true,
  queryCacheHit: true,
  migrationsChecked: true,
  dataSourceRead: true,
  dataSourceEnded: true,
};

/** An object that hears one event at least: without any, its methods are misspelt. */
export function isListener(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const given = Object.keys(EVENTS).map((event) => (value as Record<string, unknown>)[event]);
  return given.some(isFunction) && given.every((method) => method === undefined || isFunction(method));
}

/** By what the prototype has, not by `instanceof`: test runners give code an `Error` of their own. */
export function isErrorClass(value: unknown): boolean {
  if (typeof value !== 'function') return false;
  const prototype: unknown = value.prototype;
  return typeof prototype === 'object' && prototype !== null && 'name' in prototype && 'message' in prototype;
}

function isFunction(value: unknown): boolean {
  return typeof value === 'function';
}
