import { type AnyMethod } from '../../host/any-method.js';
import { SharedStandIn } from '../../host/shared-stand-in.js';
import { exchangeOf, type Observed } from './exchange.js';
import { type ExceptionsHandlerPrototype } from './nest-internals.js';

type Context = Parameters<ExceptionsHandlerPrototype['next']>[1];

const standIn = new SharedStandIn('next', observed);

/**
 * Sees what is thrown where Nest handles it, before any filter: an interceptor would miss what guards throw and cost
 * every request microseconds. The exchange on the request says which application it belongs to.
 *
 * @returns the function that puts the method back
 */
export function observeExceptions(prototype: ExceptionsHandlerPrototype): () => void {
  return standIn.use(prototype);
}

function observed(original: AnyMethod): AnyMethod {
  return function (exception, context) {
    observe(exception, context as Context);
    return original.call(this, exception, context);
  };
}

function observe(exception: unknown, context: Context): void {
  try {
    const exchange = exchangeOf(context.getArgByIndex(0) as Observed | undefined);
    exchange?.owner.threw(exchange, exception);
  } catch {
    // Some other kind of context, or a request that cannot be read: nothing to count, and nothing to break.
  }
}
