import { expect, it } from 'vitest';
import { databaseName } from '../../lib/observe/typeorm/connections/database-name.js';
import { type DriverLike } from '../../lib/observe/typeorm/typeorm-types.js';

it.each([
  ['postgres', 'kennel', 'kennel'],
  ['postgres', undefined, undefined],
  ['postgres', '', undefined],
  ['mssql', 'ken/nel?x', 'ken/nel?x'],
  ['better-sqlite3', '/home/ada/secret/kennel.sqlite', 'kennel.sqlite'],
  ['better-sqlite3', 'C:\\Users\\ada\\kennel.sqlite', 'kennel.sqlite'],
  ['sqlite', 'file:kennels/kennel.sqlite?mode=ro&key=secret', 'kennel.sqlite'],
  ['sqlite', 'kennels/', undefined],
  ['better-sqlite3', ':memory:', undefined],
  ['sqlite', 'file::memory:?cache=shared', undefined],
  ['sqljs', new Uint8Array([1, 2]), undefined],
])('the database of %s with %o is %o', (type, database, name) => {
  expect(databaseName({ options: { type }, database } as unknown as DriverLike)).toBe(name);
});
