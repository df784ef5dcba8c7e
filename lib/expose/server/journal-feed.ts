import { type Journal, type JournalEntry } from '../../metrics/journal.js';

/** Sends the entries of the journal to another thread: those of one turn of the event loop together. */
export class JournalFeed {
  private entries: JournalEntry[] = [];
  private unfollow: (() => void) | undefined;
  private isScheduled = false;

  constructor(
    private readonly journal: Journal,
    private readonly send: (entries: readonly JournalEntry[]) => void,
  ) {}

  /** Everything so far, in one message. */
  start(): void {
    this.unfollow = this.journal.follow((entry) => this.hear(entry));
    this.flush();
  }

  stop(): void {
    this.unfollow?.();
    this.entries = [];
  }

  flush(): void {
    if (this.entries.length === 0) return;
    const { entries } = this;
    this.entries = [];
    this.send(entries);
  }

  /**
   * The other thread must know of given back cells before another series has them, and of a chunk before native buckets
   * move into it.
   */
  private hear(entry: JournalEntry): void {
    this.entries.push(entry);
    if (this.unfollow === undefined) return;
    if (entry.kind === 'removed' || entry.kind === 'chunk') this.flush();
    else this.schedule();
  }

  private schedule(): void {
    if (this.isScheduled) return;
    this.isScheduled = true;
    queueMicrotask(() => {
      this.isScheduled = false;
      this.flush();
    });
  }
}
