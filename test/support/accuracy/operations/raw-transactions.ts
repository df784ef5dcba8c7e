import { type DataSource, type QueryRunner } from 'typeorm';
import { Toy } from '../entities.js';
import { operation } from '../operation.js';
import { changeMind, insertDog, insertToy, isFine } from './steps.js';

/** Transactions and savepoints that the application sets by raw SQL, alone or within those of TypeORM. */
export const RAW_TRANSACTIONS = [
  operation({
    title: 'a transaction that is begun and rolled back by raw SQL',
    when: (db) => onOneRunner(db, 'BEGIN', 'ROLLBACK'),
    counts: {},
  }),
  operation({
    title: 'a transaction that is begun and committed by raw SQL',
    when: (db) => onOneRunner(db, '/* mine */ begin', 'commit'),
    counts: { 'Toy insert': 1 },
  }),
  operation({
    title: 'a raw savepoint that is rolled back in a transaction of TypeORM',
    when: (db) =>
      db.transaction(async (manager) => {
        await insertToy(manager, 'ball');
        await manager.query('SAVEPOINT mine');
        await insertToy(manager, 'bone');
        await manager.query('ROLLBACK TO SAVEPOINT mine');
        await insertToy(manager, 'rope');
      }),
    counts: { 'Toy insert': 2 },
  }),
  operation({
    title: 'an insert that may fail, tried behind a raw savepoint',
    given: (db) => insertDog(db.manager, 'Bella'),
    when: (db) =>
      db.transaction(async (manager) => {
        await insertToy(manager, 'ball');
        await manager.query('SAVEPOINT attempt');
        await insertDog(manager, 'Bella').catch(swallow);
        await manager.query('ROLLBACK TO SAVEPOINT attempt');
        await insertDog(manager, 'Rex');
      }),
    counts: { 'Toy insert': 1, 'Dog insert': 1 },
  }),
  operation({
    title: 'a raw ROLLBACK in a transaction of TypeORM, which then commits nothing',
    on: ['postgres', 'mysql', 'mariadb'],
    when: (db) =>
      db.transaction(async (manager) => {
        await insertToy(manager, 'ball');
        await manager.query('ROLLBACK');
      }),
    counts: {},
  }),
  operation({
    title: 'a parameter that PostgreSQL never gets to see, whose error is swallowed',
    on: ['postgres'],
    when: (db) =>
      db.transaction(async (manager) => {
        const circular: unknown[] = [{}];
        (circular[0] as Record<string, unknown>)['self'] = circular[0];
        await insertToy(manager, 'ball');
        await manager.query('SELECT $1::json', circular).catch(swallow);
        await insertToy(manager, 'bone');
      }),
    counts: { 'Toy insert': 2 },
  }),
  operation({
    title: 'a change of the schema that fails, and has committed what was before it',
    on: ['mysql', 'mariadb'],
    when: (db) =>
      db
        .transaction(async (manager) => {
          await insertToy(manager, 'ball');
          await manager.query('CREATE TABLE toys (id int)').catch(swallow);
          changeMind();
        })
        .catch(isFine),
    counts: { 'Toy insert': 1 },
  }),
  operation({
    title: 'a temporary table, which commits nothing',
    on: ['mysql', 'mariadb'],
    when: (db) =>
      db
        .transaction(async (manager) => {
          await insertToy(manager, 'ball');
          await manager.query('/* why */ CREATE TEMPORARY TABLE passing (id int)');
          await manager.query('DROP TEMPORARY TABLE passing');
          changeMind();
        })
        .catch(isFine),
    counts: {},
  }),
  operation({
    title: 'an upkeep of tables, which commits what was before it',
    on: ['mysql', 'mariadb'],
    when: (db) =>
      db
        .transaction(async (manager) => {
          await insertToy(manager, 'ball');
          await manager.query('ANALYZE TABLE toys');
          changeMind();
        })
        .catch(isFine),
    counts: { 'Toy insert': 1 },
  }),
  operation({
    title: 'a transaction through a Proxy of its query runner',
    when: async (db) => {
      const runner = new Proxy(db.createQueryRunner(), {});
      await runner.startTransaction();
      await runner.manager.insert(Toy, { name: 'ball' });
      await runner.commitTransaction();
      await runner.release();
    },
    counts: { 'Toy insert': 1 },
  }),
  operation({
    title: 'inserts beside a transaction that is rolled back',
    on: ['postgres', 'mysql', 'mariadb'],
    when: (db) =>
      Promise.all([
        db
          .transaction(async (manager) => {
            await insertToy(manager, 'ball');
            await manager.query('SELECT 1');
            changeMind();
          })
          .catch(isFine),
        ...['a', 'b', 'c'].map((name) => insertToy(db.manager, name)),
      ]),
    counts: { 'Toy insert': 3 },
  }),
];

async function onOneRunner(db: DataSource, begin: string, end: string): Promise<void> {
  const runner: QueryRunner = db.createQueryRunner();
  await runner.query(begin);
  await runner.manager.insert(Toy, { name: 'ball' });
  await runner.query(end);
  await runner.release();
}

/** What an application does that tries whether something works. */
const swallow = () => undefined;
