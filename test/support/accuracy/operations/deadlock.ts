import { type DataSource, type EntityManager } from 'typeorm';
import { type SqlConnection } from '../../sql-connection.js';
import { waitUntil } from '../../wait-until.js';
import { Owner } from '../entities.js';
import { type Workplace } from '../operation.js';
import { insertToy } from './steps.js';

export async function twoOwners(db: DataSource): Promise<readonly number[]> {
  const owners = [{ name: 'Ann' }, { name: 'Bob' }].map((owner) => Object.assign(new Owner(), owner));
  return (await db.manager.save(owners)).map(({ id }) => id);
}

/** Each waits for the row the other has. The server lets the one live that has changed more. */
export async function loseDeadlock(
  manager: EntityManager,
  ids: readonly number[],
  { connect }: Workplace,
): Promise<void> {
  const [ours, theirs] = ids.map((id) => `UPDATE owners SET name = 'renamed' WHERE id = ${id}`);
  const [rival, watcher] = [await connect(), await connect()];
  try {
    await rival.query('START TRANSACTION');
    const dogs = Array.from({ length: 20 }, (_, index) => `('rival ${index}')`);
    await rival.query(`INSERT INTO dogs (name) VALUES ${dogs.join(', ')}`);
    await rival.query(theirs!);
    await insertToy(manager, 'ball');
    await manager.query(ours!);
    const rivalsTurn = rival.query(ours!);
    // The server refreshes what it tells of waiting only for who has not asked for a tenth of a second.
    await waitUntil('the rival waits', () => isSomebodyWaiting(watcher), { intervalMs: 150 });
    try {
      await manager.query(theirs!);
    } finally {
      await rivalsTurn;
      await rival.query('ROLLBACK');
    }
  } finally {
    await rival.close();
    await watcher.close();
  }
}

async function isSomebodyWaiting(watcher: SqlConnection): Promise<boolean> {
  const waiting = await watcher.query("SELECT 1 FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'");
  return waiting.length > 0;
}

/** Swallows what the server says to the one that it ended. */
export function isDeadlock(error: unknown): void {
  if ((error as { readonly code?: unknown }).code !== 'ER_LOCK_DEADLOCK') throw error;
}
