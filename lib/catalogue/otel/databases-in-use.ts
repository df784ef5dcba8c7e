/** The labels of a database, which the data sources that use it share. */
export interface DatabaseLabels {
  readonly db_system_name: string;
  /** Empty if it has no name. */
  readonly db_namespace: string;
}

/** The databases of the data sources of each name. A database can be that of several names. */
export class DatabasesInUse {
  private readonly byName = new Map<string, Map<string, DatabaseLabels>>();
  /** The number of names that use a database. */
  private readonly users = new Map<string, number>();

  add(name: string, labels: DatabaseLabels): void {
    const databases = this.byName.get(name) ?? new Map<string, DatabaseLabels>();
    this.byName.set(name, databases);
    const key = keyOf(labels);
    if (databases.has(key)) return;
    databases.set(key, labels);
    this.users.set(key, this.usersOf(key) + 1);
  }

  /** @returns the databases of the name that no other name uses */
  remove(name: string): readonly DatabaseLabels[] {
    const databases = [...(this.byName.get(name) ?? [])];
    this.byName.delete(name);
    return databases.flatMap(([key, labels]) => (this.leave(key) === 0 ? labels : []));
  }

  private leave(key: string): number {
    const left = this.usersOf(key) - 1;
    if (left > 0) this.users.set(key, left);
    else this.users.delete(key);
    return left;
  }

  private usersOf(key: string): number {
    return this.users.get(key) ?? 0;
  }
}

function keyOf({ db_system_name, db_namespace }: DatabaseLabels): string {
  return `${db_system_name} ${db_namespace}`;
}
