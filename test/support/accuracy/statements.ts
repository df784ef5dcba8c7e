import { type DataSource } from 'typeorm';
import { ClosureBreed, Dog, NestedBreed, Owner, PathBreed, Toy, Walk } from './entities.js';
import { type DriverName } from './databases.js';

/** Something an application asks of its database, with the statements that it makes. */
export interface Asked {
  readonly title: string;
  readonly on?: readonly DriverName[];
  readonly when: (dataSource: DataSource) => Promise<unknown>;
  /** `select Dog`: operation and entity, each once, without transactions, which have no entity. */
  readonly statements: readonly string[];
  /** Why one of them has no entity. */
  readonly because?: string;
}

/** One owner of two dogs with a toy each, one walk, and three breeds in each kind of tree. */
export async function fill(dataSource: DataSource): Promise<void> {
  const { manager } = dataSource;
  const [ball, bone] = await manager.save(Toy, [{ name: 'ball' }, { name: 'bone' }]);
  const owner = await manager.save(Owner, { name: 'Ada' });
  const [bella] = await manager.save(Dog, [
    { name: 'Bella', owner, toys: [ball!] },
    { name: 'Max', owner, toys: [bone!] },
  ]);
  const walk = manager.create(Walk);
  walk.dog = Promise.resolve(bella!);
  await manager.save(walk);
  for (const Breed of [ClosureBreed, PathBreed, NestedBreed]) {
    // A tree is written from its root.
    const root = await manager.save(Breed, { name: 'dog' });
    await manager.save(Breed, { name: 'hound', parent: root });
  }
}

const dogs = (db: DataSource) => db.getRepository(Dog);

export const PAGES: readonly Asked[] = [
  {
    title: 'find() of a page with a relation to one',
    when: (db) => dogs(db).find({ take: 2, skip: 1, relations: { owner: true } }),
    statements: ['select Dog'],
  },
  {
    title: 'find() of a page with a relation to many',
    when: (db) => dogs(db).find({ take: 1, relations: { toys: true }, order: { name: 'ASC' } }),
    statements: ['select Dog'],
  },
  {
    title: 'find() of a page that has nothing on it',
    when: (db) => dogs(db).find({ take: 1, skip: 10, relations: { toys: true } }),
    statements: ['select Dog'],
  },
  {
    title: 'find() of a page without relations',
    when: (db) => dogs(db).find({ take: 1 }),
    statements: ['select Dog'],
  },
  {
    title: 'findOne() with a relation',
    when: (db) => db.manager.findOne(Owner, { where: { name: 'Ada' }, relations: { dogs: { toys: true } } }),
    statements: ['select Owner'],
  },
  {
    title: 'findOneOrFail() with a condition on a relation',
    when: (db) => dogs(db).findOneOrFail({ where: { owner: { name: 'Ada' } } }),
    statements: ['select Dog'],
  },
  {
    title: 'findAndCount() of a page with a relation',
    when: (db) => dogs(db).findAndCount({ take: 1, relations: { owner: true } }),
    statements: ['select Dog'],
  },
  {
    title: 'a query builder with take() and a join',
    when: (db) => dogs(db).createQueryBuilder('d').leftJoinAndSelect('d.toys', 't').take(1).getMany(),
    statements: ['select Dog'],
  },
  {
    title: 'a query builder with take(), a join and a sub-query in its condition',
    when: (db) =>
      dogs(db)
        .createQueryBuilder('d')
        .leftJoinAndSelect('d.toys', 't')
        .where((qb) => `d.id IN ${qb.subQuery().select('w.id').from(Walk, 'w').getQuery()}`)
        .take(1)
        .getMany(),
    statements: ['select Dog'],
  },
  {
    title: 'a query builder with take(), a join and a lock',
    on: ['postgres', 'mysql', 'mariadb'],
    when: (db) =>
      db.transaction((manager) =>
        manager
          .createQueryBuilder(Dog, 'd')
          .innerJoinAndSelect('d.owner', 'o')
          .setLock('pessimistic_write')
          .take(1)
          .getMany()
          // PostgreSQL allows no lock on a DISTINCT, which TypeORM asks for all the same in some versions.
          .catch(() => undefined),
      ),
    statements: ['select Dog'],
  },
  {
    title: 'pages of several entities at once',
    when: (db) =>
      Promise.all([
        dogs(db).find({ take: 1, relations: { owner: true } }),
        db.manager.find(Owner, { take: 1, relations: { dogs: true } }),
        dogs(db).find({ take: 1, relations: { toys: true } }),
      ]),
    statements: ['select Dog', 'select Owner'],
  },
];

