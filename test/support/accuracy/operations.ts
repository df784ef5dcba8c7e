import { type Operation } from './operation.js';
import { CRITERIA } from './operations/criteria.js';
import { QUERY_BUILDERS } from './operations/query-builders.js';
import { RAW_TRANSACTIONS } from './operations/raw-transactions.js';
import { INHERITANCE, RELATIONS } from './operations/relations.js';
import { SAVES } from './operations/saves.js';
import { TRANSACTIONS } from './operations/transactions.js';
import { TREES } from './operations/trees.js';
import { TROUBLED_TRANSACTIONS } from './operations/troubled-transactions.js';
import { UNSEEN } from './operations/unseen.js';
import { UPSERTS } from './operations/upserts.js';

/** Everything an application can do to its rows by TypeORM, by what it does it with. */
export const OPERATIONS: Readonly<Record<string, readonly Operation[]>> = {
  entities: SAVES,
  criteria: CRITERIA,
  'values that may be there': UPSERTS,
  'query builders': QUERY_BUILDERS,
  relations: RELATIONS,
  'several entities in one table': INHERITANCE,
  trees: TREES,
  transactions: TRANSACTIONS,
  'transactions in raw SQL': RAW_TRANSACTIONS,
  'transactions in trouble': TROUBLED_TRANSACTIONS,
  'what is written past the models': UNSEEN,
};
