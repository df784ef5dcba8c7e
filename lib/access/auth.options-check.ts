import { isObject } from '../options/is-object.js';
import { listOf } from '../options/option-kinds.js';
import { isListOf, type OptionRule, optionsError } from '../options/option-rules.js';
import { AddressRanges, isRange } from './address-ranges.js';
import { type AuthOptions } from './auth.options.js';
import { MAX_TOKEN_LENGTH, TOKEN } from './credentials.js';
import { parsePasswordHash } from './password-hash.js';

const MAX_USERS = 100;
const MAX_RANGES = 1000;
const MAX_USER_BYTES = 255;

/** Rules for the options below `auth`, the same in both modules. */
export const AUTH_RULES: readonly OptionRule[] = [
  {
    option: 'auth',
    expected: 'an object with bearerToken, basic or allow',
    fix: 'give at least one of the three, or leave `auth` out',
    isSecret: true,
    holds: (value) => isObject(value) && ['bearerToken', 'basic', 'allow'].some((name) => name in value),
  },
  {
    option: 'auth.bearerToken',
    expected: `a token of visible ASCII characters, at most ${MAX_TOKEN_LENGTH}, an object with file, or a function`,
    fix: "give the token itself, { file: '/run/secrets/metrics-token' }, or a function that takes the token",
    isSecret: true,
    holds: (value) => isToken(value) || isTokenFile(value) || isPlainFunction(value),
    fromText: (text) => text,
  },
  {
    option: 'auth.basic',
    expected: `an object with user and hash, or a list of 1 to ${MAX_USERS} with different users`,
    fix: 'give a user without a colon, and the result of hashPassword() as its hash',
    isSecret: true,
    holds: (value) => areUsers(Array.isArray(value) ? value : [value]),
  },
  {
    option: 'auth.allow',
    expected: 'a list of addresses and CIDR ranges that does not include all addresses of IPv4 or IPv6',
    fix: "give something like ['10.0.0.0/8', '::1'], without bits behind the prefix",
    holds: areRanges,
    fromText: listOf,
  },
  {
    option: 'auth.trustProxy',
    expected: 'a list of addresses and CIDR ranges of your proxies that does not include all addresses of IPv4 or IPv6',
    fix: "give something like ['10.0.0.7'], without bits behind the prefix",
    holds: areRanges,
    fromText: listOf,
  },
];

/** Faults that concern more than one option below `auth`. */
export function authFaults({ auth }: { readonly auth?: AuthOptions }): string[] {
  if (!isObject(auth)) return [];
  const given = Object.keys(auth);
  const withoutValue = given
    .filter((name) => auth[name] === undefined)
    .map(
      (name) =>
        `Expected \`auth.${name}\` to have a value, got undefined: set it, or leave the key out, because otherwise a missing variable would open the route.`,
    );
  return [
    ...withoutValue,
    ...(given.includes('bearerToken') && given.includes('basic') ? [BOTH_CREDENTIALS] : []),
    ...(given.includes('trustProxy') && !given.includes('allow') ? [PROXY_ALONE] : []),
  ];
}

/**
 * `auth` is an option of the factory. Beside it, Nest would ignore it, and the route would be open.
 *
 * @errors throws if it stands beside the factory
 */
export function assertAuthInFactory(module: string, besideFactory: object): void {
  if (!('auth' in besideFactory)) return;
  throw optionsError(module, [
    'Expected `auth` to come from the factory of the options, got it beside the factory: let the factory return it.',
  ]);
}

const BOTH_CREDENTIALS =
  'Expected `auth.bearerToken` or `auth.basic`, got both: a request has one Authorization header, so both could never hold; leave out one of the two.';
const PROXY_ALONE =
  'Expected `auth.trustProxy` beside `auth.allow`, got it alone: it would have no effect, so give `auth.allow` as well, or leave it out.';

function isToken(value: unknown): boolean {
  return typeof value === 'string' && value.length <= MAX_TOKEN_LENGTH && TOKEN.test(value);
}

function isTokenFile(value: unknown): boolean {
  return isObject(value) && hasTexts(value, ['file']);
}

/** A class would throw when it is called. */
function isPlainFunction(value: unknown): boolean {
  return typeof value === 'function' && !/^class\b/.test(Function.prototype.toString.call(value));
}

function areUsers(users: readonly unknown[]): boolean {
  if (users.length === 0 || users.length > MAX_USERS || !users.every(isUser)) return false;
  return new Set(users.map(({ user }) => user)).size === users.length;
}

function isUser(value: unknown): value is { readonly user: string; readonly hash: string } {
  if (!isObject(value) || !hasTexts(value, ['user', 'hash'])) return false;
  const { user, hash } = value as { readonly user: string; readonly hash: string };
  const isName = Buffer.byteLength(user) <= MAX_USER_BYTES && !/[:\p{Cc}\p{Cs}]/u.test(user);
  return isName && parsePasswordHash(hash) !== undefined;
}

function hasTexts(value: Readonly<Record<string, unknown>>, names: readonly string[]): boolean {
  const entries = Object.entries(value);
  const isText = ([name, text]: readonly [string, unknown]) =>
    names.includes(name) && typeof text === 'string' && text.trim() !== '';
  return entries.length === names.length && entries.every(isText);
}

function areRanges(value: unknown): boolean {
  if (!isListOf(isRange)(value)) return false;
  const texts = value as readonly string[];
  if (texts.length === 0 || texts.length > MAX_RANGES) return false;
  const ranges = new AddressRanges(texts);
  return ranges.lowestOutside(32) !== undefined && ranges.lowestOutside(128) !== undefined;
}
