import { type DatabaseListener } from '../database-events.js';

type Listeners = Required<DatabaseListener>;

/** This many events of a boot are kept. An application in which more happen before anybody listens is not booting. */
const MAX_HELD = 20_000;

/**
 * Keeps what happens before anybody listens: while the application boots, its data sources connect, migrate and seed,
 * and only when its modules are made is it known to which application they belong.
 */
export class HeldEvents {
  private passedTo: Listeners | undefined;
  private readonly events: ((listeners: Listeners) => void)[] = [];

  /** The end of a statement that begins now would not be kept. */
  get isFull(): boolean {
    return this.events.length >= MAX_HELD;
  }

  /** Keeps every event, or passes it on once `passTo` was called. */
  readonly listeners = new Proxy({} as Listeners, {
    get: (_, event: keyof Listeners) => this.holder(event),
  });

  /** Passes on everything in the order in which it happened. */
  passTo(listeners: Listeners): void {
    this.passedTo = listeners;
    for (const event of this.events.splice(0)) event(listeners);
  }

  private holder(event: keyof Listeners) {
    return (...about: readonly unknown[]): void => {
      // The end of what began before.
      if (this.passedTo !== undefined) return (this.passedTo[event] as (...args: readonly unknown[]) => void)(...about);
      // The end of what is held is always held, or it would seem to go on for ever.
      if (this.isFull && !event.endsWith('Ended')) return;
      this.events.push((listeners) => (listeners[event] as (...args: readonly unknown[]) => void)(...about));
    };
  }
}