export const AGGREGATES: readonly Asked[] = [
  {
    title: 'count() and countBy()',
    when: async (db) => [await dogs(db).count(), await dogs(db).countBy({ name: 'Max' })],
    statements: ['select Dog'],
  },
  {
    title: 'getCount() and getManyAndCount() of a query builder with a join',
    when: async (db) => {
      const builder = dogs(db).createQueryBuilder('d').innerJoinAndSelect('d.toys', 't');
      return [await builder.getCount(), await builder.getManyAndCount()];
    },
    statements: ['select Dog'],
  },
  {
    title: 'exists() and existsBy()',
    when: async (db) => [await dogs(db).exists(), await dogs(db).existsBy({ owner: { name: 'Ada' } })],
    statements: ['select Dog'],
  },
  {
    title: 'getExists() of a query builder',
    when: (db) => dogs(db).createQueryBuilder('d').innerJoin('d.toys', 't').getExists(),
    statements: ['select Dog'],
  },
  {
    title: 'sum(), average(), minimum() and maximum()',
    when: async (db) => [
      await dogs(db).sum('age'),
      await dogs(db).average('age'),
      await dogs(db).minimum('age'),
      await dogs(db).maximum('age'),
    ],
    statements: ['select Dog'],
  },
  {
    title: 'getRawMany(), getRawAndEntities()',
    when: async (db) => [
      await dogs(db).createQueryBuilder('d').getRawMany(),
      await dogs(db).createQueryBuilder('d').leftJoinAndSelect('d.toys', 't').take(1).getRawAndEntities(),
    ],
    statements: ['select Dog'],
  },
];

export const LOADED_RELATIONS: readonly Asked[] = [
  {
    title: 'relations that are loaded by queries of their own',
    when: (db) => db.manager.find(Owner, { relations: { dogs: { toys: true } }, relationLoadStrategy: 'query' }),
    statements: ['select Dog', 'select Owner', 'select Toy', 'select dogs_toys'],
  },
  {
    title: 'a lazy relation',
    when: async (db) => (await db.manager.findOneByOrFail(Walk, {}))?.dog,
    statements: ['select Dog', 'select Walk'],
  },
  {
    title: 'relation().of().loadMany()',
    when: async (db) =>
      dogs(db)
        .createQueryBuilder()
        .relation('toys')
        .of(await dogs(db).findOneByOrFail({ name: 'Max' }))
        .loadMany(),
    statements: ['select Dog', 'select Toy'],
  },
  {
    title: 'relation().of().add() and remove() through a junction table',
    when: async (db) => {
      const toy = await db.manager.findOneByOrFail(Toy, { name: 'ball' });
      const builder = dogs(db)
        .createQueryBuilder()
        .relation('toys')
        .of(await dogs(db).findOneByOrFail({ name: 'Max' }));
      await builder.add(toy);
      await builder.remove(toy);
    },
    statements: ['delete dogs_toys', 'insert dogs_toys', 'select Dog', 'select Toy'],
  },
  {
    title: 'relation().of().set()',
    when: async (db) => {
      const owner = await db.manager.findOneByOrFail(Owner, { name: 'Ada' });
      await dogs(db)
        .createQueryBuilder()
        .relation('owner')
        .of(await dogs(db).findOneByOrFail({ name: 'Max' }))
        .set(owner);
    },
    statements: ['select Dog', 'select Owner', 'update Dog'],
  },
  {
    title: 'keys of relations with loadRelationIds',
    when: (db) => dogs(db).find({ loadRelationIds: true }),
    statements: ['select Dog', 'select Toy'],
  },
  {
    title: 'save() of what has relations',
    when: async (db) => {
      const max = await dogs(db).findOneOrFail({ where: { name: 'Max' }, relations: { toys: true } });
      max.toys = [];
      await dogs(db).save(max);
    },
    statements: ['delete dogs_toys', 'select Dog', 'select Toy'],
  },
];

