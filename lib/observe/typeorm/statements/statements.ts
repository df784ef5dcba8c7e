import { type DataSourceSink } from '../data-source-sink.js';
import { type Transactions } from '../transactions/transactions.js';
import { type ExpressionMapLike, type QueryRunnerLike } from '../typeorm-types.js';
import { type Entities } from './entities.js';
import { ObservedStatement, type StatementFollower } from './observed-statement.js';
import { statementError } from './statement-error.js';
import { operationOfQueryType, operationOfSql } from './statement-operation.js';
import { tagOf } from './statement-tag.js';
import { writtenRows } from './written-rows.js';

/** Follows the statements of one data source. Nothing here throws. */
export class Statements implements StatementFollower {
  constructor(
    private readonly sink: DataSourceSink,
    private readonly entities: Entities,
    private readonly transactions: Transactions,
  ) {}

  /** Undefined when the statement is not to be followed. */
  begin(runner: QueryRunnerLike, sql: unknown, parameters: unknown): ObservedStatement | undefined {
    if (this.sink.isFull) return undefined;
    try {
      const statement = this.describe(runner, sql, tagOf(parameters));
      statement.transaction = this.transactions.enter(runner, statement.control);
      statement.request?.queried();
      statement.listeners.statementStarted(statement);
      return statement;
    } catch (error) {
      this.sink.report(error);
      return undefined;
    }
  }

  succeeded(statement: ObservedStatement, result: unknown): void {
    try {
      const { tag, entity } = statement;
      this.end(statement);
      const written = tag?.mainAlias?.hasMetadata === true ? writtenRows(tag, entity, result) : undefined;
      if (written !== undefined) this.transactions.wrote(statement.transaction, written);
      this.transactions.succeeded(statement);
      statement.release();
    } catch (error) {
      this.sink.report(error);
    }
  }

  failed(statement: ObservedStatement, error: unknown): void {
    try {
      statement.error = statementError(error);
      this.end(statement);
      this.transactions.failed(statement, error);
      statement.release();
    } catch (fault) {
      this.sink.report(fault);
    }
  }

  private describe(runner: QueryRunnerLike, sql: unknown, tag: ExpressionMapLike | undefined): ObservedStatement {
    const { listeners, requestScope, activeSpan } = this.sink;
    const request = requestScope?.current();
    const span = activeSpan?.current();
    if (tag === undefined) {
      const operation = operationOfSql(sql);
      return new ObservedStatement(this, runner, operation, this.entities.none, sql, tag, request, span, listeners);
    }
    const alias = tag.mainAlias;
    const entity = alias?.hasMetadata === true ? this.entities.of(alias.metadata) : this.entities.none;
    const operation = operationOfQueryType(tag.queryType);
    return new ObservedStatement(this, runner, operation, entity, sql, tag, request, span, listeners);
  }

  private end(statement: ObservedStatement): void {
    statement.durationSeconds = (performance.now() - statement.startedAt) / 1000;
    statement.request?.queryTook(statement.durationSeconds);
    statement.listeners.statementEnded(statement);
  }
}
