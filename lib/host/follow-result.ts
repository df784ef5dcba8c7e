import { type AnyMethod } from './any-method.js';

/** Hears how a call ended, before its caller does. Neither of them may throw. */
export interface Follower {
  succeeded(result: unknown): void;
  failed(error: unknown): void;
}

/** Calls the original. Its result or its error goes on to the caller, and a promise is followed until it is settled. */
export function followResult(original: AnyMethod, self: unknown, args: unknown[], follower: Follower): unknown {
  let result: unknown;
  try {
    result = original.apply(self, args);
  } catch (error) {
    follower.failed(error);
    throw error;
  }
  if (isThenable(result)) return followPromise(result, follower);
  follower.succeeded(result);
  return result;
}

/** A promise that settles as the given one does: a rejection that nobody handles is still unhandled. */
export function followPromise(promise: PromiseLike<unknown>, follower: Follower): PromiseLike<unknown> {
  return promise.then(
    (result: unknown) => {
      follower.succeeded(result);
      return result;
    },
    (error: unknown) => {
      follower.failed(error);
      throw error;
    },
  );
}

export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}
