import { setTimeout as pause } from 'node:timers/promises';

interface Waiter {
  readonly since: number;
  readonly resolve: (isRead: boolean) => void;
}

/** Callers that wait for a reading. Each gets one that was asked for after it began to wait. */
export class Waiters {
  private readonly waiting = new Set<Waiter>();

  constructor(private readonly mostMs: number) {}

  get areThere(): boolean {
    return this.waiting.size > 0;
  }

  /** True with the next reading that is asked for from now on, false when none comes in time. */
  async wait(): Promise<boolean> {
    const { promise, resolve } = withResolver();
    const waiter = { since: performance.now(), resolve };
    this.waiting.add(waiter);
    const isRead = await Promise.race([promise, pause(this.mostMs, false, { ref: false })]);
    this.waiting.delete(waiter);
    return isRead;
  }

  /** @param askedAt when the reading that is there now was asked for, by the monotonic clock */
  answer(askedAt: number): void {
    for (const { since, resolve } of this.waiting) if (since <= askedAt) resolve(true);
  }
}

/** `Promise.withResolvers`, which Node 20 does not have. */
function withResolver(): { readonly promise: Promise<boolean>; readonly resolve: (value: boolean) => void } {
  let resolve: (value: boolean) => void = () => undefined;
  const promise = new Promise<boolean>((settle) => (resolve = settle));
  return { promise, resolve };
}
