import { bucketAt, BUCKETS_PER_HOUR } from '../history/bucket.js';
import { noCounts } from '../history/counts.js';
import { totalsOf } from '../memory-store.js';
import { type ProcessState } from '../state.js';
import { type TotalCounts } from '../store.js';
import { type CountsFile, hasSameFiles, type Listing, namesOf } from './file-names.js';
import { ALL, type OwnSheets } from './own-sheets.js';
import { type Refusals } from './refusals.js';
import { type SharedDirectory } from './shared-directory.js';
import { Sheet } from './sheet.js';
import { type SheetText } from './sheet-text.js';
import { SliceHistory } from './slice-history.js';
import { isOver, type Slice, slicesInReach, TOTALS } from './slices.js';

/** After so long no further slice is read: the others have to wait for the next reading. */
const READING_MS = 150;
/** Files that come and go while they are read are read again, so many times. */
const MOST_ATTEMPTS = 4;
/** What does not change any more is read again after this: a process may have been late, as after a full disk. */
const STALE_MS = 5 * 60_000;
const FILES_AT_ONCE = 16;
/** Processes that are shown. */
const MOST_PROCESSES = 1000;

/** How a slice was when it was read last. */
interface ReadSlice {
  readonly names: string;
  readonly isFinal: boolean;
  readonly readAt: number;
}

interface ReadFile {
  readonly file: CountsFile;
  readonly content: SheetText;
}

/** The counts of all processes, added up slice by slice; slices of the past are read again only when their files change. */
export class SharedCounts {
  readonly history: SliceHistory;
  totals: TotalCounts = totalsOf(noCounts());
  processes: readonly ProcessState[] = [];
  isComplete = false;
  private readonly read = new Map<Slice, ReadSlice>();
  private lastBucket = 0;
  private isLower = false;

  constructor(
    private readonly directory: SharedDirectory,
    private readonly hours: number,
    private readonly totalsOnly: boolean,
    private readonly refusals: Refusals,
  ) {
    this.history = new SliceHistory(hours);
  }

  /** @errors rejects when the directory cannot be read */
  async refresh(own: OwnSheets, nowMs: number): Promise<void> {
    const bucket = bucketAt(nowMs);
    if (bucket + BUCKETS_PER_HOUR < this.lastBucket) this.restart();
    this.lastBucket = bucket;
    const endsAt = performance.now() + READING_MS;
    let wanted: readonly Slice[] = [TOTALS, ...(this.totalsOnly ? [] : slicesInReach(bucket, this.hours))];
    for (let attempt = 0; wanted.length > 0 && attempt < MOST_ATTEMPTS; attempt += 1) {
      wanted = await this.readSlices(wanted, own, nowMs, endsAt);
    }
    this.isComplete = wanted.length === 0;
    this.history.routes.forget(bucket);
  }

  /** The slices that could not be read, or whose files have changed meanwhile. */
  private async readSlices(
    wanted: readonly Slice[],
    own: OwnSheets,
    nowMs: number,
    endsAt: number,
  ): Promise<readonly Slice[]> {
    const before = await this.directory.list();
    const files = before.bySlice();
    const read = new Map<Slice, readonly ReadFile[]>();
    const left: Slice[] = [];
    for (const slice of wanted) {
      if (this.isFresh(slice, before)) continue;
      if (read.size > 0 && performance.now() > endsAt) left.push(slice);
      else read.set(slice, await this.filesOf(files.get(slice) ?? [], own));
    }
    const after = await this.directory.list();
    for (const [slice, contents] of read) {
      const isTaken = hasSameFiles(slice, before, after) && (await this.take(slice, contents, own, nowMs));
      if (isTaken) this.note(slice, before, nowMs);
      else left.push(slice);
    }
    return left;
  }

  private isFresh(slice: Slice, listing: Listing): boolean {
    const read = this.read.get(slice);
    if (read === undefined || !read.isFinal || performance.now() - read.readAt > STALE_MS) return false;
    return read.names === namesOf(slice, listing);
  }

  private note(slice: Slice, listing: Listing, nowMs: number): void {
    const names = namesOf(slice, listing);
    this.read.set(slice, { names, isFinal: isOver(slice, nowMs), readAt: performance.now() });
  }

  /** Of this process nothing is read: what it has in memory is newer. */
  private async filesOf(files: readonly CountsFile[], own: OwnSheets): Promise<readonly ReadFile[]> {
    const others = files.filter(({ process }) => process !== own.id);
    const read: ReadFile[] = [];
    for (let at = 0; at < others.length; at += FILES_AT_ONCE) {
      const some = others.slice(at, at + FILES_AT_ONCE);
      const contents = await Promise.all(some.map((file) => this.directory.read(file)));
      for (const [i, content] of contents.entries())
        if (typeof content !== 'string') read.push({ file: some[i]!, content });
    }
    return read;
  }

  /** False when it cannot be right. */
  private async take(slice: Slice, files: readonly ReadFile[], own: OwnSheets, nowMs: number): Promise<boolean> {
    const counted = countedOf(files, own.get(slice));
    const sum = new Sheet();
    for (const { content } of counted) sum.addAll(content.sheet);
    const ownSheet = own.get(slice);
    if (ownSheet !== undefined) sum.addAll(ownSheet);
    if (slice !== TOTALS) {
      if (!this.history.take(slice, sum)) this.refusals.add('routes', this.directory.path);
      return true;
    }
    if (!this.takeTotals(sum)) return false;
    this.processes = await this.liveProcesses(counted, own, nowMs);
    return true;
  }

  /** They go back only when somebody has emptied the directory; what is lower once may be half of a change. */
  private takeTotals(sum: Sheet): boolean {
    const totals = totalsOf(sum.rows.get(ALL) ?? noCounts());
    const isLower = totals.requests < this.totals.requests || totals.statements < this.totals.statements;
    if (isLower && !this.isLower) {
      this.isLower = true;
      return false;
    }
    if (isLower) this.restart();
    this.isLower = false;
    this.totals = totals;
    return true;
  }

  private async liveProcesses(
    counted: readonly ReadFile[],
    own: OwnSheets,
    nowMs: number,
  ): Promise<readonly ProcessState[]> {
    const claimless = counted.filter(({ file }) => file.heir === undefined).slice(0, MOST_PROCESSES - 1);
    const live = await this.directory.liveOnes(claimless.map(({ file }) => file.process));
    const others = claimless
      .filter(({ file }) => live.has(file.process))
      .map(({ content }) => ({ ...content.process, lastSeenAt: iso(Math.min(content.seenMs, nowMs)) }));
    const all = [...others, { ...own.process, lastSeenAt: iso(nowMs) }];
    return all.toSorted((one, other) => one.startedAt.localeCompare(other.startedAt));
  }

  private restart(): void {
    this.history.restart();
    this.read.clear();
  }
}

/** Without those whose counts are in another file, and which are about to be deleted. */
function countedOf(files: readonly ReadFile[], own: Sheet | undefined): readonly ReadFile[] {
  const included = new Set(own?.included);
  for (const { content } of files) for (const process of content.sheet.included) included.add(process);
  return files.filter(({ file }) => !included.has(file.process));
}

function iso(timeMs: number): string {
  return new Date(timeMs).toISOString();
}
