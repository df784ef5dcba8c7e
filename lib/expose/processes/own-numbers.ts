import { type JournalEntry } from '../../metrics/journal.js';
import { type FollowedReading } from '../journal-follower.js';
import { type Reading } from '../reading.js';
import { type ShortEntry, shortEntries } from './bytes/entries.js';
import { foreignToJson } from './bytes/foreign-json.js';
import { FamiliesVersion } from './bytes/families-version.js';
import { jsonFrame } from './bytes/frames.js';
import { EMPTY_READING, type ShareContent, type ShareHead, type ToldVersions } from './bytes/share-content.js';
import { inheritedFrames, valueFrames } from './bytes/write-share.js';
import { KnownForeign } from './known-foreign.js';
import { endedOf } from './merge/ended-of.js';
import { mergeShares } from './merge/merge-shares.js';
import { type NumbersFile } from './numbers-file.js';

/** Ids that are kept: of the last that were inherited. Their files are gone long before as many others have ended. */
const MAX_INHERITED_IDS = 2000;

/** The numbers of this process, and those that it inherited. In memory, and in its file. */
export class OwnNumbers {
  private inherited = EMPTY_READING;
  private inheritedIds: readonly string[] = [];
  /** What others are told of both, as bytes, and how often it has changed. */
  private inheritedBytes = { version: 0, frames: inheritedFrames(EMPTY_READING, []) };
  private readonly families = new FamiliesVersion();
  private readonly foreign = new KnownForeign();
  private entries: ShortEntry[] = [];

  /** @param readShared the own numbers at this moment, without the application's thread */
  constructor(
    private readonly head: ShareHead,
    private readonly file: NumbersFile,
    private readonly readShared: () => FollowedReading,
    private readonly report: (problem: string) => void,
  ) {}

  /** Takes over what an earlier thread of this process had inherited. */
  restore({ own, inherited, inheritedIds }: ShareContent): void {
    this.inherited = inherited;
    this.inheritedIds = inheritedIds;
    this.foreign.update(own.foreign);
    this.tellInherited();
  }

  hear(entry: JournalEntry): void {
    this.entries.push(...shortEntries(entry));
  }

  hasInherited(id: string): boolean {
    return this.inheritedIds.includes(id);
  }

  /** A reading of this process, and what it inherited. */
  share(own: Reading): ShareContent {
    const { head, inherited, inheritedIds } = this;
    return { head, inherited, inheritedIds, own };
  }

  /** The same as bytes, without what the one who asks knows already. */
  answer(own: Reading, known: ToldVersions | undefined): readonly Uint8Array[] {
    const { inheritedBytes } = this;
    const { version, frame } = this.families.of(own.own);
    const told: ToldVersions = { families: version, inherited: inheritedBytes.version };
    return [
      jsonFrame('head', 'own', { ...this.head, told }),
      ...(known?.inherited === told.inherited ? [] : inheritedBytes.frames),
      ...(known?.families === told.families ? [] : [frame]),
      ...valueFrames('own', own.chunks, own.foreign),
    ];
  }

  /**
   * The reading, with what the metrics of others had counted before where they could not be read.
   *
   * @param isComplete all of them were asked
   */
  withForeign(own: Reading, isComplete: boolean): Reading {
    if (isComplete) this.foreign.update(own.foreign);
    return { ...own, foreign: this.foreign.completed(own.foreign) };
  }

  /**
   * Writes what was counted until now, and tells whether anything was. Numbers that were told to somebody must have been
   * written before: they never go back, not when this process is killed either.
   *
   * @errors throws what the file system says; the next call writes everything
   */
  save(): boolean {
    // Reading may receive further entries.
    const { families, chunks } = this.readShared();
    const { entries } = this;
    this.entries = [];
    const foreign = this.foreign.counted;
    if (this.file.isDue) return this.saveAll({ own: families, chunks, foreign }, entries);
    const hasChanged = this.file.write(chunks, entries);
    this.file.writeForeign(foreignToJson(foreign));
    return hasChanged;
  }

  /**
   * Adds the numbers of processes that have ended, in memory and in the file.
   *
   * @errors throws what the file system says; nothing was inherited then
   */
  inherit(ended: readonly ShareContent[]): void {
    const { inherited, inheritedIds } = this;
    const readings = ended.flatMap((one) => [one.own, one.inherited]);
    const shares = [inherited, ...readings].map((reading) => ({ slot: -1, reading, isEnded: true }));
    this.inherited = endedOf(mergeShares(shares, this.report));
    const ids = ended.flatMap((one) => [...one.inheritedIds, one.head.id]);
    this.inheritedIds = [...new Set([...inheritedIds, ...ids])].slice(-MAX_INHERITED_IDS);
    try {
      this.saveWhole();
      this.tellInherited();
    } catch (error) {
      this.inherited = inherited;
      this.inheritedIds = inheritedIds;
      throw error;
    }
  }

  close(): void {
    this.file.close();
  }

  private saveWhole(): void {
    const { families, chunks } = this.readShared();
    const { entries } = this;
    this.entries = [];
    this.saveAll({ own: families, chunks, foreign: this.foreign.counted }, entries);
  }

  private saveAll(own: Reading, entries: readonly ShortEntry[]): true {
    try {
      this.file.writeAll(this.share(own));
      return true;
    } catch (error) {
      this.file.writeKnownCells(own.chunks, entries);
      throw error;
    }
  }

  private tellInherited(): void {
    const frames = inheritedFrames(this.inherited, this.inheritedIds);
    this.inheritedBytes = { version: this.inheritedBytes.version + 1, frames };
  }
}
