/**
 * An object with `canActivate`, or a class: Nest makes an instance of every function that it gets as a guard, and fails at
 * the first request where that is none. A class may have its `canActivate` as a field, which only its instances show.
 */
export function isGuard(value: unknown): boolean {
  if (typeof value !== 'function') return hasCanActivate(value);
  return hasCanActivate(value.prototype) || /^class\b/.test(Function.prototype.toString.call(value));
}

function hasCanActivate(value: unknown): boolean {
  return typeof (value as { canActivate?: unknown } | null | undefined)?.canActivate === 'function';
}
