import {
  type DatabaseListener,
  type Entity,
  type Statement,
  type StatementError,
  type StatementOperation,
} from '../../database-events.js';
import { type Follower } from '../../../host/follow-result.js';
import { type SpanContext } from '../../../metrics/span-context.js';
import { type RequestTally } from '../../request-scope.js';
import { type Transaction } from '../transactions/transaction.js';
import { transactionControl, type TransactionControl } from '../transactions/transaction-control.js';
import { type ExpressionMapLike, type QueryRunnerLike } from '../typeorm-types.js';

/** What becomes of a statement. */
export interface StatementFollower {
  succeeded(statement: ObservedStatement, result: unknown): void;
  failed(statement: ObservedStatement, error: unknown): void;
}

/**
 * A statement between its call and its result, and the event that tells of it. One object for all that, because it is
 * made for every statement.
 */
export class ObservedStatement implements Statement, Follower {
  durationSeconds = 0;
  error: StatementError | undefined = undefined;
  readonly startedAt = performance.now();
  readonly control: TransactionControl | undefined;
  /** The transaction that was open when it was sent. */
  transaction: Transaction | undefined = undefined;
  /** Kept when the tag is released. */
  private releasedValueSets = 1;

  constructor(
    private readonly follower: StatementFollower,
    /** Undefined once it has ended. */
    public runner: QueryRunnerLike | undefined,
    readonly operation: StatementOperation,
    readonly entity: Entity,
    public sql: unknown,
    /** What its query builder knew of it; undefined for raw SQL. */
    public tag: ExpressionMapLike | undefined,
    readonly request: RequestTally | undefined,
    readonly span: SpanContext | undefined,
    /** Those who heard of its start hear of its end. */
    readonly listeners: Required<DatabaseListener>,
  ) {
    this.control = operation === 'transaction' ? transactionControl(sql) : undefined;
  }

  get valueSets(): number {
    const values = this.tag === undefined ? undefined : this.tag.valuesSet;
    return Array.isArray(values) && values.length > 0 ? values.length : this.releasedValueSets;
  }

  succeeded(result: unknown): void {
    this.follower.succeeded(this, result);
  }

  failed(error: unknown): void {
    this.follower.failed(this, error);
  }

  /** Listeners may be told later, and until then it must not keep the values that are inserted. */
  release(): void {
    this.releasedValueSets = this.valueSets;
    this.sql = this.tag = this.transaction = this.runner = undefined;
  }
}
