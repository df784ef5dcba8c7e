import { hookNestFactory } from './nest-factory.js';
import { moduleHooks } from './module-hooks.js';
import { RECEIVER } from './nest-source.js';
import { NODE_MODULE } from './node-module.js';
import { watchOlderNode } from './older-node.js';

/**
 * Waits for the application to load Nest. Nothing of Nest is imported before: most programs of a machine that has
 * `NODE_OPTIONS` set are none of its applications.
 */
export function watchForNest(): void {
  // Registered twice, for example by NODE_OPTIONS and on the command line, or by two copies of this package.
  if (RECEIVER in globalThis) return;
  Object.defineProperty(globalThis, RECEIVER, { value: hookNestFactory });
  if (NODE_MODULE.registerHooks === undefined) watchOlderNode(hookNestFactory);
  else NODE_MODULE.registerHooks(moduleHooks());
}
