import { rm } from 'node:fs/promises';
import { type JournalEntry } from '../../metrics/journal.js';
import { wantsGroup } from '../filter.js';
import { type FollowedReading } from '../journal-follower.js';
import { type Reading } from '../reading.js';
import { type CollectedReading, type TakeReading } from '../scraper.js';
import { assertOneApplication } from './application-check.js';
import { bootId } from './boot-id.js';
import { SHARE_FORMAT, type ShareContent } from './bytes/share-content.js';
import { CountSignal } from './count-signal.js';
import { writeCounts } from './counted-processes.js';
import { countedShares } from './counted-shares.js';
import { removeLeftovers } from './leftovers.js';
import { mergeShares } from './merge/merge-shares.js';
import { NumbersFile } from './numbers-file.js';
import { type Others, OtherProcesses } from './other-processes.js';
import { OwnNumbers } from './own-numbers.js';
import { ProcessFiles } from './process-files.js';
import { type ProcessSettings } from './process-settings.js';
import { readNumbers } from './read-numbers.js';
import { Saver } from './saver.js';
import { type ShareQuestion, ShareServer } from './share-server.js';
import { takeSlot } from './slot.js';
import { Visits } from './visits.js';

/** How long the last numbers of the application's own metrics are waited for when it ends. */
const LAST_SECONDS = 0.5;

/** Problems that are remembered, so that each is told once. */
const MAX_TOLD = 1000;
/** What was read of this process, and whether its collectors were asked. */
export interface OwnReading extends CollectedReading {
  readonly isStale: boolean;
}

/** As `TakeReading`, of this process alone. */
export type ReadOwn = (...question: Parameters<TakeReading>) => Promise<OwnReading>;

export interface GroupReport {
  /** Something is wrong with another process. */
  readonly problem: (text: string) => void;
  readonly failed: (error: unknown) => void;
}

/** The processes of the application that have the same directory, as this one of them sees them. */
export class ProcessGroup {
  private readonly files: ProcessFiles;
  private readonly others: OtherProcesses;
  private readonly server: ShareServer;
  private readonly signal: CountSignal;
  private readonly boot = bootId();
  private readonly told = new Set<string>();
  private own: OwnNumbers | undefined;
  private saver: Saver | undefined;

  constructor(
    private readonly settings: ProcessSettings,
    private readonly readShared: () => FollowedReading,
    private readonly readOwn: ReadOwn,
    private readonly report: GroupReport,
  ) {
    const { directory, id, signal } = settings;
    this.files = new ProcessFiles(directory, id);
    this.signal = new CountSignal(signal);
    const visits = new Visits(directory, id, this.boot, (process, problem) =>
      this.tell(`${process} ${problem}`, problem),
    );
    // Once, not at each scrape.
    const inheritFailed = (error: unknown) => this.tell('inherit', `Numbers cannot be inherited: ${String(error)}`);
    this.others = new OtherProcesses(directory, id, visits, inheritFailed);
    this.server = new ShareServer(this.files.socket, (question, gone) => this.answer(question, gone), report.failed);
  }

  /**
   * Takes a number, inherits from those that have ended, and begins to answer the others. Gives the number.
   *
   * @errors rejects when the directory has numbers of another application, or cannot be used
   */
  async join(): Promise<number> {
    const { directory, application, id, formerSlot } = this.settings;
    await assertOneApplication(directory, id, application);
    const slot = await takeSlot(this.files, formerSlot);
    await this.begin(slot);
    try {
      // One that began at the same time has said by now which application it is.
      await assertOneApplication(directory, id, application);
    } catch (error) {
      this.end();
      await rm(this.files.numbers(slot), { force: true });
      throw error;
    }
    await this.server.listen();
    await this.others.read(undefined, this.joined());
    await removeLeftovers(directory, id);
    return slot;
  }

