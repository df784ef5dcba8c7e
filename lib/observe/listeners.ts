import { type Handler, type HttpExchange, type KnownRoute, type Listener } from './events.js';
import { type Guard } from './guard.js';

/** Tells every listener what happened; one that throws is reported and does not keep the others from hearing. */
export class Listeners implements Required<Listener> {
  private readonly all: Listener[] = [];

  constructor(private readonly guard: Guard) {}

  /** From now on `listener` hears every event. Returns the function that stops it. */
  add(listener: Listener): () => void {
    this.all.push(listener);
    return () => {
      const at = this.all.indexOf(listener);
      if (at !== -1) this.all.splice(at, 1);
    };
  }

  routesKnown(routes: readonly KnownRoute[]): void {
    for (const listener of this.all) this.guard.run('listener', () => listener.routesKnown?.(routes));
  }

  // The events of every request: written out, so that a request costs neither a closure nor a lookup by name.

  requestReceived(exchange: HttpExchange): void {
    for (const listener of this.all) {
      try {
        listener.requestReceived?.(exchange);
      } catch (error) {
        this.guard.report('listener', error);
      }
    }
  }

  requestAnswered(exchange: HttpExchange): void {
    for (const listener of this.all) {
      try {
        listener.requestAnswered?.(exchange);
      } catch (error) {
        this.guard.report('listener', error);
      }
    }
  }

  requestAborted(exchange: HttpExchange): void {
    for (const listener of this.all) this.guard.run('listener', () => listener.requestAborted?.(exchange));
  }

  exceptionThrown(handler: Handler, error: unknown): void {
    for (const listener of this.all) this.guard.run('listener', () => listener.exceptionThrown?.(handler, error));
  }

  handlerTimed(handler: Handler, durationSeconds: number): void {
    for (const listener of this.all) {
      this.guard.run('listener', () => listener.handlerTimed?.(handler, durationSeconds));
    }
  }
}
