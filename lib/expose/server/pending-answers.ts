interface Waiting<T> {
  readonly resolve: (answer: T) => void;
  readonly reject: (error: unknown) => void;
}

/** Questions to another thread that wait for their answers. */
export class PendingAnswers<T> {
  private readonly waiting = new Map<number, Waiting<T>>();
  private lastId = 0;

  /** How many wait. */
  get size(): number {
    return this.waiting.size;
  }

  /** A new question: post it with this id. */
  ask(): { readonly id: number; readonly answer: Promise<T> } {
    this.lastId += 1;
    const id = this.lastId;
    const answer = new Promise<T>((resolve, reject) => this.waiting.set(id, { resolve, reject }));
    // Whoever asked may have left.
    answer.catch(() => undefined);
    return { id, answer };
  }

  resolve(id: number, answer: T): void {
    this.take(id)?.resolve(answer);
  }

  reject(id: number, error: unknown): void {
    this.take(id)?.reject(error);
  }

  /** Nobody waits for this answer any more. Tells whether it was still to come. */
  forget(id: number): boolean {
    return this.waiting.delete(id);
  }

  rejectAll(error: unknown): void {
    for (const { reject } of this.waiting.values()) reject(error);
    this.waiting.clear();
  }

  private take(id: number): Waiting<T> | undefined {
    const found = this.waiting.get(id);
    this.waiting.delete(id);
    return found;
  }
}