  /** Writes the numbers for the first time, and from now on whenever they change. */
  private async begin(slot: number): Promise<void> {
    const { application, id, formerSlot, version } = this.settings;
    const head = { format: SHARE_FORMAT, id, slot, pid: process.pid, boot: this.boot, application, version };
    const path = this.files.numbers(slot);
    const { temporary, life } = this.files;
    const own = new OwnNumbers(head, new NumbersFile(path, temporary, life), this.readShared, (problem) =>
      this.tell(problem, problem),
    );
    const former = formerSlot === undefined ? undefined : await this.formerNumbers(path);
    if (former !== undefined) own.restore(former);
    this.own = own;
    this.saver = new Saver(this.signal, () => own.save(), this.report.failed);
    this.saver.start();
  }

  /** What an earlier thread of this process has written. */
  private async formerNumbers(path: string): Promise<ShareContent | undefined> {
    try {
      return await readNumbers(path);
    } catch (error) {
      this.report.failed(error);
      return undefined;
    }
  }

  private end(): void {
    this.saver?.stop();
    this.own?.close();
  }

  hear(entry: JournalEntry): void {
    this.own?.hear(entry);
  }

  /** Something was counted. */
  counted(): void {
    this.saver?.saveSoon();
  }

  /** The process ends, and waits for that. */
  saveLast(): void {
    this.saver?.saveNow();
    this.signal.endedWithSave();
  }

  /** Readings of all processes. `readOwn` reads this one. */
  takeWith(readOwn: ReadOwn): TakeReading {
    return async (timeoutSeconds, givenUp, filter) => {
      const own = this.joined();
      const [mine, others] = await Promise.all([
        this.ownReading(readOwn, timeoutSeconds, givenUp, filter),
        this.others.read({ timeoutSeconds, groups: filter?.groups }, own),
      ]);
      givenUp.throwIfAborted();
      return { reading: this.merged(mine.reading, others), isComplete: mine.isComplete };
    };
  }

  private merged(mine: Reading, others: Others): Reading {
    const shares = countedShares(this.joined().share(mine), others);
    const reading = mergeShares(shares, (problem) => this.tell(problem, problem));
    const { alive, unread } = others;
    const processes = 1 + alive.length + unread;
    const unanswered = unread + alive.filter(({ hasAnswered }) => !hasAnswered).length;
    writeCounts(reading, this.settings.metrics, { processes, unanswered });
    return reading;
  }

  /** Writes the last numbers. The file stays: the next process that is scraped or started inherits it. */
  async leave(): Promise<void> {
    if (this.own === undefined) return;
    try {
      await this.ownReading(this.readOwn, LAST_SECONDS, new AbortController().signal, undefined);
    } catch (error) {
      this.report.failed(error);
    }
    this.end();
    await this.server.close();
  }

  private async answer(
    { timeoutSeconds, groups, known }: ShareQuestion,
    gone: AbortSignal,
  ): Promise<readonly Uint8Array[]> {
    const filter = groups && { names: undefined, groups };
    const { reading } = await this.ownReading(this.readOwn, timeoutSeconds, gone, filter);
    return this.joined().answer(reading, known);
  }

  /** What is told of this process, after it was written. */
  private async ownReading(read: ReadOwn, ...question: Parameters<TakeReading>): Promise<CollectedReading> {
    const own = this.joined();
    const { reading, isStale, isComplete } = await read(...question);
    const [, , filter] = question;
    const completed = own.withForeign(reading, !isStale && wantsGroup(filter));
    this.saver?.saveNow();
    return { reading: completed, isComplete };
  }

  private joined(): OwnNumbers {
    if (this.own === undefined) throw new Error('This process has not joined the others yet.');
    return this.own;
  }

  private tell(key: string, problem: string): void {
    if (this.told.has(key)) return;
    if (this.told.size >= MAX_TOLD) this.told.clear();
    this.told.add(key);
    this.report.problem(problem);
  }
}
