const IDLE = 0;
const WAITING = 1;

/** The cells: whether the thread wants to be told, and whether it has written for the last time. */
const REQUEST = 0;
const LAST = 1;

/** A process that ends waits no longer than this. */
const LAST_WITHIN_MS = 250;

/**
 * Tells the thread that something was counted, in memory that both threads have. It asks to be told; until then nothing is
 * sent, however much is counted.
 */
export class CountSignal {
  private readonly state: Int32Array;

  constructor(readonly memory = new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT)) {
    this.state = new Int32Array(memory);
  }

  /** In the thread that saves: from now on it wants to be told. */
  ask(): void {
    Atomics.store(this.state, REQUEST, WAITING);
  }

  /** In the thread that counts: whether the other one wants to be told. It is told once. */
  takeRequest(): boolean {
    return this.state[REQUEST] === WAITING && Atomics.exchange(this.state, REQUEST, IDLE) === WAITING;
  }

  /** In the thread that saves: everything is written. */
  endedWithSave(): void {
    Atomics.store(this.state, LAST, 1);
    Atomics.notify(this.state, LAST);
  }

  /** In the thread that counts, which is blocked until the other one has written everything, or does not do it in time. */
  waitForLastSave(): void {
    Atomics.wait(this.state, LAST, 0, LAST_WITHIN_MS);
  }
}
