import nodeModule from 'node:module';
import { type Loaded } from './nest-source.js';

interface ResolveContext {
  readonly parentURL?: string;
}

/** The hooks that Node's loader calls for each module, imported or required. */
export interface ModuleHooks {
  load(url: string, context: object, nextLoad: (url: string, context: object) => Loaded): Loaded;
  resolve(
    specifier: string,
    context: ResolveContext,
    nextResolve: (specifier: string, context: ResolveContext) => unknown,
  ): unknown;
}

/** What `require()` calls for each module, the name of which many packages rely on. */
export const LOAD = '_load';

/** What the types of Node 20 do not have. */
interface NodeModule {
  registerHooks(hooks: ModuleHooks): void;
  [LOAD]: (this: unknown, request: string, ...rest: unknown[]) => unknown;
}

export const NODE_MODULE = nodeModule as unknown as NodeModule;
