/**
 * Runs `act`; its result, or its error, goes on to the caller once we have seen it. What is told must not throw.
 *
 * The promise that is given back follows the one of `act`: a rejection that nobody handles stays one.
 */
export function watch(
  act: () => unknown,
  succeeded: (result: unknown) => void,
  failed: (error: unknown) => void,
): unknown {
  let acted: unknown;
  try {
    acted = act();
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
