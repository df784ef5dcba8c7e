import nodeModule from 'node:module';
import { type ForeignRegistry, isRecord, isRegistry } from '../foreign-registry.js';

const CLIENT = /[\\/]node_modules[\\/](?:prom-client|@prometheus-io[\\/]client)[\\/]index\.js$/;

/**
 * The global registries of every `prom-client` and `@prometheus-io/client` that this process has loaded.
 *
 * They are looked up among the loaded modules and never imported: an application that uses neither package does not
 * load one because of us, one that loads it late is noticed late, and where two copies are installed both are found.
 * Both packages are CommonJS, which Node keeps in that list however they were imported. Out of sight are a copy that
 * a bundler has put into the application's own file, and one under an alias: the option `registry` names those.
 *
 * A look costs about 0.1 ms per thousand loaded modules, so it may be taken at every scrape.
 */
export function loadedRegistries(): readonly ForeignRegistry[] {
  const modules = loadedModules();
  const clients = Object.keys(modules).filter((file) => CLIENT.test(file));
  return [...new Set(clients.map((file) => modules[file]?.exports).flatMap(registryOf))];
}

/** The registries that the option `registry` means: the one it names, none for `false`, otherwise the loaded ones. */
export function registriesOf(option: ForeignRegistry | false | undefined): () => readonly ForeignRegistry[] {
  if (option === undefined) return loadedRegistries;
  const chosen = option === false ? [] : [option];
  return () => chosen;
}

/**
 * Any absolute path will do: the list is the same for all. webpack replaces a `createRequire` that is imported by its name
 * by undefined.
 */
function loadedModules(): NodeJS.Dict<NodeJS.Module> {
  return nodeModule.createRequire(process.execPath).cache;
}

/** A module that is still being loaded has no registry yet. */
function registryOf(exports: unknown): readonly ForeignRegistry[] {
  const register = isRecord(exports) ? exports['register'] : undefined;
  return isRegistry(register) ? [register] : [];
}
