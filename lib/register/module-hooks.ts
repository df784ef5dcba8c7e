import { ApplicationPackages } from './application-packages.js';
import { handingOver, isNestFactory } from './nest-source.js';
import { type ModuleHooks } from './node-module.js';
import { programUrl } from './program.js';

/** The hooks of Node's module loader that run in the application's thread. */
export function moduleHooks(): ModuleHooks {
  const packages = new ApplicationPackages(programUrl());
  return {
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context);
      if (!isNestFactory(url)) return loaded;
      packages.foundNest(url);
      return handingOver(loaded);
    },
    resolve(specifier, context, nextResolve) {
      const parentURL = packages.parentFor(specifier, context.parentURL);
      if (parentURL === undefined) return nextResolve(specifier, context);
      try {
        return nextResolve(specifier, { ...context, parentURL });
      } catch {
        return nextResolve(specifier, context);
      }
    },
  };
}
