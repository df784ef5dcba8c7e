/** A method of somebody else, of whatever class. */
// oxlint-disable-next-line typescript/no-explicit-any -- `this` is whatever the method is called on
export type AnyMethod = (this: any, ...args: unknown[]) => unknown;
