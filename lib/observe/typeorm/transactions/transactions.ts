import { type DataSourceInfo, type TransactionOutcome } from '../../database-events.js';
import {
  abortsOnError,
  beginsByItself,
  commitsBefore,
  commitsImplicitly,
  hasRolledBackByItself,
  rollsBackOnDeadlock,
} from '../connections/driver-family.js';
import { type DataSourceSink } from '../data-source-sink.js';
import { type ObservedStatement } from '../statements/observed-statement.js';
import { isDeadlock, isFromServer, isParseError } from '../statements/statement-error.js';
import { Transaction } from './transaction.js';
import { type TransactionControl } from './transaction-control.js';
import { connectionKey, type DataSourceLike, type QueryRunnerLike } from '../typeorm-types.js';
import { type WrittenRows } from '../statements/written-rows.js';

/**
 * Follows the transactions of one data source by the statements that begin, divide and end them, TypeORM's own and
 * those of the application alike, and holds back the rows of each until it is known whether they stay. A statement
 * belongs to the transaction that is open when it is sent. Callers run it in their error boundary.
 */
export class Transactions {
  /** By connection. */
  private readonly open = new Map<object, Transaction>();

  constructor(
    private readonly sink: DataSourceSink,
    private readonly info: DataSourceInfo,
    private readonly dataSource: Pick<DataSourceLike, 'driver'>,
  ) {}

  /** The transaction that a statement will be part of. A statement that begins a transaction opens it at once. */
  enter(runner: QueryRunnerLike, control: TransactionControl | undefined): Transaction | undefined {
    if (this.open.size === 0 && control?.kind !== 'begin') return undefined;
    const key = connectionKey(runner);
    const open = this.open.get(key);
    if (control?.kind === 'begin' && open === undefined) {
      const begun = new Transaction(this.sink.listeners);
      this.open.set(key, begun);
      return begun;
    }
    if (control?.kind === 'commit' || control?.kind === 'rollback') {
      if (open !== undefined) open.isEnding = true;
      return open;
    }
    return open?.isEnding === true ? undefined : open;
  }

  succeeded(statement: ObservedStatement): void {
    const { transaction, control, runner } = statement;
    if (transaction === undefined || runner === undefined) return;
    if (control !== undefined) this.controlled(transaction, control, runner);
    else if (commitsImplicitly(this.info.driver, statement)) this.committedByDatabase(transaction);
  }

  failed(statement: ObservedStatement, error: unknown): void {
    const { transaction, control, runner } = statement;
    if (transaction === undefined || runner === undefined) return;
    const type = this.info.driver;
    if (control?.kind === 'begin') this.neverBegan(transaction, runner);
    else transaction.isEnding = false;
    if (abortsOnError(type)) transaction.isAborted ||= isFromServer(error);
    else if ((rollsBackOnDeadlock(type) && isDeadlock(error)) || hasRolledBackByItself(this.dataSource.driver)) {
      transaction.takeWritten();
      transaction.isEndedByDatabase = true;
    } else if (isFromServer(error) && !isParseError(error) && commitsImplicitly(type, statement)) {
      this.committedByDatabase(transaction);
    }
  }

  /** At once outside a transaction, otherwise when it is committed. */
  wrote(transaction: Transaction | undefined, rows: WrittenRows): void {
    if (transaction === undefined || transaction.isEndedByDatabase || transaction.outcome === 'commit') {
      const { listeners } = transaction ?? this.sink;
      listeners.rowsCommitted(rows.entity, rows.operation, rows.rows);
    } else if (transaction.outcome === undefined) transaction.wrote(rows);
  }

  /** For drivers that begin and end transactions without a statement: a method of TypeORM has begun one. */
  begunByMethod(runner: QueryRunnerLike): void {
    const key = connectionKey(runner);
    if (this.open.has(key)) return;
    const begun = new Transaction(this.sink.listeners);
    this.open.set(key, begun);
    begun.hasBegun = true;
    begun.listeners.transactionStarted(this.info);
  }

  endedByMethod(runner: QueryRunnerLike, outcome: TransactionOutcome): void {
    const transaction = this.open.get(connectionKey(runner));
    if (transaction !== undefined && !runner.isTransactionActive) this.end(transaction, runner, outcome);
  }

  isOpen(runner: QueryRunnerLike): boolean {
    return this.open.size > 0 && this.open.has(connectionKey(runner));
  }

  /** The runner gave its connection back with a transaction that is still open, or whose connection is gone. */
  released(runner: QueryRunnerLike): void {
    const transaction = this.open.get(connectionKey(runner));
    if (transaction !== undefined && runner.isReleased) this.end(transaction, runner, 'rollback');
  }

  /** The observer stops, or the connections are closed: open transactions end as rolled back. */
  endAll(): void {
    for (const [key, transaction] of this.open) this.endOf(key, transaction, 'rollback');
  }

  private controlled(transaction: Transaction, { kind, name }: TransactionControl, runner: QueryRunnerLike): void {
    if (kind === 'savepoint') transaction.savepoint(name);
    else if (kind === 'release') transaction.release(name);
    else if (kind === 'rollback to') transaction.rollBackTo(name);
    else if (kind === 'begin') this.began(transaction, runner);
    else this.end(transaction, runner, kind === 'rollback' || transaction.isAborted ? 'rollback' : 'commit');
  }

  /** One within another: MySQL commits the first, PostgreSQL goes on with it, SQLite refuses. */
  private began(transaction: Transaction, runner: QueryRunnerLike): void {
    if (transaction.hasBegun) {
      if (!commitsBefore(this.info.driver)) return;
      this.end(transaction, runner, 'commit');
      this.enter(runner, { kind: 'begin', name: '' });
    }
    const current = this.open.get(connectionKey(runner));
    if (current === undefined) return;
    current.hasBegun = true;
    current.listeners.transactionStarted(this.info);
  }

  private neverBegan(transaction: Transaction, runner: QueryRunnerLike): void {
    if (transaction.hasBegun) return;
    this.open.delete(connectionKey(runner));
    // Statements that were sent after it are in no transaction.
    transaction.outcome = 'commit';
    this.commit(transaction.listeners, transaction.takeWritten());
  }

  private committedByDatabase(transaction: Transaction): void {
    this.commit(transaction.listeners, transaction.takeWritten());
    transaction.isEndedByDatabase = !beginsByItself(this.info.driver);
  }

  private end(transaction: Transaction, runner: QueryRunnerLike, outcome: TransactionOutcome): void {
    this.endOf(connectionKey(runner), transaction, outcome);
  }

  private endOf(key: object, transaction: Transaction, outcome: TransactionOutcome): void {
    this.open.delete(key);
    transaction.outcome = outcome;
    const { listeners } = transaction;
    if (outcome === 'commit') this.commit(listeners, transaction.takeWritten());
    if (transaction.hasBegun) listeners.transactionEnded(this.info, outcome, transaction.durationSeconds);
  }

  private commit(listeners: Transaction['listeners'], written: readonly WrittenRows[]): void {
    for (const { entity, operation, rows } of written) listeners.rowsCommitted(entity, operation, rows);
  }
}
