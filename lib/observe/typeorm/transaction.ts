import { type Entity, type TransactionOutcome } from '../database-events.js';
import { type WrittenRows } from './written-rows.js';

/** Rows that are written and not committed yet. */
export interface PendingRows extends WrittenRows {
  readonly entity: Entity;
}

interface Level {
  /** How many writes there were when it began. */
  mark: number;
  /** PostgreSQL refuses everything until this level is rolled back, and answers COMMIT with a rollback. */
  aborted: boolean;
}

/** A transaction of one query runner, its savepoints included: what it has written, and what of it still counts. */
export class Transaction {
  private readonly startedAt = performance.now();
  private readonly levels: Level[] = [];
  private written: PendingRows[] = [];
  /** The database has ended it already, though TypeORM does not know: what is written now is committed at once. */
  isEndedByDatabase = false;

  /** The outermost level was begun while we were looking; else this is the rest of one that was under way. */
  get isWhole(): boolean {
    return this.levels.length > 0;
  }

  get durationSeconds(): number {
    return (performance.now() - this.startedAt) / 1000;
  }

  wrote(rows: PendingRows): void {
    this.written.push(rows);
  }

  /** A transaction or a savepoint began. */
  began(): void {
    this.levels.push({ mark: this.written.length, aborted: false });
  }

  savepointReleased(): void {
    this.levels.pop();
  }

  savepointRolledBack(): void {
    this.written.length = this.levels.pop()?.mark ?? 0;
  }

  /** A statement failed, and with it the level on a database that aborts. */
  aborted(): void {
    const level = this.levels.at(-1);
    if (level !== undefined) level.aborted = true;
  }

  /** The database itself committed what was written so far, or threw it away. */
  takeWritten(): readonly PendingRows[] {
    const taken = this.written;
    this.written = [];
    for (const level of this.levels) level.mark = 0;
    return taken;
  }

  /** What became of it when the application said COMMIT and the database did not object. */
  get outcomeOfCommit(): TransactionOutcome {
    return this.levels.at(-1)?.aborted === true ? 'rollback' : 'commit';
  }
}
