import { type HttpMethod, METHODS } from '../events.js';

const KNOWN: ReadonlyMap<string | undefined, HttpMethod> = new Map(METHODS.map((method) => [method, method]));

/** The method as a member of the closed set; methods are case-sensitive, as RFC 9110 has them. */
export function methodOf(name: string | undefined): HttpMethod {
  return KNOWN.get(name) ?? '_OTHER';
}
