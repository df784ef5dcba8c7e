/**
 * Checks the prototype instead of using `instanceof`, because test runners have an `Error` of their own in the code
 * under test.
 */
export function isErrorClass(value: unknown): boolean {
  if (typeof value !== 'function') return false;
  const prototype: unknown = value.prototype;
  return typeof prototype === 'object' && prototype !== null && 'name' in prototype && 'message' in prototype;
}
