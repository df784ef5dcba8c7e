import { hookNestFactory } from './nest-factory.js';
import { moduleHooks } from './module-hooks.js';
import { RECEIVER } from './nest-source.js';
import { NODE_MODULE } from './node-module.js';
import { watchOlderNode } from './older-node.js';

/**
 * The first version of Node with `module.registerHooks()` that can be relied on. Node 22.15 and 24.0 have it, but there
 * even a hook that does nothing breaks the `require()` of ES modules, which Nest 12 is.
 */
const HOOKS_SINCE = 26;

/**
 * Waits for the application to load Nest. Nothing of Nest is imported before: most programs of a machine that has
 * `NODE_OPTIONS` set are none of its applications.
 */
export function watchForNest(): void {
  // Registered twice, for example by NODE_OPTIONS and on the command line, or by two copies of this package.
  if (RECEIVER in globalThis) return;
  Object.defineProperty(globalThis, RECEIVER, { value: hookNestFactory });
  if (Number.parseInt(process.versions.node) < HOOKS_SINCE) watchOlderNode(hookNestFactory);
  else NODE_MODULE.registerHooks(moduleHooks());
}
