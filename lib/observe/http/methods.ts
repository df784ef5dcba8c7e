import { type Method, METHODS } from '../events.js';

const KNOWN: ReadonlyMap<string | undefined, Method> = new Map(METHODS.map((method) => [method, method]));

/** The method as a member of the closed set; methods are case-sensitive, as RFC 9110 has them. */
export function methodOf(name: string | undefined): Method {
  return KNOWN.get(name) ?? '_OTHER';
}
