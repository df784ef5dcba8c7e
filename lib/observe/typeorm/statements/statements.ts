import {
  type DatabaseListener,
  type Entity,
  type Statement,
  type StatementError,
  type StatementOperation,
} from '../../database-events.js';
import { type RequestTally } from '../../request-scope.js';
import { type DataSourceObserver } from '../data-sources/data-source-observer.js';
import { statementError } from './statement-error.js';
import { operationOfQueryType, operationOfSql } from './statement-operation.js';
import { tagOf } from './statement-tag.js';
import { type Transaction } from '../transactions/transaction.js';
import { transactionControl, type TransactionControl } from '../transactions/transaction-control.js';
import { type ExpressionMapLike, type QueryRunnerLike } from '../typeorm-types.js';
import { writtenRows } from './written-rows.js';

/** A statement between its call and its result, and the event that tells of it. */
export class ObservedStatement implements Statement {
  durationSeconds = 0;
  error: StatementError | undefined = undefined;
  readonly startedAt = performance.now();
  readonly control: TransactionControl | undefined;
  /** The one that was open when it was sent. */
  transaction: Transaction | undefined = undefined;

  constructor(
    readonly operation: StatementOperation,
    readonly entity: Entity,
    public sql: unknown,
    /** What the query builder knew of it, when one made it. */
    public tag: ExpressionMapLike | undefined,
    readonly request: RequestTally | undefined,
    /** Who heard its start and is to hear its end. */
    readonly listener: Required<DatabaseListener>,
  ) {
    this.control = operation === 'transaction' ? transactionControl(sql) : undefined;
  }
}

/** Follows the statements of one data source. Nothing here throws. */
export class Statements {
  constructor(private readonly observer: DataSourceObserver) {}

  /** Undefined when the statement is not to be followed. */
  begin(runner: QueryRunnerLike, sql: unknown, parameters: unknown): ObservedStatement | undefined {
    const { observer } = this;
    if (observer.isDeaf) return undefined;
    try {
      const statement = this.describe(sql, tagOf(parameters));
      statement.transaction = observer.transactions.enter(runner, statement.control);
      if (statement.request !== undefined) statement.request.databaseQueries += 1;
      statement.listener.statementStarted(statement);
      return statement;
    } catch (error) {
      observer.report(error);
      return undefined;
    }
  }

  succeeded(statement: ObservedStatement, runner: QueryRunnerLike, result: unknown): void {
    try {
      const { transactions } = this.observer;
      const { tag, entity } = statement;
      this.end(statement);
      const written = tag?.mainAlias?.hasMetadata === true ? writtenRows(tag, entity, result) : undefined;
      if (written !== undefined) transactions.wrote(statement.transaction, written);
      transactions.succeeded(statement, runner);
      forget(statement);
    } catch (error) {
      this.observer.report(error);
    }
  }

  failed(statement: ObservedStatement, runner: QueryRunnerLike, error: unknown): void {
    try {
      statement.error = statementError(error);
      this.end(statement);
      this.observer.transactions.failed(statement, runner, error);
      forget(statement);
    } catch (fault) {
      this.observer.report(fault);
    }
  }

  private describe(sql: unknown, tag: ExpressionMapLike | undefined): ObservedStatement {
    const { observer } = this;
    const request = observer.scope?.current();
    if (tag === undefined) {
      return new ObservedStatement(operationOfSql(sql), observer.noEntity, sql, tag, request, observer.listener);
    }
    const alias = tag.mainAlias;
    const entity = alias?.hasMetadata === true ? observer.entityOf(alias.metadata) : observer.noEntity;
    return new ObservedStatement(operationOfQueryType(tag.queryType), entity, sql, tag, request, observer.listener);
  }

  private end(statement: ObservedStatement): void {
    statement.durationSeconds = (performance.now() - statement.startedAt) / 1000;
    if (statement.request !== undefined) statement.request.databaseSeconds += statement.durationSeconds;
    statement.listener.statementEnded(statement);
  }
}

/** It may be held for a while, and with it everything that is to be inserted. */
function forget(statement: ObservedStatement): void {
  statement.sql = statement.tag = statement.transaction = undefined;
}
