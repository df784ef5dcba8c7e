import { type DatabaseListener } from '../../database-events.js';

type Listening = Required<DatabaseListener>;

/** So many events of a boot are kept; more than that is no boot but an application that nobody listens to. */
const MAX_HELD = 20_000;

/**
 * Hears what happens before anybody listens: while the application boots, its data sources connect, migrate and seed,
 * and only when its modules are made is it known whose they are.
 */
export class HeldEvents {
  private told: Listening | undefined;
  private readonly events: ((listener: Listening) => void)[] = [];

  /** What begins now would not be heard to its end. */
  get isFull(): boolean {
    return this.events.length >= MAX_HELD;
  }

  readonly listener = new Proxy({} as Listening, {
    get: (_, event: keyof Listening) => this.holder(event),
  });

  /** Tells everything in the order in which it happened. */
  tell(listener: Listening): void {
    this.told = listener;
    for (const event of this.events.splice(0)) event(listener);
  }

  private holder(event: keyof Listening) {
    return (...told: readonly unknown[]): void => {
      // What began before is to be told to its end.
      if (this.told !== undefined) return (this.told[event] as (...heard: readonly unknown[]) => void)(...told);
      // The end of what was held is always held, or something would seem to go on for ever.
      if (this.isFull && !event.endsWith('Ended')) return;
      this.events.push((listener) => (listener[event] as (...heard: readonly unknown[]) => void)(...told));
    };
  }
}
