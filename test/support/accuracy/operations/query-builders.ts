import { type DataSource } from 'typeorm';
import { Dog, type Owner, Toy } from '../entities.js';
import { operation } from '../operation.js';
import { pack } from './saves.js';

const insertToys = (db: DataSource, ...names: readonly string[]) =>
  db
    .createQueryBuilder()
    .insert()
    .into(Toy)
    .values(names.map((name) => ({ name })));

const updateDogs = (db: DataSource) =>
  db.createQueryBuilder().update(Dog).set({ age: 5 }).where('age = :age', { age: 1 });

const deleteDogs = (db: DataSource) => db.createQueryBuilder().delete().from(Dog).where('age = :age', { age: 1 });

export const QUERY_BUILDERS = [
  operation({
    title: 'a query builder that inserts',
    when: (db) => insertToys(db, 'ball', 'bone').execute(),
    counts: { 'Toy insert': 2 },
  }),
  operation({
    title: 'a query builder that inserts, without listeners',
    when: (db) => insertToys(db, 'ball', 'bone').callListeners(false).execute(),
    counts: { 'Toy insert': 2 },
  }),
  operation({
    title: 'a query builder that inserts in a transaction of its own',
    when: (db) => insertToys(db, 'ball', 'bone').useTransaction(true).execute(),
    counts: { 'Toy insert': 2 },
  }),
  operation({
    title: 'a query builder that fails in a transaction of its own',
    given: (db) => insertToys(db, 'ball').execute(),
    when: (db) =>
      insertToys(db, 'bone', 'ball')
        .useTransaction(true)
        .execute()
        .catch(() => undefined),
    counts: {},
  }),
  operation({
    title: 'a query builder that inserts into a table by its name',
    when: (db) => db.createQueryBuilder().insert().into('toys').values({ name: 'ball' }).execute(),
    counts: { 'Toy insert': 1 },
  }),
  operation({
    title: 'a query builder that updates',
    given: pack,
    when: (db) => updateDogs(db).execute(),
    counts: { 'Dog update': 2 },
  }),
  operation({
    title: 'a query builder that updates, without listeners',
    given: pack,
    when: (db) => updateDogs(db).callListeners(false).execute(),
    counts: { 'Dog update': 2 },
  }),
  operation({
    title: 'a query builder that deletes',
    given: pack,
    when: (db) => deleteDogs(db).execute(),
    counts: { 'Dog delete': 2 },
  }),
  operation({
    title: 'a query builder that deletes, without listeners',
    given: pack,
    when: (db) => deleteDogs(db).callListeners(false).execute(),
    counts: { 'Dog delete': 2 },
  }),
  operation({
    title: 'a query builder that softly deletes',
    given: pack,
    when: (db) => db.createQueryBuilder().softDelete().from(Dog).where('age = 1').execute(),
    counts: { 'Dog soft_delete': 2 },
  }),
  operation({
    title: 'a query builder that restores',
    given: async (db) => db.manager.softRemove(await pack(db)),
    when: (db) => db.createQueryBuilder().restore().from(Dog).where('age = 1').callListeners(false).execute(),
    counts: { 'Dog restore': 2 },
  }),
  operation({
    title: 'a repository by the name of an entity',
    when: (db) => db.getRepository<Owner>('Owner').insert({ name: 'Ann' }),
    counts: { 'Owner insert': 1 },
  }),
  operation({
    title: 'the same query builder executed twice',
    when: async (db) => {
      const update = updateDogs(db);
      await update.execute();
      return update.execute();
    },
    given: pack,
    counts: { 'Dog update': 2 },
  }),
];
