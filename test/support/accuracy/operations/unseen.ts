import { Kennel, Toy } from '../entities.js';
import { operation } from '../operation.js';

/** What is written past TypeORM's models: not counted, and documented so. */
export const UNSEEN = [
  operation({
    title: 'raw SQL',
    when: async (db) => {
      await db.query("INSERT INTO toys (name) VALUES ('ball'), ('bone'), ('rope')");
      await db.query("UPDATE toys SET colour = 'red' WHERE name = 'ball'");
      await db.query("DELETE FROM toys WHERE name = 'bone'");
    },
    counts: {},
    really: { 'Toy inserted': 2 },
    because: 'raw SQL is not read',
  }),
  operation({
    title: 'clear()',
    given: (db) => db.manager.insert(Kennel, [{ name: 'north' }, { name: 'south' }]),
    when: (db) => db.getRepository(Kennel).clear(),
    counts: {},
    really: { 'Kennel deleted': 2 },
    because: 'TRUNCATE does not tell how many rows there were',
  }),
  operation({
    title: 'a transaction that is begun and rolled back by raw SQL',
    when: async (db) => {
      const runner = db.createQueryRunner();
      await runner.query('BEGIN');
      await runner.manager.insert(Toy, { name: 'ball' });
      await runner.query('ROLLBACK');
      await runner.release();
    },
    counts: { 'Toy insert': 1 },
    really: {},
    because: 'TypeORM knows of no transaction that it did not begin',
  }),
];
