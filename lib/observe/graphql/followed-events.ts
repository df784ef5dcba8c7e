import { type RunningExecution } from '../operations/running-execution.js';

/** The events of a subscription, ending its execution when they end, or when nobody wants them any more. */
export function followEvents(events: AsyncIterable<unknown>, execution: RunningExecution): AsyncIterable<unknown> {
  return { [Symbol.asyncIterator]: () => followIterator(events[Symbol.asyncIterator](), execution) };
}

function followIterator(iterator: AsyncIterator<unknown>, execution: RunningExecution): AsyncIterator<unknown> {
  return {
    next: async (...args) => {
      try {
        const result = await execution.run(() => iterator.next(...args));
        if (result.done === true) execution.succeeded();
        return result;
      } catch (error) {
        execution.failed(error);
        throw error;
      }
    },
    return: async (value) => {
      execution.aborted();
      return (await iterator.return?.(value)) ?? { done: true, value: undefined };
    },
    throw: async (error) => {
      execution.aborted();
      if (iterator.throw !== undefined) return iterator.throw(error);
      await iterator.return?.();
      throw error;
    },
  };
}

export function areEvents(result: unknown): result is AsyncIterable<unknown> {
  return (
    typeof (result as { [Symbol.asyncIterator]?: unknown } | null | undefined)?.[Symbol.asyncIterator] === 'function'
  );
}
