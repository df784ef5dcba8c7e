const IDLE = 0;
const WAITING = 1;

/**
 * Tells the thread that something was counted, in memory that both threads have. It asks to be told; until then nothing is
 * sent, however much is counted.
 */
export class CountSignal {
  private readonly state: Int32Array;

  constructor(readonly memory = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)) {
    this.state = new Int32Array(memory);
  }

  /** In the thread that saves: from now on it wants to be told. */
  ask(): void {
    Atomics.store(this.state, 0, WAITING);
  }

  /** In the thread that counts: whether the other one wants to be told. It is told once. */
  takeRequest(): boolean {
    return this.state[0] === WAITING && Atomics.exchange(this.state, 0, IDLE) === WAITING;
  }
}
