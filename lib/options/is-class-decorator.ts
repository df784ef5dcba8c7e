type ClassFunction = (target: object) => unknown;

/** Results, kept because a foreign decorator can have side effects and is tried only once. */
const known = new WeakMap<ClassFunction, boolean>();

/**
 * Whether a function is a class decorator, and not a decorator factory that was not called: `SkipThrottle` instead of
 * `SkipThrottle()` would silently do nothing.
 */
export function isClassDecorator(value: unknown): boolean {
  if (typeof value !== 'function') return false;
  const candidate = value as ClassFunction;
  const isDecorator = known.get(candidate) ?? decorates(candidate);
  known.set(candidate, isDecorator);
  return isDecorator;
}

/** A decorator returns nothing, the class, or a class that replaces it. A factory returns another function. */
function decorates(candidate: ClassFunction): boolean {
  const Probe = probe();
  const result = resultOf(candidate, Probe);
  if (typeof result !== 'function') return true;
  const prototype: unknown = result.prototype;
  return prototype === Probe.prototype || prototype instanceof Probe;
}

/** A class like our controllers, used for one try only. */
function probe(): new () => object {
  return class Probe {
    handle(): void {
      // Some decorators go through the methods of a class.
    }
  };
}

/** A candidate that throws is accepted as a decorator. */
function resultOf(candidate: ClassFunction, target: object): unknown {
  try {
    return candidate(target);
  } catch {
    return undefined;
  }
}
