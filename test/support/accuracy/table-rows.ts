import { type DataSource, type EntityMetadata } from 'typeorm';
import { type Row, type SqlConnection } from '../sql-connection.js';

/** `'Dog inserted': 2`: how many rows of which entity are new, gone or different. */
export type RealChanges = Readonly<Record<string, number>>;

/** Every row of every table, by the entity it is of and its primary key. */
export type Snapshot = ReadonlyMap<string, { readonly entity: string; readonly content: string }>;

/** Sees what is in the tables, and what became of it, without TypeORM. */
export class TableRows {
  readonly #tables: readonly EntityMetadata[];

  constructor(
    private readonly application: DataSource,
    private readonly connection: SqlConnection,
  ) {
    this.#tables = application.entityMetadatas.filter(({ tableType }) => tableType !== 'entity-child');
  }

  async read(): Promise<Snapshot> {
    const snapshot = new Map<string, { entity: string; content: string }>();
    for (const table of this.#tables) {
      for (const row of await this.connection.query(`SELECT * FROM ${this.#quoted(table)}`)) {
        const key = table.primaryColumns.map(({ databaseName }) => String(row[databaseName]));
        const identity = `${table.tableName} ${key.join(' ')}`;
        snapshot.set(identity, { entity: entityOf(table, row), content: JSON.stringify(row) });
      }
    }
    return snapshot;
  }

  async empty(): Promise<void> {
    const names = this.#tables.map((table) => this.#quoted(table));
    const { type } = this.application.options;
    if (type === 'postgres') {
      await this.connection.query(`TRUNCATE ${names.join(', ')} CASCADE`);
      return;
    }
    const isMariadb = type === 'mysql' || type === 'mariadb';
    const keys = isMariadb ? 'SET FOREIGN_KEY_CHECKS = ' : 'PRAGMA foreign_keys = ';
    await this.connection.query(`${keys}0`);
    for (const name of names) await this.connection.query(`DELETE FROM ${name}`);
    await this.connection.query(`${keys}1`);
  }

  #quoted({ tableName }: EntityMetadata): string {
    return this.application.driver.escape(tableName);
  }
}

/** Of several entities in one table, which is a row's. */
function entityOf(table: EntityMetadata, row: Row): string {
  const column = table.discriminatorColumn?.databaseName;
  const child = table.childEntityMetadatas.find(
    ({ discriminatorValue }) => column !== undefined && discriminatorValue === row[column],
  );
  return (child ?? table).name;
}

export function changesBetween(before: Snapshot, after: Snapshot): RealChanges {
  const changes: Record<string, number> = {};
  const add = (entity: string, what: string) => {
    changes[`${entity} ${what}`] = (changes[`${entity} ${what}`] ?? 0) + 1;
  };
  for (const [identity, { entity, content }] of after) {
    const earlier = before.get(identity);
    if (earlier === undefined) add(entity, 'inserted');
    else if (earlier.content !== content) add(entity, 'changed');
  }
  for (const [identity, { entity }] of before) {
    if (!after.has(identity)) add(entity, 'deleted');
  }
  return changes;
}
