import { withoutNoise } from '../statements/statement-operation.js';

/** A statement that begins, divides or ends a transaction. */
export interface TransactionControl {
  readonly kind: 'begin' | 'commit' | 'rollback' | 'savepoint' | 'release' | 'rollback to';
  /** Of a savepoint. */
  readonly name: string;
}

const NAME = '["`[]?([\\w$]+)["`\\]]?';

/** The first that matches. SQL Server says SAVE TRANSACTION, and ROLLBACK TRANSACTION with a name. */
const FORMS: readonly (readonly [TransactionControl['kind'], RegExp])[] = [
  ['begin', /^(?:begin|start\s+transaction)\b/i],
  ['savepoint', new RegExp(`^(?:savepoint|save\\s+tran(?:saction)?)\\s+${NAME}`, 'i')],
  ['release', new RegExp(`^release\\s+(?:savepoint\\s+)?${NAME}`, 'i')],
  ['rollback to', new RegExp(`^rollback(?:\\s+(?:work|transaction))?\\s+to\\s+(?:savepoint\\s+)?${NAME}`, 'i')],
  ['rollback to', new RegExp(`^rollback\\s+tran(?:saction)?\\s+${NAME}`, 'i')],
  ['rollback', /^(?:rollback|abort)\b/i],
  ['commit', /^(?:commit|end)\b/i],
];

/** What a statement does to the transaction of its connection, whether TypeORM sends it or the application does. */
export function transactionControl(sql: unknown): TransactionControl | undefined {
  if (typeof sql !== 'string') return undefined;
  const text = withoutNoise(sql);
  for (const [kind, form] of FORMS) {
    const match = form.exec(text);
    if (match !== null) return { kind, name: match[1]?.toLowerCase() ?? '' };
  }
  return undefined;
}
