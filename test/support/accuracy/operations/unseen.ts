import { Kennel } from '../entities.js';
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
];
