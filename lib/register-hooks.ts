import { ApplicationPackages } from './register/application-packages.js';
import { handingOver, isNestFactory, type Loaded } from './register/nest-source.js';

// The hooks of Node's module loader for older versions, where they run in a thread of their own. `register` starts it.
type Next<Context, Result> = (specifier: string, context: Context) => Promise<Result>;

interface ResolveContext {
  readonly parentURL?: string;
}

let packages: ApplicationPackages;

/** @param program the file of the application, which only its own thread knows */
export function initialize(program: string): void {
  packages = new ApplicationPackages(program);
}

export async function load(url: string, context: object, nextLoad: Next<object, Loaded>): Promise<Loaded> {
  const loaded = await nextLoad(url, context);
  if (!isNestFactory(url)) return loaded;
  packages.foundNest(url);
  return handingOver(loaded);
}

export async function resolve(
  specifier: string,
  context: ResolveContext,
  nextResolve: Next<ResolveContext, unknown>,
): Promise<unknown> {
  const parentURL = packages.parentFor(specifier, context.parentURL);
  if (parentURL === undefined) return nextResolve(specifier, context);
  try {
    return await nextResolve(specifier, { ...context, parentURL });
  } catch {
    return nextResolve(specifier, context);
  }
}
