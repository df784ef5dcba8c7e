import { OWN_MODULE } from '../prometheus.module.js';
import { importsIn, importsOf, resolveModule, type ResolvedModule } from './module-metadata.js';

/** The modules that were added by us and do not count as imported by the application. */
export const ADDED = new WeakSet<object>();

/** Whether a module, or one that it imports, is PrometheusModule of this copy of the library or of another one. */
export async function importsPrometheus(root: ResolvedModule): Promise<boolean> {
  const seen = new Set<unknown>();
  const waiting = [root];
  for (const { module, metadata } of waiting) {
    if (metadata !== undefined && ADDED.has(metadata)) continue;
    if (module !== undefined && Reflect.getMetadata(OWN_MODULE, module) === true) return true;
    for (const imported of [...importsOf(module), ...importsIn(metadata)]) {
      if (seen.has(imported)) continue;
      seen.add(imported);
      waiting.push(await resolveModule(imported));
    }
  }
  return false;
}
