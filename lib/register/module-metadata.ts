/** The key under which `@Module()` keeps the imports of a class. */
export const IMPORTS = 'imports';

const NOTHING: ResolvedModule = { module: undefined, metadata: undefined };

export type ModuleClass = abstract new (...args: never[]) => unknown;

/** What can stand for a module: its class, and what a dynamic module adds to it. */
export interface ResolvedModule {
  readonly module: ModuleClass | undefined;
  readonly metadata: object | undefined;
}

/**
 * A class, a dynamic module, metadata without a class (Nest 12), a promise or a forward reference of one of these. Nest
 * reports what is wrong with anything else.
 */
export async function resolveModule(given: unknown): Promise<ResolvedModule> {
  try {
    return await resolved(await given);
  } catch {
    return NOTHING;
  }
}

async function resolved(given: unknown): Promise<ResolvedModule> {
  if (typeof given === 'function') return { module: given as ModuleClass, metadata: undefined };
  if (typeof given !== 'object' || given === null) return NOTHING;
  const { forwardRef, module } = given as { readonly forwardRef?: unknown; readonly module?: unknown };
  if (typeof forwardRef === 'function') return resolveModule((forwardRef as () => unknown)());
  return { module: typeof module === 'function' ? (module as ModuleClass) : undefined, metadata: given };
}

/** The imports that `@Module()` gave to a class. */
export function importsOf(module: ModuleClass | undefined): readonly unknown[] {
  return module === undefined ? [] : listed(Reflect.getMetadata(IMPORTS, module));
}

/** The imports of a dynamic module, or of metadata. */
export function importsIn(metadata: object | undefined): readonly unknown[] {
  return metadata !== undefined && 'imports' in metadata ? listed(metadata.imports) : [];
}

function listed(imports: unknown): readonly unknown[] {
  return Array.isArray(imports) ? imports : [];
}
