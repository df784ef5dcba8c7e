import { type TransactionOutcome } from '../database-events.js';
import { type DataSourceObserver } from './data-source-observer.js';
import { abortsOnError, beginsByItself, commitsOnDdl, rollsBackOnDeadlock } from './driver-family.js';
import { isDeadlock } from './statement-error.js';
import { type PendingRows, Transaction } from './transaction.js';
import { type QueryRunnerLike } from './typeorm-types.js';

/**
 * Follows the transactions of one data source, and holds back the rows of each until it is known whether they stay.
 *
 * A query runner tells by `isTransactionActive` whether the outermost transaction has ended; its depth changes before
 * the statement in one version of TypeORM and after it in another. Called under the guard of whoever calls.
 */
export class Transactions {
  private readonly open = new Map<QueryRunnerLike, Transaction>();

  constructor(private readonly observer: DataSourceObserver) {}

  isOpen(runner: QueryRunnerLike): boolean {
    return this.open.has(runner);
  }

  /** At once outside a transaction, otherwise when it is committed. */
  wrote(runner: QueryRunnerLike, rows: PendingRows): void {
    const transaction = runner.isTransactionActive ? this.of(runner) : undefined;
    if (transaction === undefined || transaction.isEndedByDatabase) this.commit([rows]);
    else transaction.wrote(rows);
  }

  schemaChanged(runner: QueryRunnerLike, sql: unknown): void {
    const transaction = this.open.get(runner);
    if (transaction === undefined || !commitsOnDdl(this.observer.type, sql)) return;
    this.commit(transaction.takeWritten());
    transaction.isEndedByDatabase = !beginsByItself(this.observer.type);
  }

  statementFailed(runner: QueryRunnerLike, error: unknown): void {
    const transaction = this.open.get(runner);
    if (transaction === undefined) return;
    const { type } = this.observer;
    // What failed to reach the database at all is told by its runner, which is released then.
    if (abortsOnError(type) && (error as Error | null)?.name === 'QueryFailedError') transaction.aborted();
    else if ((rollsBackOnDeadlock(type) && isDeadlock(error)) || this.observer.databaseLeftTransaction()) {
      transaction.takeWritten();
      transaction.isEndedByDatabase = true;
    }
  }

  /** `startTransaction()` succeeded: it began one, or set a savepoint. */
  started(runner: QueryRunnerLike): void {
    if (!this.open.has(runner) && this.observer.isDeaf) return;
    const transaction = this.of(runner);
    if (!transaction.isWhole) this.observer.listener.transactionStarted(this.observer.info);
    transaction.began();
  }

  /** `commitTransaction()` has settled, one way or the other: a subscriber may throw when all is committed already. */
  committed(runner: QueryRunnerLike, succeeded: boolean): void {
    const transaction = this.open.get(runner);
    if (transaction === undefined) return;
    if (!runner.isTransactionActive) this.end(runner, transaction, transaction.outcomeOfCommit);
    else if (succeeded) transaction.savepointReleased();
  }

  /** `rollbackTransaction()` has settled. */
  rolledBack(runner: QueryRunnerLike, succeeded: boolean): void {
    const transaction = this.open.get(runner);
    if (transaction === undefined) return;
    if (!runner.isTransactionActive) this.end(runner, transaction, 'rollback');
    else if (succeeded) transaction.savepointRolledBack();
  }

  /** The runner gave its connection back, with a transaction that nobody ended or whose connection is gone. */
  released(runner: QueryRunnerLike): void {
    const transaction = this.open.get(runner);
    if (transaction !== undefined && runner.isReleased) this.end(runner, transaction, 'rollback');
  }

  /** Nobody follows them any more: what is open ends as a rollback, as one that is released open does. */
  stop(): void {
    for (const [runner, transaction] of this.open) this.end(runner, transaction, 'rollback');
  }

  private of(runner: QueryRunnerLike): Transaction {
    const open = this.open.get(runner) ?? new Transaction();
    this.open.set(runner, open);
    return open;
  }

  private end(runner: QueryRunnerLike, transaction: Transaction, outcome: TransactionOutcome): void {
    this.open.delete(runner);
    if (outcome === 'commit') this.commit(transaction.takeWritten());
    if (transaction.isWhole) {
      this.observer.listener.transactionEnded(this.observer.info, outcome, transaction.durationSeconds);
    }
  }

  private commit(written: readonly PendingRows[]): void {
    for (const { entity, operation, rows } of written) {
      this.observer.listener.rowsCommitted(entity, operation, rows);
    }
  }
}
