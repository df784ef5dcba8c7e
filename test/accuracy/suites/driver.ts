import { afterAll, beforeAll } from 'vitest';
import { type Database, describeOn, type DriverName, openDatabase } from '../../support/accuracy/databases.js';
import { rowsAreCounted } from './model-rows.js';
import { statementsHaveEntities } from './statement-entities.js';
import { statementsAreCounted } from './statements-of-drivers.js';

/** Everything that is counted of a driver, on one database. */
export function isAccurateOn(driver: DriverName): void {
  describeOn(driver)(`on ${driver}`, () => {
    let database: Database;
    const opened = () => database;

    beforeAll(async () => {
      database = await openDatabase[driver]();
    });
    afterAll(() => database?.close());

    rowsAreCounted(driver, opened);
    statementsHaveEntities(driver, opened);
    statementsAreCounted(driver, opened);
  });
}
