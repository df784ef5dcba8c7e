/**
 * Work that is done once at a time. Those who ask for it before it begins share it. Those who ask later share the next
 * turn, because it has to see what happened until they asked.
 */
export class Turns<T> {
  private current: Promise<T> | undefined;
  private waiting: Promise<T> | undefined;
  private hurry = new AbortController();

  /**
   * @param work must not reject; `hurry` is aborted when another turn waits
   */
  constructor(private readonly work: (hurry: AbortSignal) => Promise<T>) {}

  get isBusy(): boolean {
    return this.current !== undefined || this.waiting !== undefined;
  }

  next(): Promise<T> {
    this.hurry.abort();
    this.waiting ??= (this.current ?? Promise.resolve()).then(() => this.begin());
    return this.waiting;
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    while (this.isBusy) await (this.waiting ?? this.current);
  }

  private begin(): Promise<T> {
    this.waiting = undefined;
    this.hurry = new AbortController();
    const mine = this.work(this.hurry.signal).finally(() => (this.current = undefined));
    this.current = mine;
    return mine;
  }
}
