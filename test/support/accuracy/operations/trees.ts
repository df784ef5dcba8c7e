import { type DataSource } from 'typeorm';
import { ClosureBreed, NestedBreed, PathBreed } from '../entities.js';
import { operation } from '../operation.js';

const BREEDS = { closure: ClosureBreed, nested: NestedBreed, path: PathBreed };

type Breed = ClosureBreed | NestedBreed | PathBreed;

function save(db: DataSource, kind: keyof typeof BREEDS, name: string, parent: Breed | null = null): Promise<Breed> {
  return db.manager.save(Object.assign(new BREEDS[kind](), { name, parent }));
}

async function family(db: DataSource, kind: keyof typeof BREEDS): Promise<readonly Breed[]> {
  const root = await save(db, kind, 'hound');
  return [root, await save(db, kind, 'beagle', root)];
}

export const TREES = [
  operation({
    title: 'save() of a root and its child in a closure table',
    when: (db) => family(db, 'closure'),
    counts: { 'ClosureBreed insert': 2, 'closure_breeds_closure insert': 2 },
    really: { 'ClosureBreed inserted': 2, 'closure_breeds_closure inserted': 3 },
    because: 'TypeORM connects a node with its ancestors by raw SQL',
  }),
  operation({
    title: 'save() of a changed node of a closure table',
    given: (db) => family(db, 'closure'),
    when: (db, [root]) => db.manager.save(Object.assign(root!, { name: 'terrier' })),
    counts: { 'ClosureBreed update': 1 },
  }),
  operation({
    title: 'save() of a root and its child with materialized paths',
    when: (db) => family(db, 'path'),
    counts: { 'PathBreed insert': 2, 'PathBreed update': 2 },
    really: { 'PathBreed inserted': 2 },
    because: 'TypeORM writes the path by an UPDATE after the INSERT',
  }),
  operation({
    title: 'remove() of a leaf with a materialized path',
    given: (db) => family(db, 'path'),
    when: (db, [, leaf]) => db.manager.remove(leaf!),
    counts: { 'PathBreed delete': 1 },
  }),
  operation({
    title: 'save() of a root of a nested set',
    when: (db) => save(db, 'nested', 'hound'),
    counts: { 'NestedBreed insert': 1 },
  }),
  operation({
    title: 'save() of a child in a nested set',
    given: (db) => save(db, 'nested', 'hound'),
    when: (db, root) => save(db, 'nested', 'beagle', root),
    counts: { 'NestedBreed insert': 1 },
    really: { 'NestedBreed inserted': 1, 'NestedBreed changed': 1 },
    because: 'TypeORM moves the other nodes by raw SQL',
  }),
];
