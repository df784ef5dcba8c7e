import { type Entity, type Statement, type StatementError, type StatementOperation } from '../database-events.js';
import { type RequestTally } from '../request-scope.js';
import { type DataSourceObserver } from './data-source-observer.js';
import { statementError } from './statement-error.js';
import { operationOfQueryType, operationOfSql } from './statement-operation.js';
import { tagOf } from './statement-tag.js';
import { type ExpressionMapLike, type QueryRunnerLike } from './typeorm-types.js';
import { writtenRows } from './written-rows.js';

/** A statement between its call and its result, and the event that tells of it. */
export class ObservedStatement implements Statement {
  durationSeconds = 0;
  error: StatementError | undefined = undefined;
  readonly startedAt = performance.now();

  constructor(
    readonly operation: StatementOperation,
    readonly entity: Entity,
    readonly sql: unknown,
    /** What the query builder knew of it, when one made it. */
    readonly tag: ExpressionMapLike | undefined,
    readonly request: RequestTally | undefined,
  ) {}
}

/** Follows the statements of one data source. Nothing here throws. */
export class Statements {
  constructor(private readonly observer: DataSourceObserver) {}

  /** Undefined when the statement is not to be followed. */
  begin(sql: unknown, parameters: unknown): ObservedStatement | undefined {
    const { observer } = this;
    if (observer.isDeaf) return undefined;
    try {
      const statement = this.describe(sql, tagOf(parameters));
      if (statement.request !== undefined) statement.request.databaseQueries += 1;
      observer.listener.statementStarted(statement);
      return statement;
    } catch (error) {
      observer.report(error);
      return undefined;
    }
  }

  succeeded(statement: ObservedStatement, runner: QueryRunnerLike, result: unknown): void {
    try {
      this.end(statement);
      const { tag, entity } = statement;
      const written = tag?.mainAlias?.hasMetadata === true ? writtenRows(tag, result) : undefined;
      if (written !== undefined) this.observer.transactions.wrote(runner, { entity, ...written });
      else if (statement.operation === 'ddl') this.observer.transactions.schemaChanged(runner, statement.sql);
    } catch (error) {
      this.observer.report(error);
    }
  }

  failed(statement: ObservedStatement, runner: QueryRunnerLike, error: unknown): void {
    try {
      statement.error = statementError(error);
      this.end(statement);
      this.observer.transactions.statementFailed(runner, error);
    } catch (fault) {
      this.observer.report(fault);
    }
  }

  private describe(sql: unknown, tag: ExpressionMapLike | undefined): ObservedStatement {
    const { observer } = this;
    const request = observer.scope?.current();
    if (tag === undefined) return new ObservedStatement(operationOfSql(sql), observer.noEntity, sql, tag, request);
    const alias = tag.mainAlias;
    const entity = alias?.hasMetadata === true ? observer.entityOf(alias.metadata) : observer.noEntity;
    return new ObservedStatement(operationOfQueryType(tag.queryType), entity, sql, tag, request);
  }

  private end(statement: ObservedStatement): void {
    statement.durationSeconds = (performance.now() - statement.startedAt) / 1000;
    if (statement.request !== undefined) statement.request.databaseSeconds += statement.durationSeconds;
    this.observer.listener.statementEnded(statement);
  }
}
