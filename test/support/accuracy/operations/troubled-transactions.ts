import { type DataSource, EntityManager } from 'typeorm';
import { type SqlConnection } from '../../sql-connection.js';
import { DRIVERS } from '../databases.js';
import { Toy } from '../entities.js';
import { operation } from '../operation.js';
import { isDeadlock, loseDeadlock, twoOwners } from './deadlock.js';
import { changeMind, insertDog, insertToy, isFine } from './steps.js';

/**
 * TypeORM 0.3.20 takes a transaction for ended before its COMMIT has succeeded. The rollback that follows is then one of
 * the transaction around it, or on SQLite, with its one query runner, of none, after which none can begin any more.
 */
const NESTS_SOUNDLY = 'updateAll' in EntityManager.prototype;

/** Transactions that the database ends otherwise than the application asked for. */
export const TROUBLED_TRANSACTIONS = [
  operation({
    title: 'an error that is swallowed in a transaction, where a statement fails alone',
    on: ['better-sqlite3', 'sqljs', 'mysql', 'mariadb'],
    given: (db) => insertDog(db.manager, 'Bella'),
    when: swallowError,
    counts: { 'Dog insert': 1, 'Toy insert': 1 },
  }),
  operation({
    title: 'an error that is swallowed in a transaction, which PostgreSQL then rolls back at COMMIT',
    on: ['postgres'],
    given: (db) => insertDog(db.manager, 'Bella'),
    when: (db) => swallowError(db).catch(() => undefined),
    counts: {},
  }),
  operation({
    title: 'a transaction that the server ends in favour of another',
    on: ['mysql', 'mariadb'],
    given: twoOwners,
    when: (db, ids, workplace) => db.transaction((manager) => loseDeadlock(manager, ids, workplace)).catch(isDeadlock),
    counts: {},
  }),
  operation({
    title: 'a transaction that goes on after the server ended it in favour of another',
    on: ['mysql', 'mariadb'],
    given: twoOwners,
    when: (db, ids, workplace) =>
      db.transaction(async (manager) => {
        await loseDeadlock(manager, ids, workplace).catch(isDeadlock);
        await insertToy(manager, 'bone');
      }),
    counts: { 'Toy insert': 1 },
  }),
  operation({
    title: 'a transaction that goes on after the server ended it, and is rolled back too late',
    on: ['mysql', 'mariadb'],
    given: twoOwners,
    when: (db, ids, workplace) =>
      db
        .transaction(async (manager) => {
          await loseDeadlock(manager, ids, workplace).catch(isDeadlock);
          await insertToy(manager, 'bone');
          changeMind();
        })
        .catch(isFine),
    counts: { 'Toy insert': 1 },
  }),
  operation({
    title: 'a transaction that a statement about the schema commits before it is rolled back',
    on: ['mysql', 'mariadb'],
    when: async (db) => {
      await db
        .transaction(async (manager) => {
          await insertToy(manager, 'ball');
          await manager.query('CREATE TABLE passing (id int)');
          changeMind();
        })
        .catch(isFine);
      await db.query('DROP TABLE passing');
    },
    counts: { 'Toy insert': 1 },
  }),
  operation({
    title: 'a transaction of which a statement about the schema commits the first part, and the rest is not in it',
    on: ['mysql', 'mariadb'],
    when: async (db) => {
      await db
        .transaction(async (manager) => {
          await insertToy(manager, 'ball');
          await manager.query('CREATE TABLE passing (id int)');
          await insertToy(manager, 'bone');
          changeMind();
        })
        .catch(isFine);
      await db.query('DROP TABLE passing');
    },
    counts: { 'Toy insert': 2 },
  }),
  operation({
    title: 'a transaction that creates a table, and is rolled back with it',
    on: ['better-sqlite3', 'sqljs', 'postgres'],
    when: (db) =>
      db
        .transaction(async (manager) => {
          await insertToy(manager, 'ball');
          await manager.query('CREATE TABLE passing (id int)');
          await insertToy(manager, 'bone');
          changeMind();
        })
        .catch(isFine),
    counts: {},
  }),
  operation({
    title: 'a nested transaction in which an error is swallowed, so that it cannot be committed',
    on: ['postgres'],
    isKnown: NESTS_SOUNDLY,
    given: (db) => insertDog(db.manager, 'Bella'),
    when: (db) =>
      db.transaction(async (outer) => {
        await insertDog(outer, 'Rex');
        await outer
          .transaction(async (inner) => {
            await insertToy(inner, 'ball');
            await insertDog(inner, 'Bella').catch(() => undefined);
          })
          .catch(() => undefined);
        await insertDog(outer, 'Tilly');
      }),
    counts: { 'Dog insert': 2 },
  }),
  operation({
    title: 'a nested transaction that cannot be committed, for which TypeORM rolls back the outer one too',
    on: ['postgres'],
    isKnown: !NESTS_SOUNDLY,
    given: (db) => insertDog(db.manager, 'Bella'),
    when: (db) =>
      db
        .transaction(async (outer) => {
          await insertDog(outer, 'Rex');
          await outer
            .transaction(async (inner) => {
              await insertToy(inner, 'ball');
              await insertDog(inner, 'Bella').catch(() => undefined);
            })
            .catch(() => undefined);
          await insertDog(outer, 'Tilly');
        })
        .catch(() => undefined),
    counts: { 'Dog insert': 1 },
  }),
  operation({
    title: 'a transaction whose COMMIT fails, for a constraint that is checked there',
    on: ['better-sqlite3', 'sqljs', 'postgres'],
    given: (db) => db.query('CREATE TABLE pledges (toy int REFERENCES toys (id) DEFERRABLE INITIALLY DEFERRED)'),
    when: async (db) => {
      const committed = db.transaction(async (manager) => {
        await insertToy(manager, 'ball');
        await manager.query('INSERT INTO pledges VALUES (-1)');
      });
      const outcome = await committed.catch((error: unknown) => error);
      await db.query('DROP TABLE pledges');
      if (!/foreign key/i.test(String(outcome))) throw new Error(`Expected COMMIT to fail, got ${String(outcome)}`);
    },
    counts: {},
  }),
  operation({
    title: 'a transaction whose connection breaks',
    on: ['postgres'],
    when: (db, _, { connect }) =>
      breakConnection(db, connect, 'SELECT pg_backend_pid() AS id', (id) => `SELECT pg_terminate_backend(${id})`),
    counts: {},
  }),
  operation({
    title: 'a transaction whose connection breaks',
    on: ['mysql', 'mariadb'],
    when: (db, _, { connect }) => breakConnection(db, connect, 'SELECT CONNECTION_ID() AS id', (id) => `KILL ${id}`),
    counts: {},
  }),
  operation({
    title: 'save() that is committed and then fails in a subscriber',
    on: NESTS_SOUNDLY ? DRIVERS : ['postgres', 'mysql', 'mariadb'],
    when: async (db) => {
      const subscriber = { afterTransactionCommit: changeMind };
      db.subscribers.push(subscriber);
      await db.manager.save(Object.assign(new Toy(), { name: 'ball' })).catch(isFine);
      db.subscribers.splice(db.subscribers.indexOf(subscriber), 1);
    },
    counts: { 'Toy insert': 1 },
  }),
];

/** On PostgreSQL the statement after the failed one fails too. */
function swallowError(db: DataSource): Promise<void> {
  return db.transaction(async (manager) => {
    await insertToy(manager, 'ball');
    await insertDog(manager, 'Bella').catch(() => undefined);
    if (db.options.type !== 'postgres') await insertDog(manager, 'Rex');
  });
}

async function breakConnection(
  db: DataSource,
  connect: () => Promise<SqlConnection>,
  askId: string,
  end: (id: number) => string,
): Promise<void> {
  const other = await connect();
  const outcome = await db
    .transaction(async (manager) => {
      await insertToy(manager, 'ball');
      const [own] = (await manager.query(askId)) as readonly { readonly id: unknown }[];
      await other.query(end(Number(own?.id)));
      await insertToy(manager, 'bone');
    })
    .catch((error: unknown) => error);
  await other.close();
  if (!(outcome instanceof Error)) throw new Error('Expected the transaction to fail');
}
