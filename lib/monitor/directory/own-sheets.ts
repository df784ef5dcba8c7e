import { BUCKETS_PER_HOUR, minuteOf } from '../history/bucket.js';
import { type Counts } from '../history/counts.js';
import { type RouteCounts } from '../history/route-history.js';
import { type OwnProcess } from '../own-process.js';
import { claimedName, countsName, fileIdOf } from './file-names.js';
import { type SharedDirectory } from './shared-directory.js';
import { Sheet } from './sheet.js';
import { MOST_NAME_LENGTH } from './sheet-text.js';
import { hourSlice, isForgotten, minutesSlice, type Slice, TOTALS } from './slices.js';

/** The key of the only row of the totals. */
export const ALL = 'all';

/** A process without new counts writes its totals this often, which tells when it was last seen. */
const HEARTBEAT_MS = 10_000;

/** What this process has counted, and what it has taken over of others that have ended: the source of its files. */
export class OwnSheets {
  /** What this process is called by in the names of its files. */
  readonly id: string;
  private readonly sheets = new Map<Slice, Sheet>();
  private readonly dirty = new Set<Slice>([TOTALS]);
  private totalsAt = -Infinity;

  constructor(
    private readonly directory: SharedDirectory,
    readonly process: OwnProcess,
    uuid: string,
  ) {
    this.id = fileIdOf(uuid);
  }

  bookTotals(counts: Counts): void {
    this.add(TOTALS, ALL, counts);
  }

  book(bucket: number, counts: Counts): void {
    this.add(hourSlice(bucket), String(bucket % BUCKETS_PER_HOUR), counts);
  }

  bookRoute(bucket: number, route: string, counts: RouteCounts): void {
    if (route.length + MINUTE_DIGITS > MOST_NAME_LENGTH) return;
    this.add(hourSlice(bucket), route, counts);
    this.add(minutesSlice(bucket), `${minuteOf(bucket)} ${route}`, counts);
  }

  get(slice: Slice): Sheet | undefined {
    return this.sheets.get(slice);
  }

  slices(): Iterable<readonly [Slice, Sheet]> {
    return this.sheets;
  }

  /** A sheet that the caller will change. */
  change(slice: Slice): Sheet {
    this.dirty.add(slice);
    let sheet = this.sheets.get(slice);
    if (sheet === undefined) this.sheets.set(slice, (sheet = new Sheet()));
    return sheet;
  }

  /** Everything that was booked has been written. */
  get isWritten(): boolean {
    return this.dirty.size === 0;
  }

  /** Writes the files whose counts have changed. @errors rejects when one cannot be written; it is written next time */
  async write(): Promise<void> {
    if (performance.now() - this.totalsAt >= HEARTBEAT_MS) this.change(TOTALS);
    // The totals come first: by them heirs find the other files.
    for (const slice of [...this.dirty].toSorted((one) => (one === TOTALS ? -1 : 0))) await this.writeSlice(slice);
  }

  async writeSlice(slice: Slice): Promise<void> {
    const sheet = this.sheets.get(slice);
    if (sheet === undefined || !this.dirty.delete(slice)) return;
    const { directory, process } = this;
    const { application } = directory;
    try {
      await directory.write(countsName(this.id, slice), { application, process, seenMs: Date.now(), sheet });
      if (slice === TOTALS) this.totalsAt = performance.now();
    } catch (error) {
      this.dirty.add(slice);
      throw error;
    }
  }

  /** Deletes the files that no window reaches when `bucket` is running. */
  async forget(bucket: number, retentionHours: number): Promise<void> {
    for (const slice of this.sheets.keys()) {
      if (!isForgotten(slice, bucket, retentionHours)) continue;
      this.sheets.delete(slice);
      this.dirty.delete(slice);
      await this.directory.remove(countsName(this.id, slice));
    }
  }

  /** The name of another process' totals once this one has claimed them. */
  claimed(process: string): string {
    return claimedName(process, this.id);
  }

  private add(slice: Slice, key: string, counts: Float64Array): void {
    this.change(slice).add(key, counts);
  }
}

/** Before the route, in the key of a minute. */
const MINUTE_DIGITS = 9;
