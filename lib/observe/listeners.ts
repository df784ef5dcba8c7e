import { type ErrorBoundary } from './error-boundary.js';
import { type EventName, type Listener } from './events.js';

type Method = (...told: unknown[]) => unknown;

/** The method of a listener that has one for an event. */
interface Heard {
  readonly listener: Listener;
  readonly method: Method;
}

class EventListeners {
  private all: readonly Listener[] = [];

  constructor(
    private readonly events: readonly EventName[],
    private readonly boundary: ErrorBoundary,
  ) {
    this.forward();
  }

  /** From now on `listener` hears every event. Returns the function that stops it. */
  add(listener: Listener): () => void {
    this.all = [...this.all, listener];
    this.forward();
    let isListening = true;
    return () => {
      if (!isListening) return;
      isListening = false;
      this.all = this.all.toSpliced(this.all.indexOf(listener), 1);
      this.forward();
    };
  }

  /**
   * Replaces the method of every event: it holds those who hear it now, so that a listener may come or go while an event
   * is told, and nobody is looked up by name for every request.
   */
  private forward(): void {
    for (const event of this.events) {
      const heard = this.all.flatMap((listener) => this.heardBy(listener, event));
      const forwarders = this as unknown as Record<string, Method>;
      forwarders[event] = heard.length === 1 ? this.toOne(heard[0]!) : this.toMany(heard);
    }
  }

  /** A method that is a getter may throw. */
  private heardBy(listener: Listener, event: EventName): readonly Heard[] {
    try {
      const method: unknown = listener[event];
      return typeof method === 'function' ? [{ listener, method: method as Method }] : [];
    } catch (error) {
      this.boundary.report('listener', error);
      return [];
    }
  }

  /** The usual case, without a loop. */
  private toOne({ listener, method }: Heard): Method {
    return (...told) => {
      try {
        const result = method.apply(listener, told);
        if (result !== undefined) this.settle(result);
      } catch (error) {
        this.boundary.report('listener', error);
      }
    };
  }

  private toMany(heard: readonly Heard[]): Method {
    return (...told) => {
      for (const { listener, method } of heard) {
        try {
          const result = method.apply(listener, told);
          if (result !== undefined) this.settle(result);
        } catch (error) {
          this.boundary.report('listener', error);
        }
      }
    };
  }

  /** A listener of the application may be asynchronous: nobody waits for it, but its rejection would end the process. */
  private settle(result: unknown): void {
    if (typeof (result as { then?: unknown } | null)?.then !== 'function') return;
    Promise.resolve(result).catch((error: unknown) => this.boundary.report('listener', error));
  }
}

/**
 * The listeners of an application, and how to tell them: calling the method of an event tells every listener that has
 * one of that name, in the order in which they were added. One that throws is reported and does not keep the others
 * from hearing.
 */
export type Listeners = EventListeners & Required<Listener>;

export const Listeners = EventListeners as new (events: readonly EventName[], boundary: ErrorBoundary) => Listeners;
