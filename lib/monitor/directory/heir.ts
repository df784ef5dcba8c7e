import { bucketAt } from '../history/bucket.js';
import { type CountsFile, hasSameFiles, lifeName, type Listing } from './file-names.js';
import { type OwnSheets } from './own-sheets.js';
import { type SharedDirectory } from './shared-directory.js';
import { type Sheet } from './sheet.js';
import { isForgotten, type Slice, TOTALS } from './slices.js';

/** The counts of this process are not written meanwhile. */
const SWEEP_MS = 300;

/**
 * Adds the files of processes that have ended to those of this process, and deletes them: however many came and went,
 * there are as many files as live processes need. Decision 50 says why nothing is lost or counted twice.
 */
export class Heir {
  /** Ended processes whose files are of a later version or of another application. */
  private readonly leftAlone = new Set<string>();

  constructor(
    private readonly directory: SharedDirectory,
    private readonly own: OwnSheets,
    private readonly retentionHours: number,
  ) {}

  /**
   * False when it took too long, and the next sweep has to go on.
   *
   * @errors rejects when a file cannot be read, written or deleted; the next sweep goes on from there
   */
  async sweep(): Promise<boolean> {
    const endsAt = performance.now() + SWEEP_MS;
    const ended = await this.ended();
    // Once more: one of them may have written a file before it ended.
    const listing = ended.length > 0 ? await this.directory.list() : undefined;
    for (const process of ended) {
      if (performance.now() > endsAt) return false;
      await this.settle(process, listing!);
    }
    await this.forgetDeleted();
    return true;
  }

  private async ended(): Promise<readonly string[]> {
    const { processes } = await this.directory.list();
    const others = [...processes].filter((process) => process !== this.own.id && !this.leftAlone.has(process));
    const lives = await this.directory.liveOnes(others);
    return others.filter((process) => !lives.has(process));
  }

  private async settle(process: string, listing: Listing): Promise<void> {
    const files = listing.of(process);
    const totals = files.find(({ slice }) => slice === TOTALS);
    if (totals !== undefined) {
      const isHeld = await this.claim(totals);
      if (isHeld === undefined) return;
      for (const file of files) if (file.slice !== TOTALS) await this.take(file, isHeld);
      await this.take({ ...totals, name: this.own.claimed(process) }, isHeld);
    }
    await this.removeRest(process, listing);
  }

  /** Undefined when it is not ours to settle, otherwise whether another process has held it before. */
  private async claim({ name, process, heir }: CountsFile): Promise<boolean | undefined> {
    const { own, directory } = this;
    if (heir === own.id) return true;
    if (heir !== undefined && (await directory.lives(heir))) return undefined;
    const content = await directory.read({ name });
    if (content === 'later' || content === 'foreign') this.leftAlone.add(process);
    if (content === 'later' || content === 'foreign' || content === 'missing') return undefined;
    return (await directory.move(name, own.claimed(process))) ? heir !== undefined : undefined;
  }

  private async take(file: CountsFile, isHeld: boolean): Promise<void> {
    const { own, directory } = this;
    const { name, process, slice } = file;
    if (!isForgotten(slice, bucketAt(Date.now()), this.retentionHours)) {
      if (!(await this.isIncluded(file, isHeld))) await this.include(file);
      // Before the file is deleted, its counts must be in another one.
      await own.writeSlice(slice);
    }
    await directory.remove(name);
    own.get(slice)?.included.delete(process);
  }

  private async include({ name, process, slice }: CountsFile): Promise<void> {
    const content = await this.directory.read({ name });
    if (content === 'missing') return;
    const sheet = this.own.change(slice);
    sheet.included.add(process);
    // Of a malformed one nothing is left to be taken.
    if (typeof content === 'string') return;
    sheet.addAll(content.sheet);
    for (const other of content.sheet.included) sheet.included.add(other);
    await this.forgetDeletedOf(slice, sheet, process);
  }

  /** Whether the counts of a file are in another one already. Only an heir that has ended can have put them there. */
  private async isIncluded({ process, slice }: CountsFile, isHeld: boolean): Promise<boolean> {
    if (this.own.get(slice)?.included.has(process) === true) return true;
    if (!isHeld) return false;
    for (;;) {
      const before = await this.directory.list();
      const files = before.files.filter((file) => file.slice === slice && file.process !== this.own.id);
      const contents = await Promise.all(files.map((file) => this.directory.read(file)));
      if (contents.some((content) => typeof content !== 'string' && content.sheet.included.has(process))) return true;
      // Another heir may have moved the counts from a file that was read late to one that was read early.
      if (hasSameFiles(slice, before, await this.directory.list())) return false;
    }
  }

  /** A name that is gone never comes back, so it need not be remembered that its counts are included. */
  private async forgetDeleted(): Promise<void> {
    for (const [slice, sheet] of this.own.slices()) await this.forgetDeletedOf(slice, sheet);
  }

  /** @param known a process whose file is there */
  private async forgetDeletedOf(slice: Slice, { included }: Sheet, known?: string): Promise<void> {
    const doubtful = [...included].filter((process) => process !== known);
    if (doubtful.length === 0) return;
    // Two listings, since one can miss a file that is renamed meanwhile.
    const listings = [await this.directory.list(), await this.directory.list()];
    for (const process of doubtful) {
      if (!listings.some((listing) => listing.has(process, slice))) included.delete(process);
    }
  }

  private async removeRest(process: string, listing: Listing): Promise<void> {
    const bucket = bucketAt(Date.now());
    const forgotten = listing.of(process).filter(({ slice }) => isForgotten(slice, bucket, this.retentionHours));
    for (const { name } of forgotten) await this.directory.remove(name);
    for (const name of listing.othersOf(process)) if (name !== lifeName(process)) await this.directory.remove(name);
    await this.directory.remove(lifeName(process));
  }
}
