import { type AnyMethod } from '../../host/any-method.js';
import { StandIns } from '../../host/stand-ins.js';
import { exchangeOf, type Observed } from './exchange.js';
import { type ExceptionsHandlerPrototype } from './nest-internals.js';

type Context = Parameters<ExceptionsHandlerPrototype['next']>[1];

/** The stand-in in Nest's class: one for the process, however many applications it has. */
const standIns = new StandIns();
/** Applications that count exceptions; the last one to stop puts the method back. */
let applications = 0;

/**
 * Sees what is thrown where Nest handles it, before any filter: an interceptor would miss what guards throw and cost
 * every request microseconds. The exchange on the request says which application it belongs to.
 *
 * @returns the function that puts the method back
 */
export function observeExceptions(prototype: ExceptionsHandlerPrototype): () => void {
  // Once: a wrapper that somebody puts over ours and takes away again must not take away a newer one of ours as well.
  if (applications === 0) standIns.put(prototype, 'next', observed);
  applications += 1;
  let left = false;
  return () => {
    if (left) return;
    left = true;
    applications -= 1;
    if (applications === 0) standIns.putBack();
  };
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
