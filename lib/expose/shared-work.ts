/** Work that is done once for all who wait for it, and given up when the last of them has left. */
export class SharedWork<T> {
  readonly result: Promise<T>;
  private readonly abort = new AbortController();
  private waiting = 0;
  private isDone = false;

  constructor(work: (givenUp: AbortSignal) => Promise<T>) {
    this.result = work(this.abort.signal).finally(() => (this.isDone = true));
    // Given up, it fails with nobody left to hear of it.
    this.result.catch(() => undefined);
  }

  get isGivenUp(): boolean {
    return this.abort.signal.aborted;
  }

  /** The result, unless who asks is gone before it is there. */
  async for(gone: AbortSignal | undefined): Promise<T> {
    this.waiting += 1;
    try {
      return await unlessGone(this.result, gone);
    } finally {
      this.waiting -= 1;
      if (this.waiting === 0 && !this.isDone) this.abort.abort();
    }
  }
}

/** What `work` comes to, or the reason of `gone` if that is aborted first. No listener stays. */
export async function unlessGone<T>(work: Promise<T>, gone: AbortSignal | undefined): Promise<T> {
  if (gone === undefined) return work;
  gone.throwIfAborted();
  let leave = (): void => undefined;
  const left = new Promise<never>((_, reject) => {
    leave = () => reject(gone.reason as Error);
    gone.addEventListener('abort', leave, { once: true });
  });
  try {
    return await Promise.race([work, left]);
  } finally {
    gone.removeEventListener('abort', leave);
  }
}
