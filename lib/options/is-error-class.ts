/** Goes by what the prototype has, not by `instanceof`: test runners give code an `Error` of their own. */
export function isErrorClass(value: unknown): boolean {
  if (typeof value !== 'function') return false;
  const prototype: unknown = value.prototype;
  return typeof prototype === 'object' && prototype !== null && 'name' in prototype && 'message' in prototype;
}
