import { type DynamicModule } from '@nestjs/common';
import { PrometheusModule } from '../prometheus.module.js';
import { ADDED, importsPrometheus } from './imported-modules.js';
import { IMPORTS, importsIn, importsOf, type ModuleClass, resolveModule } from './module-metadata.js';
import { nestFault } from './nest-fault.js';
import { optionsFromEnvironment } from './options-from-environment.js';
import { warnWithoutMetrics } from './warn-without-metrics.js';

type Make = (root: unknown) => Promise<unknown>;

/** A module that has ours among its imports while applications are made of it. */
interface Extended {
  makers: number;
  putBack(): void;
}

const extended = new Map<ModuleClass, Extended>();

/**
 * Makes an application whose root module imports PrometheusModule as well, unless one of its modules imports it already.
 * The root stays the module that it is: `app.select()`, `app.get(…, { strict: true })` and the log see no other.
 */
export async function withMetrics(root: unknown, make: Make): Promise<unknown> {
  const fault = nestFault();
  if (fault === undefined) return made(root, make);
  warnWithoutMetrics(fault);
  return make(root);
}

async function made(root: unknown, make: Make): Promise<unknown> {
  const resolved = await resolveModule(root);
  if (await importsPrometheus(resolved)) return make(root);
  const { module, metadata } = resolved;
  // Nest 12 makes a class of its own from metadata without a class.
  if (module === undefined) return make(metadata && { ...metadata, imports: [ours(), ...importsIn(metadata)] });
  const extension = extend(module);
  extension.makers += 1;
  try {
    return await make(root);
  } finally {
    extension.makers -= 1;
    if (extension.makers === 0) extension.putBack();
  }
}

/** Adds the import where `@Module()` keeps the imports. */
function extend(module: ModuleClass): Extended {
  const known = extended.get(module);
  if (known !== undefined) return known;
  const before: unknown = Reflect.getOwnMetadata(IMPORTS, module);
  const putBack = () => {
    extended.delete(module);
    if (before === undefined) Reflect.deleteMetadata(IMPORTS, module);
    else Reflect.defineMetadata(IMPORTS, before, module);
  };
  const extension = { makers: 0, putBack };
  Reflect.defineMetadata(IMPORTS, [ours(), ...importsOf(module)], module);
  extended.set(module, extension);
  return extension;
}

/** Wrong options stop the boot where those of `forRoot()` do: when Nest makes the providers. */
function ours(): DynamicModule {
  const module = ourModule();
  ADDED.add(module);
  return module;
}

function ourModule(): DynamicModule {
  try {
    return PrometheusModule.forRoot(optionsFromEnvironment(process.env));
  } catch (error) {
    const useFactory = (): never => {
      throw error;
    };
    return PrometheusModule.forRootAsync({ useFactory, path: false });
  }
}
