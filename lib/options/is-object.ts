/**
 * An object whose content is in its own keys. A `Map` keeps its entries elsewhere, and inherited getters and values are
 * lost when options are merged: both would silently be ignored.
 */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !inheritsValues(value);
}

/** Checks the prototypes up to `Object.prototype`, which is the one without a prototype in any realm. */
function inheritsValues(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (typeof prototype !== 'object' || prototype === null || Object.getPrototypeOf(prototype) === null) return false;
  return Object.values(Object.getOwnPropertyDescriptors(prototype)).some(isNoMethod) || inheritsValues(prototype);
}

function isNoMethod(property: PropertyDescriptor): boolean {
  return typeof property.value !== 'function';
}
