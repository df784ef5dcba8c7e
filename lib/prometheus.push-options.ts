import { validateHeaderName, validateHeaderValue } from 'node:http';
import { isObject } from './options/is-object.js';
import { FLAG, numberOf, oneOfTexts, pairsOf } from './options/option-kinds.js';
import { type OptionRule } from './options/option-rules.js';

const LABEL_NAME = /^(?!__|job$)[a-zA-Z_][a-zA-Z0-9_]*$/;
/** Those that describe the body or the connection, which are ours. */
const OWN_HEADER = /^(?:content-.*|connection|expect|host|keep-alive|te|trailer|transfer-encoding|upgrade)$/i;

const isText = (value: unknown) => typeof value === 'string' && value.trim() !== '';
const isSeconds = (from: number, to: number) => (value: unknown) =>
  Number.isFinite(value) && Number(value) >= from && Number(value) <= to;

/** Rules for option `push`. */
export const PUSH_RULES: readonly OptionRule[] = [
  {
    option: 'push',
    expected: 'an object with url and job, or false',
    fix: "give { url: 'http://pushgateway:9091', job: 'import' }, or leave it out",
    isSecret: true,
    holds: (value) => value === false || isObject(value),
    fromText: (text) => (text === 'false' ? false : text),
    default: false,
  },
  {
    option: 'push.url',
    expected: 'an address with http: or https: and without a fragment',
    fix: 'give something like http://pushgateway:9091',
    isSecret: true,
    holds: isAddress,
    fromText: (text) => text,
  },
  { option: 'push.protocol', ...oneOfTexts('pushgateway', 'otlp'), default: 'pushgateway' },
  {
    option: 'push.job',
    expected: 'a text that is not empty',
    fix: 'give the name of the job',
    holds: isText,
    fromText: (text) => text,
  },
  {
    option: 'push.grouping',
    expected: 'an object of valid label names (not job or __…) and strings',
    fix: 'rename the label, or convert the value to a string',
    holds: isGrouping,
    fromText: pairsOf,
    default: {},
  },
  {
    option: 'push.intervalSeconds',
    expected: 'a number of seconds from 1 to 86400',
    fix: 'give the time between two pushes, or leave it out to push only at the end',
    holds: isSeconds(1, 86_400),
    fromText: numberOf,
  },
  { option: 'push.onExit', ...FLAG, default: true },
  {
    option: 'push.timeoutSeconds',
    expected: 'a number of seconds from 0.1 to 3600',
    fix: 'give how long a push may take',
    holds: isSeconds(0.1, 3600),
    fromText: numberOf,
    default: 10,
  },
  {
    option: 'push.headers',
    expected: 'an object of header names and texts, without those of the body and the connection',
    fix: 'give something like { Authorization: … }',
    isSecret: true,
    holds: areHeaders,
    fromText: pairsOf,
    default: {},
  },
];

/** Faults that no single option has. */
export function pushFaults(options: object): string[] {
  const { push } = options as { readonly push?: unknown };
  if (!isObject(push)) return [];
  const { url, job, protocol, headers } = push;
  const faults: string[] = [];
  if (url === undefined) faults.push('Expected `push.url` beside `push`, got none: give the address of the receiver.');
  if (job === undefined) faults.push('Expected `push.job` beside `push`, got none: give the name of the job.');
  if (!isAddress(url)) return faults;
  const { username, search } = new URL(String(url));
  if (search !== '' && protocol !== 'otlp') {
    faults.push('Expected `push.url` of a Pushgateway without a query, got one: leave it out.');
  }
  const named = isObject(headers) ? Object.keys(headers) : [];
  if (username !== '' && named.some((name) => name.toLowerCase() === 'authorization')) {
    faults.push(
      'Expected credentials either in `push.url` or in the header Authorization of `push.headers`, got both: leave out one of the two.',
    );
  }
  return faults;
}

function isAddress(value: unknown): boolean {
  if (typeof value !== 'string') return false;
  try {
    const { protocol, hash, username, password } = new URL(value);
    // They throw if a percent sign in them encodes nothing.
    decodeURIComponent(username);
    decodeURIComponent(password);
    return ['http:', 'https:'].includes(protocol) && hash === '';
  } catch {
    return false;
  }
}

function isGrouping(value: unknown): boolean {
  return (
    isObject(value) && Object.entries(value).every(([name, text]) => LABEL_NAME.test(name) && typeof text === 'string')
  );
}

function areHeaders(value: unknown): boolean {
  return isObject(value) && Object.entries(value).every(([name, text]) => isHeader(name, text));
}

function isHeader(name: string, text: unknown): boolean {
  if (typeof text !== 'string' || OWN_HEADER.test(name)) return false;
  try {
    validateHeaderName(name);
    validateHeaderValue(name, text);
    return true;
  } catch {
    return false;
  }
}
