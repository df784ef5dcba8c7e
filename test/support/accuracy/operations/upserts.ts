import { type DataSource } from 'typeorm';
import { Toy } from '../entities.js';
import { operation } from '../operation.js';

const toys = (db: DataSource) =>
  db.manager.insert(Toy, [
    { name: 'ball', colour: 'red' },
    { name: 'bone', colour: 'white' },
  ]);

const upsert = (db: DataSource, ...values: readonly { name: string; colour: string }[]) =>
  db.manager.upsert(Toy, [...values], ['name']);

/** TypeORM itself throws after an upsert on MySQL that changed nothing: it looks for an id the server did not give. */
const ignoreMissingId = (error: unknown) => {
  if (!/entity id is not set/.test(String(error))) throw error;
};

export const UPSERTS = [
  operation({
    title: 'upsert() of new ones',
    when: (db) => upsert(db, { name: 'ball', colour: 'red' }, { name: 'bone', colour: 'white' }),
    counts: { 'Toy upsert': 2 },
    really: { 'Toy inserted': 2 },
  }),
  operation({
    title: 'upsert() that changes one',
    given: toys,
    when: (db) => upsert(db, { name: 'ball', colour: 'blue' }),
    counts: { 'Toy upsert': 1 },
    really: { 'Toy changed': 1 },
  }),
  operation({
    title: 'upsert() that changes several',
    given: toys,
    when: (db) => upsert(db, { name: 'ball', colour: 'blue' }, { name: 'bone', colour: 'blue' }),
    counts: { 'Toy upsert': 2 },
    really: { 'Toy changed': 2 },
  }),
  operation({
    title: 'upsert() that inserts one and changes one',
    given: toys,
    when: (db) => upsert(db, { name: 'rope', colour: 'blue' }, { name: 'ball', colour: 'blue' }),
    counts: { 'Toy upsert': 2 },
    really: { 'Toy inserted': 1, 'Toy changed': 1 },
  }),
  operation({
    title: 'upsert() of what is there already',
    given: toys,
    when: (db) => upsert(db, { name: 'ball', colour: 'red' }).catch(ignoreMissingId),
    counts: { 'Toy upsert': 1 },
    really: {},
    because: 'databases count a row that an upsert found as one that it changed',
  }),
  operation({
    title: 'upsert() that skips what is there already',
    on: ['postgres'],
    given: toys,
    when: (db) =>
      db.manager.upsert(
        Toy,
        [
          { name: 'ball', colour: 'red' },
          { name: 'bone', colour: 'blue' },
        ],
        { conflictPaths: ['name'], skipUpdateIfNoValuesChanged: true },
      ),
    counts: { 'Toy upsert': 1 },
    really: { 'Toy changed': 1 },
  }),
  operation({
    title: 'a query builder that inserts or updates',
    given: toys,
    when: (db) =>
      db
        .createQueryBuilder()
        .insert()
        .into(Toy)
        .values([
          { name: 'rope', colour: 'blue' },
          { name: 'ball', colour: 'blue' },
        ])
        .orUpdate(['colour'], ['name'])
        .execute(),
    counts: { 'Toy upsert': 2 },
    really: { 'Toy inserted': 1, 'Toy changed': 1 },
  }),
  operation({
    title: 'a query builder that inserts or ignores',
    given: toys,
    when: (db) =>
      db
        .createQueryBuilder()
        .insert()
        .into(Toy)
        .values([{ name: 'ball' }, { name: 'rope' }])
        .orIgnore()
        .execute(),
    counts: { 'Toy insert': 1 },
  }),
];
