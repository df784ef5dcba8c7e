/** Django's name of a database, by TypeORM's `type`. Those that Django and its third-party backends do not know keep theirs. */
const VENDORS: ReadonlyMap<string, string> = new Map([
  ['postgres', 'postgresql'],
  ['aurora-postgres', 'postgresql'],
  ['mariadb', 'mysql'],
  ['aurora-mysql', 'mysql'],
  ['better-sqlite3', 'sqlite'],
  ['sqljs', 'sqlite'],
  ['capacitor', 'sqlite'],
  ['cordova', 'sqlite'],
  ['expo', 'sqlite'],
  ['nativescript', 'sqlite'],
  ['react-native', 'sqlite'],
  ['mssql', 'microsoft'],
]);

/** The label value of the database of a data source, as `connection.vendor` of Django has it. */
export function vendorOf(driver: string): string {
  return VENDORS.get(driver) ?? driver;
}
