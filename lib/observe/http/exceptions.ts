import { exchangeOf, type Observed } from './exchange.js';
import { type ExceptionsHandlerPrototype } from './nest-internals.js';

type Next = ExceptionsHandlerPrototype['next'];

/**
 * How many applications of this process want to hear; the last one to leave puts the method back. If somebody has put
 * his own around ours since, it stays, and the next application uses it.
 */
const USERS = Symbol.for('nestjs-prometheus-exporter.exceptions');

interface Patched extends ExceptionsHandlerPrototype {
  [USERS]?: { count: number; readonly original: Next; readonly ours: Next };
}

/**
 * Sees what is thrown where Nest handles it, before any filter: an interceptor would miss what guards throw and cost
 * every request microseconds. The exchange on the request says which application it belongs to.
 *
 * @returns the function that puts the method back
 */
export function observeExceptions(prototype: Patched): () => void {
  const users = prototype[USERS] ?? patch(prototype);
  users.count += 1;
  let left = false;
  return () => {
    if (left) return;
    left = true;
    users.count -= 1;
    if (users.count === 0 && prototype.next === users.ours) unpatch(prototype, users.original);
  };
}

function patch(prototype: Patched): NonNullable<Patched[typeof USERS]> {
  const original = prototype.next;
  const ours: Next = function next(this: ExceptionsHandlerPrototype, exception, context) {
    observe(exception, context);
    return original.call(this, exception, context);
  };
  prototype.next = ours;
  return (prototype[USERS] = { count: 0, original, ours });
}

function unpatch(prototype: Patched, original: Next): void {
  prototype.next = original;
  delete prototype[USERS];
}

function observe(exception: unknown, context: Parameters<Next>[1]): void {
  try {
    const exchange = exchangeOf(context.getArgByIndex(0) as Observed | undefined);
    exchange?.owner.threw(exchange, exception);
  } catch {
    // Some other kind of context, or a request that cannot be read: not ours to count, and never ours to break.
  }
}
