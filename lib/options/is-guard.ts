/**
 * An object with `canActivate`, or a class. Nest instantiates every function that it gets as a guard, and the first
 * request fails if the instance has no `canActivate`. A class can define `canActivate` as a field, which only its
 * instances have, so every class is accepted.
 */
export function isGuard(value: unknown): boolean {
  if (typeof value !== 'function') return hasCanActivate(value);
  return hasCanActivate(value.prototype) || /^class\b/.test(Function.prototype.toString.call(value));
}

function hasCanActivate(value: unknown): boolean {
  return typeof (value as { canActivate?: unknown } | null | undefined)?.canActivate === 'function';
}
