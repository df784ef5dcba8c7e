import { type DataSourceLike, type DriverLike, type QueryRunnerLike } from '../typeorm-types.js';

interface Runner extends QueryRunnerLike {
  readonly driver: DriverLike & Readonly<Record<'obtainMasterConnection', unknown>>;
  readonly broadcaster: { readonly constructor: new (runner: QueryRunnerLike) => object };
}

const nothing = (): void => undefined;

/** Everything that TypeORM asks of a logger. */
const SILENT_LOGGER = {
  logQuery: nothing,
  logQueryError: nothing,
  logQuerySlow: nothing,
  logSchemaBuild: nothing,
  logMigration: nothing,
  log: nothing,
};

/**
 * A query runner for statements of ours: neither the logger nor the subscribers of the application hear of them, and
 * they are not counted, for our stand-ins pass on whatever is not exactly of the class they stand in. It sees
 * everything of its data source as it is; what it sets stays on itself, also where SQLite has one runner for all.
 */
export function quietRunner(dataSource: DataSourceLike): QueryRunnerLike {
  const runner = dataSource.createQueryRunner('master') as Runner;
  const source = over(dataSource, { logger: SILENT_LOGGER, subscribers: [] });
  const driver = over(runner.driver, {
    dataSource: source,
    connection: source,
    // Of the driver itself: it gives the connection a logger for as long as it lives.
    obtainMasterConnection: bound(runner.driver, 'obtainMasterConnection'),
  });
  const quiet = over(runner, { driver, dataSource: source, connection: source });
  Object.defineProperty(quiet, 'broadcaster', { value: new runner.broadcaster.constructor(quiet) });
  return quiet;
}

/** The same object, but for these properties. */
function over<T extends object>(base: T, properties: Readonly<Record<string, unknown>>): T {
  const descriptors = Object.entries(properties).map(([name, value]) => [name, { value, writable: true }] as const);
  return Object.create(base, Object.fromEntries(descriptors)) as T;
}

function bound(owner: object, name: string): unknown {
  const method = (owner as Readonly<Record<string, unknown>>)[name];
  return typeof method === 'function' ? (method.bind(owner) as unknown) : undefined;
}