export const TREE_READS: readonly Asked[] = [
  {
    title: 'findTrees(), findDescendants() and findAncestors() of a closure table',
    when: async (db) => {
      const trees = db.getTreeRepository(ClosureBreed);
      const hound = await trees.findOneByOrFail({ name: 'hound' });
      return [await trees.findTrees(), await trees.findDescendants(hound), await trees.findAncestors(hound)];
    },
    statements: ['select ClosureBreed'],
  },
  {
    title: 'findTrees(), findDescendants() and findAncestors() of a materialized path',
    when: async (db) => {
      const trees = db.getTreeRepository(PathBreed);
      const hound = await trees.findOneByOrFail({ name: 'hound' });
      return [await trees.findTrees(), await trees.findDescendants(hound), await trees.findAncestors(hound)];
    },
    statements: ['select PathBreed'],
  },
  {
    title: 'findTrees(), findDescendants() and findAncestors() of a nested set',
    when: async (db) => {
      const trees = db.getTreeRepository(NestedBreed);
      const hound = await trees.findOneByOrFail({ name: 'hound' });
      return [await trees.findTrees(), await trees.findDescendants(hound), await trees.findAncestors(hound)];
    },
    statements: ['select NestedBreed'],
  },
  {
    title: 'save() into a closure table',
    when: async (db) => {
      const parent = await db.manager.findOneByOrFail(ClosureBreed, { name: 'hound' });
      await db.manager.save(ClosureBreed, { name: 'beagle', parent });
    },
    statements: ['insert ClosureBreed', 'insert _none', 'insert closure_breeds_closure', 'select ClosureBreed'],
    because: 'TypeORM copies the ancestors by raw SQL',
  },
  {
    title: 'save() into a nested set',
    when: async (db) => {
      const parent = await db.manager.findOneByOrFail(NestedBreed, { name: 'hound' });
      await db.manager.save(NestedBreed, { name: 'beagle', parent });
    },
    statements: ['insert NestedBreed', 'select NestedBreed', 'update _none'],
    because: 'TypeORM makes room among the siblings by raw SQL',
  },
];

export const WRITES: readonly Asked[] = [
  {
    title: 'softDelete() and restore()',
    when: async (db) => {
      await dogs(db).softDelete({ name: 'Max' });
      await dogs(db).restore({ name: 'Max' });
    },
    statements: ['update Dog'],
  },
  {
    title: 'insert() and upsert(), which read what the database has filled in',
    on: ['better-sqlite3', 'sqljs', 'mysql'],
    when: async (db) => {
      await dogs(db).insert({ name: 'Rex' });
      await dogs(db).upsert({ name: 'Rex', age: 2 }, ['name']);
    },
    statements: ['insert Dog', 'select Dog'],
  },
  {
    title: 'insert() and upsert(), which get it with RETURNING',
    on: ['postgres', 'mariadb'],
    when: async (db) => {
      await dogs(db).insert({ name: 'Rex' });
      await dogs(db).upsert({ name: 'Rex', age: 2 }, ['name']);
    },
    statements: ['insert Dog'],
  },
  {
    title: 'a stream',
    on: ['postgres', 'mysql', 'mariadb'],
    when: async (db) => {
      for await (const _ of await dogs(db).createQueryBuilder('d').stream()) continue;
    },
    statements: ['select Dog'],
  },
];

export const WITHOUT_ENTITY: readonly Asked[] = [
  {
    title: 'a query builder from a sub-query of an entity',
    when: (db) =>
      db
        .createQueryBuilder()
        .select('old.name', 'name')
        .from((qb) => qb.subQuery().select('d.name', 'name').from(Dog, 'd'), 'old')
        .getRawMany(),
    statements: ['select _none'],
    because: 'what is selected from is a sub-query, which may be of any number of entities',
  },
  {
    title: 'a query builder from a sub-query, after another was cloned',
    when: (db) => {
      const builder = dogs(db).createQueryBuilder('d').clone();
      return db.createQueryBuilder().select('1', 'one').from(`(${builder.getQuery()})`, 'old').getRawMany();
    },
    statements: ['select _none'],
    because: 'only TypeORM itself is known to have made the statement for what it cloned',
  },
  {
    title: 'pages that are looked up in the query result cache, several at once',
    when: (db) =>
      Promise.all([
        dogs(db).find({ take: 1, relations: { owner: true }, cache: { id: 'dogs', milliseconds: 60_000 } }),
        db.manager.find(Owner, { take: 1, relations: { dogs: true }, cache: { id: 'owners', milliseconds: 60_000 } }),
      ]),
    statements: ['insert _none', 'select Dog', 'select Owner', 'select _none'],
    because: 'the table of the query result cache is no entity',
  },
  {
    title: 'raw SQL',
    when: (db) => db.query('SELECT 1'),
    statements: ['select _none'],
    because: 'raw SQL is not read',
  },
];

export const ASKED: Readonly<Record<string, readonly Asked[]>> = {
  'pages of entities': PAGES,
  'counts and sums': AGGREGATES,
  'relations to load': LOADED_RELATIONS,
  trees: TREE_READS,
  writes: WRITES,
  'no entity, and why': WITHOUT_ENTITY,
};
