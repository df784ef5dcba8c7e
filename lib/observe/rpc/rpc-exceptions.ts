import { type AnyMethod } from '../../host/any-method.js';
import { SharedStandIn } from '../../host/shared-stand-in.js';
import { executionOn } from './message-context.js';

const standIn = new SharedStandIn('handle', observed);

/**
 * Sees what is thrown before filters make something else of it. The execution on the context of the message says which
 * application it belongs to.
 *
 * @returns the function that puts the method back
 */
export function observeRpcExceptions(prototype: object): () => void {
  return standIn.use(prototype);
}

function observed(original: AnyMethod): AnyMethod {
  return function (exception, host, ...rest) {
    observe(exception, host as { getArgs(): readonly unknown[] });
    return original.call(this, exception, host, ...rest);
  };
}

function observe(exception: unknown, host: { getArgs(): readonly unknown[] }): void {
  try {
    executionOn(host.getArgs())?.threw(exception);
  } catch {
    // Some other kind of context: nothing to count, and nothing to break.
  }
}
