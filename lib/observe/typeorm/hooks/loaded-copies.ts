import nodeModule from 'node:module';
import { type DataSourceLike } from '../typeorm-types.js';

const FILE = /[\\/]data-source[\\/]DataSource\.js$/;

/**
 * The prototype of `DataSource` of every copy of TypeORM that this process has loaded.
 *
 * They are looked up among the loaded modules and never imported: an application without TypeORM does not load it
 * because of us. Every version is CommonJS inside, which Node keeps in that list however it was imported. Out of sight
 * is a copy that a bundler has put into the application's own file; its data sources are found in the container.
 */
export function loadedDataSourcePrototypes(): readonly DataSourceLike[] {
  // webpack replaces a `createRequire` that is imported by its name by undefined.
  const modules = nodeModule.createRequire(process.execPath).cache;
  const files = Object.keys(modules).filter((file) => FILE.test(file));
  return files.map((file) => prototypeOf(modules[file]?.exports)).filter((prototype) => prototype !== undefined);
}

function prototypeOf(exports: unknown): DataSourceLike | undefined {
  const { DataSource } = (exports ?? {}) as { DataSource?: { prototype?: DataSourceLike } };
  const prototype = DataSource?.prototype;
  return typeof prototype?.initialize === 'function' ? prototype : undefined;
}
