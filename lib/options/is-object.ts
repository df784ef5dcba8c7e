/**
 * An object whose own keys are all that it says. A `Map` holds its entries elsewhere, and getters and values that are
 * inherited are lost when options are put together: what they say would silently be left out.
 */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !inheritsValues(value);
}

/** Up to `Object.prototype`, which is the one without a prototype, of whatever realm. */
function inheritsValues(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (typeof prototype !== 'object' || prototype === null || Object.getPrototypeOf(prototype) === null) return false;
  return Object.values(Object.getOwnPropertyDescriptors(prototype)).some(isNoMethod) || inheritsValues(prototype);
}

function isNoMethod(property: PropertyDescriptor): boolean {
  return typeof property.value !== 'function';
}
