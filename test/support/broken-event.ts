import { Listeners } from '../../lib/observe/listeners.js';

const ignore = (): void => {};

/**
 * Makes the method of an event throw in every application that is started from now on. The method is put on each
 * instance, so it is kept broken whatever is put there.
 *
 * @returns the function that mends it
 */
export function breakEvent(event: string, broken: () => unknown): () => void {
  const prototype = Listeners.prototype as object;
  Object.defineProperty(prototype, event, { get: () => broken, set: ignore, configurable: true });
  return () => Reflect.deleteProperty(prototype, event);
}
