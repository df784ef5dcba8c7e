import { hookDriver } from './driver-hooks.js';
import { loadedDataSourcePrototypes } from './loaded-copies.js';
import { type ObservedDataSource } from './observed.js';
import { hookQueryRunner } from './query-runner-hooks.js';
import { cloning, tagging } from '../statements/statement-tag.js';
import { type AnyMethod } from '../../../host/any-method.js';
import { StandIns } from '../../../host/stand-ins.js';
import { type DataSourceLike } from '../typeorm-types.js';
import { followResult } from '../../../host/follow-result.js';

/** The stand-ins in TypeORM's classes: one set for the process, however many applications it has. */
const standIns = new StandIns();

type Find = (dataSource: DataSourceLike) => ObservedDataSource | undefined;

/** Calls `find` for every data source that is about to be initialized, of every copy of TypeORM. */
export function hookInitialize(find: Find): void {
  for (const prototype of loadedDataSourcePrototypes()) {
    standIns.put(prototype, 'initialize', (original) => observedInitialize(original, find));
  }
}

/** The classes behind a data source. Making a query runner connects to nothing; it tells the class. */
export function hookClassesOf(dataSource: DataSourceLike): void {
  const { driver } = dataSource;
  hookDriver(Object.getPrototypeOf(driver) as object, standIns);
  // MongoDB has neither statements nor query builders.
  if (dataSource.options.type === 'mongodb') return;
  const runner = driver.createQueryRunner('master');
  if (runner !== undefined) hookQueryRunner(Object.getPrototypeOf(runner) as object, driver.options.type, standIns);
  const base = ownerOf(dataSource.createQueryBuilder(), 'getQueryAndParameters');
  if (base === undefined) return;
  standIns.put(base, 'getQueryAndParameters', tagging);
  standIns.put(base, 'clone', cloning);
}

export function unhookAll(): void {
  standIns.putBack();
}

function observedInitialize(original: AnyMethod, find: Find): AnyMethod {
  return function (this: DataSourceLike, ...args) {
    const observed = found(this, find);
    if (observed === undefined) return original.apply(this, args);
    observed.initializing();
    return followResult(original, this, args, {
      succeeded: () => observed.initialized(true),
      failed: () => observed.initialized(false),
    });
  };
}

/** Undefined for a data source that cannot be observed because it is frozen. */
function found(dataSource: DataSourceLike, find: Find): ObservedDataSource | undefined {
  try {
    return find(dataSource);
  } catch {
    return undefined;
  }
}

/** All query builders inherit the method from one class. */
function ownerOf(object: object, name: string): object | undefined {
  let owner: object | null = object;
  while (owner !== null && !Object.hasOwn(owner, name)) owner = Object.getPrototypeOf(owner) as object | null;
  return owner ?? undefined;
}
