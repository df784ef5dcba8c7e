import {
  type DatabaseListener,
  type Entity,
  type Statement,
  type StatementError,
  type StatementOperation,
} from '../../database-events.js';
import { type RequestTally } from '../../request-scope.js';
import { type Transaction } from '../transactions/transaction.js';
import { transactionControl, type TransactionControl } from '../transactions/transaction-control.js';
import { type ExpressionMapLike } from '../typeorm-types.js';

/** A statement between its call and its result, and the event that tells of it. */
export class ObservedStatement implements Statement {
  durationSeconds = 0;
  error: StatementError | undefined = undefined;
  readonly startedAt = performance.now();
  readonly control: TransactionControl | undefined;
  /** The transaction that was open when it was sent. */
  transaction: Transaction | undefined = undefined;

  constructor(
    readonly operation: StatementOperation,
    readonly entity: Entity,
    public sql: unknown,
    /** What its query builder knew of it; undefined for raw SQL. */
    public tag: ExpressionMapLike | undefined,
    readonly request: RequestTally | undefined,
    /** Those who heard of its start hear of its end. */
    readonly listeners: Required<DatabaseListener>,
  ) {
    this.control = operation === 'transaction' ? transactionControl(sql) : undefined;
  }

  /** Listeners may be told later, and until then it must not keep the values that are inserted. */
  release(): void {
    this.sql = this.tag = this.transaction = undefined;
  }
}
