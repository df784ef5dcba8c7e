import { types } from 'node:util';
import { isObservable, type Observable } from 'rxjs';

/** Of no class of its own, and with nothing attached, so that another one can stand in for it; of whatever realm. */
export function isPlainPromise(result: unknown): result is Promise<unknown> {
  // Names only: AsyncLocalStorage puts symbols on every promise before Node 24.
  if (!types.isPromise(result) || Object.getOwnPropertyNames(result).length > 0) return false;
  return isOfBaseClass(result);
}

const OWN_OF_OBSERVABLES = new Set(['source', 'operator', '_subscribe']);

/** With nothing attached: a group of `groupBy()` has its key. */
export function isPlainObservable(result: unknown): result is Observable<unknown> {
  if (!isObservable(result) || !isOfBaseClass(result)) return false;
  return Object.getOwnPropertyNames(result).every((name) => OWN_OF_OBSERVABLES.has(name));
}

/** Of the class itself: what inherits from it, a subject or one of the application's, must stay what it is. */
function isOfBaseClass(result: object): boolean {
  const base = Object.getPrototypeOf(Object.getPrototypeOf(result)) as object | null;
  return base !== null && Object.getPrototypeOf(base) === null;
}
