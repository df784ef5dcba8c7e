import { type DataSource } from 'typeorm';
import { Dog, Toy } from '../entities.js';
import { operation } from '../operation.js';

const dog = (name: string, age = 0) => Object.assign(new Dog(), { name, age });

export const pack = (db: DataSource) => db.manager.save([dog('Bella', 1), dog('Rex', 1), dog('Tilly', 2)]);

export const SAVES = [
  operation({
    title: 'save() of a new one',
    when: (db) => db.manager.save(dog('Bella')),
    counts: { 'Dog insert': 1 },
  }),
  operation({
    title: 'save() of a changed one',
    given: (db) => db.manager.save(dog('Bella')),
    when: (db, bella) => db.manager.save(Object.assign(bella, { age: 3 })),
    counts: { 'Dog update': 1 },
  }),
  operation({
    title: 'save() of an unchanged one',
    given: (db) => db.manager.save(dog('Bella')),
    when: (db, bella) => db.manager.save(bella),
    counts: {},
  }),
  operation({
    title: 'save() of new, changed and unchanged ones',
    given: pack,
    when: (db, [bella, rex]) => db.manager.save([dog('Max'), dog('Luna'), Object.assign(bella!, { age: 9 }), rex!]),
    counts: { 'Dog insert': 2, 'Dog update': 1 },
  }),
  operation({
    title: 'save() of five in chunks of two',
    when: (db) =>
      db.manager.save(
        ['a', 'b', 'c', 'd', 'e'].map((name) => dog(name)),
        { chunk: 2 },
      ),
    counts: { 'Dog insert': 5 },
  }),
  operation({
    title: 'save() of an empty array',
    when: (db) => db.manager.save([]),
    counts: {},
  }),
  operation({
    title: 'save() of two entities at once',
    when: (db) => db.manager.save([dog('Bella'), Object.assign(new Toy(), { name: 'ball' })]),
    counts: { 'Dog insert': 1, 'Toy insert': 1 },
  }),
  operation({
    title: 'save() without listeners',
    when: (db) => db.manager.save([dog('Bella'), dog('Rex')], { listeners: false }),
    counts: { 'Dog insert': 2 },
  }),
  operation({
    title: 'save() without a transaction',
    when: (db) => db.manager.save([dog('Bella'), dog('Rex')], { transaction: false }),
    counts: { 'Dog insert': 2 },
  }),
  operation({
    title: 'save() that does not reload',
    given: pack,
    when: (db, [bella]) => db.manager.save([dog('Max'), Object.assign(bella!, { age: 9 })], { reload: false }),
    counts: { 'Dog insert': 1, 'Dog update': 1 },
  }),
  operation({
    title: 'save() of several of which one violates a constraint',
    given: pack,
    when: (db) => db.manager.save([dog('Max'), dog('Bella')]).catch(() => undefined),
    counts: {},
  }),
  operation({
    title: 'remove() of one',
    given: pack,
    when: (db, [bella]) => db.manager.remove(bella!),
    counts: { 'Dog delete': 1 },
  }),
  operation({
    title: 'remove() of several',
    given: pack,
    when: (db, dogs) => db.manager.remove(dogs),
    counts: { 'Dog delete': 3 },
  }),
  operation({
    title: 'remove() without listeners',
    given: pack,
    when: (db, dogs) => db.manager.remove(dogs, { listeners: false }),
    counts: { 'Dog delete': 3 },
  }),
  operation({
    title: 'softRemove() of several',
    given: pack,
    when: (db, [bella, rex]) => db.manager.softRemove([bella!, rex!]),
    counts: { 'Dog soft_delete': 2 },
  }),
  operation({
    title: 'recover() of several',
    given: async (db) => db.manager.softRemove(await pack(db)),
    when: (db, dogs) => db.manager.recover(dogs),
    counts: { 'Dog restore': 3 },
  }),
];
