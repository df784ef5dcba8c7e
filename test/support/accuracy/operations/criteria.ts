import { EntityManager } from 'typeorm';
import { Dog, Toy } from '../entities.js';
import { operation } from '../operation.js';
import { pack } from './saves.js';

/** What newer versions of TypeORM have; their types are of the newest, which always has it. */
const isKnown = (method: 'deleteAll' | 'updateAll') => method in EntityManager.prototype;

export const CRITERIA = [
  operation({
    title: 'insert() of one',
    when: (db) => db.manager.insert(Dog, { name: 'Bella' }),
    counts: { 'Dog insert': 1 },
  }),
  operation({
    title: 'insert() of several',
    when: (db) => db.manager.insert(Dog, [{ name: 'Bella' }, { name: 'Rex' }, { name: 'Tilly' }]),
    counts: { 'Dog insert': 3 },
  }),
  operation({
    title: 'insert() of none',
    when: (db) => db.manager.insert(Dog, []),
    counts: {},
  }),
  operation({
    title: 'insert() that violates a constraint',
    given: pack,
    when: (db) => db.manager.insert(Dog, [{ name: 'Max' }, { name: 'Bella' }]).catch(() => undefined),
    counts: {},
  }),
  operation({
    title: 'update() of those that meet criteria',
    given: pack,
    when: (db) => db.manager.update(Dog, { age: 1 }, { age: 5 }),
    counts: { 'Dog update': 2 },
  }),
  operation({
    title: 'update() by primary key',
    given: pack,
    when: (db, [bella]) => db.manager.update(Dog, bella!.id, { age: 5 }),
    counts: { 'Dog update': 1 },
  }),
  operation({
    title: 'update() that meets nobody',
    given: pack,
    when: (db) => db.manager.update(Dog, { age: 99 }, { age: 5 }),
    counts: {},
  }),
  operation({
    title: 'update() to what is there already',
    given: pack,
    when: (db) => db.manager.update(Dog, { age: 1 }, { age: 1 }),
    counts: { 'Dog update': 2 },
    really: {},
    because: 'databases tell how many rows an UPDATE found, not how many it made different',
  }),
  operation({
    title: 'increment()',
    given: pack,
    when: (db) => db.manager.increment(Dog, { age: 1 }, 'age', 1),
    counts: { 'Dog update': 2 },
  }),
  operation({
    title: 'decrement()',
    given: pack,
    when: (db) => db.manager.decrement(Dog, { age: 2 }, 'age', 1),
    counts: { 'Dog update': 1 },
  }),
  operation({
    title: 'updateAll()',
    isKnown: isKnown('updateAll'),
    given: pack,
    when: (db) => db.manager.updateAll(Dog, { age: 7 }),
    counts: { 'Dog update': 3 },
  }),
  operation({
    title: 'delete() of those that meet criteria',
    given: pack,
    when: (db) => db.manager.delete(Dog, { age: 1 }),
    counts: { 'Dog delete': 2 },
  }),
  operation({
    title: 'delete() that meets nobody',
    given: pack,
    when: (db) => db.manager.delete(Dog, { age: 99 }),
    counts: {},
  }),
  operation({
    title: 'deleteAll()',
    isKnown: isKnown('deleteAll'),
    given: pack,
    when: (db) => db.manager.deleteAll(Dog),
    counts: { 'Dog delete': 3 },
  }),
  operation({
    title: 'softDelete() of those that meet criteria',
    given: pack,
    when: (db) => db.manager.softDelete(Dog, { age: 1 }),
    counts: { 'Dog soft_delete': 2 },
  }),
  operation({
    title: 'softDelete() that meets nobody',
    given: pack,
    when: (db) => db.manager.softDelete(Dog, { age: 99 }),
    counts: {},
  }),
  operation({
    title: 'restore() of those that meet criteria',
    given: async (db) => db.manager.softRemove(await pack(db)),
    when: (db) => db.manager.restore(Dog, { age: 1 }),
    counts: { 'Dog restore': 2 },
  }),
  operation({
    title: 'what only reads',
    given: pack,
    when: async (db) => [await db.manager.find(Dog), await db.manager.count(Dog), await db.manager.existsBy(Toy, {})],
    counts: {},
  }),
];
