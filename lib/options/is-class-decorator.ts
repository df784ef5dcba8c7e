type ClassFunction = (target: object) => unknown;

/** What was found out, for a decorator of others may do more than it seems to and is tried once only. */
const known = new WeakMap<ClassFunction, boolean>();

/**
 * Whether a function decorates classes, and is not one that makes decorators and was not called: `SkipThrottle`
 * instead of `SkipThrottle()`, which would silently do nothing.
 */
export function isClassDecorator(value: unknown): boolean {
  if (typeof value !== 'function') return false;
  const candidate = value as ClassFunction;
  const isDecorator = known.get(candidate) ?? decorates(candidate);
  known.set(candidate, isDecorator);
  return isDecorator;
}

/** A decorator returns nothing, the class, or one that stands for it; a factory returns another function. */
function decorates(candidate: ClassFunction): boolean {
  const Probe = probe();
  const result = resultOf(candidate, Probe);
  if (typeof result !== 'function') return true;
  const prototype: unknown = result.prototype;
  return prototype === Probe.prototype || prototype instanceof Probe;
}

/** Made like a controller of ours, and thrown away. */
function probe(): new () => object {
  return class Probe {
    handle(): void {
      // Some decorators go through the methods of a class.
    }
  };
}

/** What cannot be tried is believed. */
function resultOf(candidate: ClassFunction, target: object): unknown {
  try {
    return candidate(target);
  } catch {
    return undefined;
  }
}
