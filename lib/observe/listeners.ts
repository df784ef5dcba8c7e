import { type ErrorBoundary } from './error-boundary.js';
import { type EventName, type Events, type Listener } from './events.js';
import { DOORS, type Door, EXECUTION_EVENTS, type Execution } from './operation-events.js';

type Method = (...args: unknown[]) => unknown;

/** A listener and its method for an event. */
interface Subscription {
  readonly listener: Listener;
  readonly method: Method;
}

/** What one listener listens to. */
type Subscriptions = ReadonlyMap<EventName, Subscription>;

class EventListeners {
  private all: readonly Subscriptions[] = [];

  constructor(
    private readonly events: readonly EventName[],
    private readonly boundary: ErrorBoundary,
  ) {
    this.forward();
  }

  /**
   * Adds a listener for all later events. Its methods are read now: one that is added or replaced later is not called.
   *
   * @returns the function that removes it
   */
  add(listener: Listener): () => void {
    const added = this.subscribe(listener);
    this.all = [...this.all, added];
    this.forward();
    return () => {
      this.all = this.all.filter((one) => one !== added);
      this.forward();
    };
  }

  /**
   * Rebuilds the method of every event. It holds the current listeners, so that a listener can be added or removed
   * while an event is dispatched, and no lookup is needed per request.
   */
  private forward(): void {
    for (const event of this.events) {
      const subscriptions = this.all.flatMap((one) => one.get(event) ?? []);
      const forwarders = this as unknown as Record<string, Method>;
      forwarders[event] = EXECUTION_EVENTS.has(event) ? this.callByDoor(subscriptions) : this.call(subscriptions);
    }
  }

  /** Without this, every message would call the listeners of all doors. */
  private callByDoor(subscriptions: readonly Subscription[]): Method {
    const callOf = (door: Door) =>
      this.call(subscriptions.filter(({ listener }) => listener.door === undefined || listener.door === door));
    const byDoor = new Map(DOORS.map((door) => [door, callOf(door)]));
    return (execution) => byDoor.get((execution as Execution).operation.door)?.(execution);
  }

  private call(subscriptions: readonly Subscription[]): Method {
    return subscriptions.length === 1 ? this.callOne(subscriptions[0]!) : this.callAll(subscriptions);
  }

  private subscribe(listener: Listener): Subscriptions {
    const subscriptions = new Map<EventName, Subscription>();
    for (const event of this.events) {
      const method = this.methodOf(listener, event);
      if (typeof method === 'function') subscriptions.set(event, { listener, method: method as Method });
    }
    return subscriptions;
  }

  /** A method can be a getter that throws. */
  private methodOf(listener: Listener, event: EventName): unknown {
    try {
      return listener[event];
    } catch (error) {
      this.boundary.report('listener', error);
      return undefined;
    }
  }

  /** The usual case of one listener, without a loop. */
  private callOne({ listener, method }: Subscription): Method {
    return (...args) => {
      try {
        const result = method.apply(listener, args);
        if (result !== undefined) this.settle(result);
      } catch (error) {
        this.boundary.report('listener', error);
      }
    };
  }

  private callAll(subscriptions: readonly Subscription[]): Method {
    return (...args) => {
      for (const { listener, method } of subscriptions) {
        try {
          const result = method.apply(listener, args);
          if (result !== undefined) this.settle(result);
        } catch (error) {
          this.boundary.report('listener', error);
        }
      }
    };
  }

  /** Listeners can be asynchronous. They are not awaited, but an unhandled rejection would end the process. */
  private settle(result: unknown): void {
    if (typeof (result as { then?: unknown } | null)?.then !== 'function') return;
    Promise.resolve(result).catch((error: unknown) => this.boundary.report('listener', error));
  }
}

/**
 * The listeners of an application. Calling the method of an event calls that method of every listener that has it, in
 * the order in which the listeners were added. An error in one listener is reported, and the others still run.
 */
export type Listeners = EventListeners & Events;

export const Listeners = EventListeners as new (events: readonly EventName[], boundary: ErrorBoundary) => Listeners;
