import { type Method } from './stand-ins.js';

/**
 * Calls the original; its result, or its error, goes on to the caller once we have seen it. What is told must not throw.
 *
 * The promise that is given back follows the original one: a rejection that nobody handles stays one.
 */
export function followResult(
  original: Method,
  self: unknown,
  args: unknown[],
  succeeded: (result: unknown) => void,
  failed: (error: unknown) => void,
): unknown {
  let acted: unknown;
  try {
    acted = original.apply(self, args);
  } catch (error) {
    failed(error);
    throw error;
  }
  if (!isThenable(acted)) {
    succeeded(acted);
    return acted;
  }
  return acted.then(
    (result: unknown) => {
      succeeded(result);
      return result;
    },
    (error: unknown) => {
      failed(error);
      throw error;
    },
  );
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}
