import { type DataSource } from 'typeorm';
import { Animal, Cat, Dog, Horse, Kennel, Owner, Toy } from '../entities.js';
import { operation } from '../operation.js';

const toy = (name: string) => Object.assign(new Toy(), { name });
const dog = (name: string, ...toys: Toy[]) => Object.assign(new Dog(), { name, toys });
const owner = (name: string, ...dogs: Dog[]) => Object.assign(new Owner(), { name, dogs });

const dogWithToys = (db: DataSource) => db.manager.save(dog('Bella', toy('ball'), toy('bone')));

const animals = (db: DataSource) =>
  db.manager.save([Object.assign(new Cat(), { name: 'Tom' }), Object.assign(new Horse(), { name: 'Fury' })]);

export const RELATIONS = [
  operation({
    title: 'save() that cascades over one-to-many and many-to-many',
    when: (db) => db.manager.save(owner('Ann', dog('Bella', toy('ball'), toy('bone')), dog('Rex'))),
    counts: { 'Owner insert': 1, 'Dog insert': 2, 'Toy insert': 2, 'dogs_toys insert': 2 },
  }),
  operation({
    title: 'save() of a dog that got another owner',
    given: async (db) => {
      const [ann, bob] = await db.manager.save([owner('Ann', dog('Bella')), owner('Bob')]);
      return { bella: ann!.dogs[0]!, bob: bob! };
    },
    when: (db, { bella, bob }) => db.manager.save(Object.assign(bella, { owner: { id: bob.id } })),
    counts: { 'Dog update': 1 },
  }),
  operation({
    title: 'save() of a dog that lost one toy and got another',
    given: dogWithToys,
    when: (db, bella) => db.manager.save(Object.assign(bella, { toys: [bella.toys[0], toy('rope')] })),
    counts: { 'Toy insert': 1, 'dogs_toys insert': 1, 'dogs_toys delete': 1 },
  }),
  operation({
    title: 'remove() of a dog with toys',
    given: dogWithToys,
    when: (db, bella) => db.manager.remove(bella),
    counts: { 'Dog delete': 1, 'dogs_toys delete': 2 },
  }),
  operation({
    title: 'a relation query builder that adds to many-to-many',
    given: async (db) => {
      const [bella, ...toys] = await db.manager.save([dog('Bella'), toy('ball'), toy('bone')]);
      return { bella, toys };
    },
    when: (db, { bella, toys }) => db.createQueryBuilder().relation(Dog, 'toys').of(bella).add(toys),
    counts: { 'dogs_toys insert': 2 },
  }),
  operation({
    title: 'a relation query builder that removes from many-to-many',
    given: dogWithToys,
    when: (db, bella) => db.createQueryBuilder().relation(Dog, 'toys').of(bella).remove(bella.toys[0]),
    counts: { 'dogs_toys delete': 1 },
  }),
  operation({
    title: 'a relation query builder that adds to one-to-many',
    given: (db) => db.manager.save([owner('Ann'), dog('Bella'), dog('Rex')]),
    when: (db, [ann, ...dogs]) => db.createQueryBuilder().relation(Owner, 'dogs').of(ann).add(dogs),
    counts: { 'Dog update': 2 },
  }),
  operation({
    title: 'a relation query builder that sets many-to-one',
    given: (db) => db.manager.save([owner('Ann'), dog('Bella')]),
    when: (db, [ann, bella]) => db.createQueryBuilder().relation(Dog, 'owner').of(bella).set(ann),
    counts: { 'Dog update': 1 },
  }),
  operation({
    title: 'delete() of an owner whose dogs the database deletes',
    given: (db) => db.manager.save(owner('Ann', dog('Bella'), dog('Rex'))),
    when: (db, ann) => db.manager.delete(Owner, ann.id),
    counts: { 'Owner delete': 1 },
    really: { 'Owner deleted': 1, 'Dog deleted': 2 },
    because: 'no database tells what ON DELETE CASCADE deleted',
  }),
  operation({
    title: 'save() and remove() of what an EntitySchema describes',
    given: (db) => db.manager.save(Kennel, { name: 'north' }),
    when: async (db, north) => {
      await db.manager.save(Kennel, [{ name: 'south' }, { name: 'east' }]);
      await db.getRepository(Kennel).remove(north);
    },
    counts: { 'Kennel insert': 2, 'Kennel delete': 1 },
  }),
];

export const INHERITANCE = [
  operation({
    title: 'save() of children of one table',
    when: animals,
    counts: { 'Cat insert': 1, 'Horse insert': 1 },
  }),
  operation({
    title: "save() of a child by its parent's repository",
    when: (db) => db.getRepository(Animal).save(Object.assign(new Cat(), { name: 'Tom' })),
    counts: { 'Cat insert': 1 },
  }),
  operation({
    title: 'insert() of a child',
    when: (db) => db.manager.insert(Horse, [{ name: 'Fury' }, { name: 'Jolly' }]),
    counts: { 'Horse insert': 2 },
  }),
  operation({
    title: 'update() of a child',
    given: animals,
    when: (db) => db.manager.update(Cat, { name: 'Tom' }, { lives: 7 }),
    counts: { 'Cat update': 1 },
  }),
  operation({
    title: 'delete() of a child',
    given: animals,
    when: (db) => db.manager.delete(Cat, { name: 'Tom' }),
    counts: { 'Cat delete': 1 },
  }),
  operation({
    title: "remove() of a child by its parent's repository",
    given: animals,
    when: (db, [cat]) => db.getRepository(Animal).remove(cat!),
    counts: { 'Cat delete': 1 },
  }),
  operation({
    title: 'update() of the parent',
    given: animals,
    when: (db) => db.createQueryBuilder().update(Animal).set({ name: 'renamed' }).execute(),
    counts: { 'Animal update': 2 },
    really: { 'Cat changed': 1, 'Horse changed': 1 },
    because: 'a statement about the parent says not which children it met',
  }),
];
