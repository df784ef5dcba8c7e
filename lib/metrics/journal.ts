import { type CellPlace } from './cell-address.js';
import { type FamilyData, type SeriesData } from './family-data.js';

interface ChunkEntry {
  readonly kind: 'chunk';
  readonly chunk: number;
  /** The cells, and behind them two counters: `chunkIn` of `cells.ts` reads them. */
  readonly buffer: ArrayBufferLike;
  /** The generation when this was written; each removed series of the chunk is one more. */
  readonly generation: number;
}

interface MetricEntry extends FamilyData {
  readonly kind: 'metric';
  readonly metric: number;
}

interface SeriesEntry extends SeriesData {
  readonly kind: 'series';
  readonly metric: number;
  readonly overflow: boolean;
}

/** A series has got cells for its exemplars, which it keeps until it is removed. */
interface ExemplarsEntry extends CellPlace {
  readonly kind: 'exemplars';
  readonly metric: number;
  readonly exemplars: CellPlace;
}

interface RemovedEntry {
  readonly kind: 'removed';
  readonly metric: number;
  /** Of the series that were removed together. */
  readonly places: readonly CellPlace[];
}

/** One thing that came into being, or went. Entries are plain data and shared memory: `postMessage` can carry them. */
export type JournalEntry = ChunkEntry | MetricEntry | SeriesEntry | ExemplarsEntry | RemovedEntry;

/**
 * Tells of chunks, metrics and series in the order in which they are made and removed. A follower (another thread, for
 * instance) can then read every number without asking this thread.
 *
 * Cells of a series that was removed are used again. So another thread copies a chunk, and then compares its generation
 * with the one that follows from the entries: where they differ, there are entries that it has not received yet.
 *
 * Native buckets move without an entry: where they are is said in cells, and `copyUnmoved` copies all chunks as they were
 * at one moment in this respect. They may move to a new chunk, so its entry must not be held back.
 */
export class Journal {
  private readonly followers = new Set<(entry: JournalEntry) => void>();

  constructor(private readonly past: () => Iterable<JournalEntry>) {}

  /** Calls `listener` with every entry so far, then with each new one. Returns the function that stops it. */
  follow(listener: (entry: JournalEntry) => void): () => void {
    for (const entry of this.past()) listener(entry);
    this.followers.add(listener);
    return () => this.followers.delete(listener);
  }

  append(entry: () => JournalEntry): void {
    if (this.followers.size === 0) return;
    const made = entry();
    for (const follower of this.followers) follower(made);
  }
}
