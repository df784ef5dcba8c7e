import { type ForeignRegistry } from '../foreign-registry.js';
import { isMarked, MARK } from '../mark.js';

/** Our function in the place of `registerMetric`, and the way back. */
interface GivingWay {
  readonly [MARK]: { undo(): void };
}

/**
 * Lets others register names that we hold in a registry. prom-client throws where a name is taken, and so would
 * `collectDefaultMetrics()` or a library that comes after us: an application that starts without us must start with
 * us. Ours step aside; the next synchronisation finds theirs and says so.
 */
export function giveWay(registry: ForeignRegistry): void {
  const original: unknown = Reflect.get(registry, 'registerMetric');
  if (isGivingWay(original) || typeof original !== 'function') return;
  const wasOwn = Object.hasOwn(registry, 'registerMetric');
  const register = function (this: unknown, metric: object): void {
    stepAside(registry, metric);
    Reflect.apply(original, this, [metric]);
  };
  const undo = () => {
    if (wasOwn) Reflect.set(registry, 'registerMetric', original);
    else Reflect.deleteProperty(registry, 'registerMetric');
  };
  registry.registerMetric = Object.assign(register, { [MARK]: { undo } } satisfies GivingWay);
}

/**
 * Undoes `giveWay` when no application of ours is left in the registry. A wrapper that somebody else put around ours
 * stays, and ours in it: with none of our metrics there, it does nothing.
 */
export function stopGivingWay(registry: ForeignRegistry): void {
  const register: unknown = Reflect.get(registry, 'registerMetric');
  if (isGivingWay(register) && !registry.getMetricsAsArray().some(isMarked)) register[MARK].undo();
}

function stepAside(registry: ForeignRegistry, metric: object): void {
  const name: unknown = 'name' in metric ? metric.name : undefined;
  if (isMarked(metric) || typeof name !== 'string') return;
  if (isMarked(registry.getSingleMetric(name))) registry.removeSingleMetric(name);
}

function isGivingWay(register: unknown): register is GivingWay {
  return typeof register === 'function' && MARK in register;
}
