import { type DatabaseListener, type TransactionOutcome } from '../../database-events.js';
import { type WrittenRows } from '../statements/written-rows.js';

interface Savepoint {
  readonly name: string;
  /** How many writes there were when it was set. */
  readonly mark: number;
}

/** A transaction of one connection, its savepoints included: what it has written, and what of it still counts. */
export class Transaction {
  /** PostgreSQL refuses everything until a rollback, if only to a savepoint, and answers COMMIT with a rollback. */
  isAborted = false;
  /** The database has ended it already, though TypeORM does not know: what is written now is committed at once. */
  isEndedByDatabase = false;
  /** Its BEGIN has succeeded. */
  hasBegun = false;
  /** Its end is on the way: what is sent now comes after it. */
  isEnding = false;
  outcome: TransactionOutcome | undefined = undefined;

  private readonly startedAt = performance.now();
  private savepoints: Savepoint[] = [];
  private written: WrittenRows[] = [];

  constructor(
    /** Those who heard of its begin hear of its end. */
    readonly listeners: Required<DatabaseListener>,
  ) {}

  get durationSeconds(): number {
    return (performance.now() - this.startedAt) / 1000;
  }

  wrote(rows: WrittenRows): void {
    this.written.push(rows);
  }

  savepoint(name: string): void {
    this.savepoints.push({ name, mark: this.written.length });
  }

  /** It and those within it are no more. */
  release(name: string): void {
    const at = this.indexOf(name);
    if (at !== -1) this.savepoints.length = at;
  }

  /** It stays, and what was written after it does not. */
  rollBackTo(name: string): void {
    this.isAborted = false;
    const at = this.indexOf(name);
    const savepoint = this.savepoints[at];
    if (savepoint === undefined) return;
    this.savepoints.length = at + 1;
    this.written.length = Math.min(this.written.length, savepoint.mark);
  }

  /** The database committed what was written so far, or threw it away. */
  takeWritten(): readonly WrittenRows[] {
    const taken = this.written;
    this.written = [];
    this.savepoints = [];
    return taken;
  }

  private indexOf(name: string): number {
    return this.savepoints.findLastIndex((savepoint) => savepoint.name === name);
  }
}
