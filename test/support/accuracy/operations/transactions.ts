import { Dog, Owner, Toy } from '../entities.js';
import { operation } from '../operation.js';
import { changeMind, insertDog, insertToy, isFine } from './steps.js';

export const TRANSACTIONS = [
  operation({
    title: 'a transaction that is committed',
    when: (db) =>
      db.transaction(async (manager) => {
        await insertDog(manager, 'Bella');
        await manager.save(Object.assign(new Toy(), { name: 'ball' }));
        await manager.update(Dog, { name: 'Bella' }, { age: 4 });
      }),
    counts: { 'Dog insert': 1, 'Toy insert': 1, 'Dog update': 1 },
    really: { 'Dog inserted': 1, 'Toy inserted': 1 },
    because: 'one row was both inserted and updated',
  }),
  operation({
    title: 'a transaction that is rolled back',
    when: (db) =>
      db
        .transaction(async (manager) => {
          await insertDog(manager, 'Bella');
          await manager.save(Object.assign(new Toy(), { name: 'ball' }));
          changeMind();
        })
        .catch(isFine),
    counts: {},
  }),
  operation({
    title: 'a transaction by a query runner that is committed',
    when: async (db) => {
      const runner = db.createQueryRunner();
      await runner.startTransaction();
      await insertDog(runner.manager, 'Bella');
      await runner.commitTransaction();
      await insertDog(runner.manager, 'Rex');
      await runner.release();
    },
    counts: { 'Dog insert': 2 },
  }),
  operation({
    title: 'two transactions of one query runner, the first rolled back',
    when: async (db) => {
      const runner = db.createQueryRunner();
      await runner.startTransaction();
      await insertDog(runner.manager, 'Bella');
      await runner.rollbackTransaction();
      await runner.startTransaction();
      await insertDog(runner.manager, 'Rex');
      await runner.commitTransaction();
      await runner.release();
    },
    counts: { 'Dog insert': 1 },
  }),
  operation({
    title: 'a nested transaction that is rolled back in one that is committed',
    when: (db) =>
      db.transaction(async (outer) => {
        await insertDog(outer, 'Bella');
        await outer
          .transaction(async (inner) => {
            await insertDog(inner, 'Rex');
            await insertToy(inner, 'ball');
            changeMind();
          })
          .catch(isFine);
        await insertDog(outer, 'Tilly');
      }),
    counts: { 'Dog insert': 2 },
  }),
  operation({
    title: 'a nested transaction that is committed in one that is rolled back',
    when: (db) =>
      db
        .transaction(async (outer) => {
          await insertDog(outer, 'Bella');
          await outer.transaction((inner) => insertDog(inner, 'Rex'));
          changeMind();
        })
        .catch(isFine),
    counts: {},
  }),
  operation({
    title: 'three nested transactions of which the middle one is rolled back',
    when: (db) =>
      db.transaction(async (outer) => {
        await insertDog(outer, 'Bella');
        await outer
          .transaction(async (middle) => {
            await middle.transaction((inner) => insertDog(inner, 'Rex'));
            changeMind();
          })
          .catch(isFine);
        await outer.transaction((another) => insertToy(another, 'ball'));
      }),
    counts: { 'Dog insert': 1, 'Toy insert': 1 },
  }),
  operation({
    title: 'a nested transaction that fails in one that is committed',
    given: (db) => insertDog(db.manager, 'Bella'),
    when: (db) =>
      db.transaction(async (outer) => {
        await insertDog(outer, 'Rex');
        await outer
          .transaction(async (inner) => {
            await insertToy(inner, 'ball');
            await insertDog(inner, 'Bella');
          })
          .catch(() => undefined);
      }),
    counts: { 'Dog insert': 1 },
  }),
  operation({
    title: 'save() in a transaction that is committed, and remove() in one that is rolled back',
    when: async (db) => {
      const ann = await db.transaction((manager) => manager.save(Object.assign(new Owner(), { name: 'Ann' })));
      await db
        .transaction(async (manager) => {
          await manager.remove(ann);
          changeMind();
        })
        .catch(isFine);
    },
    counts: { 'Owner insert': 1 },
  }),
  operation({
    title: 'twenty transactions at once, half of them rolled back',
    on: ['postgres', 'mysql', 'mariadb'],
    when: (db) =>
      Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          db
            .transaction(async (manager) => {
              await insertDog(manager, `dog ${index}`);
              await insertToy(manager, `toy ${index}`);
              if (index % 2 === 1) changeMind();
            })
            .catch(isFine),
        ),
      ),
    counts: { 'Dog insert': 10, 'Toy insert': 10 },
  }),
];
