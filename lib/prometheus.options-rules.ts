import { AUTH_RULES } from './access/auth.options-check.js';
import { CAPABILITIES } from './capabilities/capabilities.js';
import { NAMINGS } from './catalogue/naming.js';
import { isRegistry } from './expose/prom-client/foreign-registry.js';
import { type EventName } from './observe/events.js';
import { isObject } from './options/is-object.js';
import { FLAG, numberOf, pairsOf, wholeNumber } from './options/option-kinds.js';
import { DECORATORS, GUARDS, isListOf, isPath, type OptionRule, PLAIN_PATH } from './options/option-rules.js';
import { PROCESSES_RULES } from './prometheus.processes-options.js';
import { PUSH_RULES } from './prometheus.push-options.js';
import { SERVER_RULES } from './prometheus.server-options.js';

const LABEL_NAME = /^(?!__)[a-zA-Z_][a-zA-Z0-9_]*$/;
const RESERVED_LABELS = ['le', 'quantile'];

/** Rules for the options of the module itself. */
export const OWN_RULES: readonly OptionRule[] = [
  {
    option: 'path',
    expected: `a path like /metrics, ${PLAIN_PATH}, or false`,
    fix: 'give a plain path',
    holds: (value) => value === false || isPath(value),
    fromText: (text) => text !== 'false' && text,
    default: '/metrics',
  },
  { ...GUARDS, default: [] },
  { ...DECORATORS, default: [] },
  { option: 'bypassGuards', ...FLAG, default: false },
  ...AUTH_RULES,
  {
    option: 'namespace',
    expected: 'letters, digits and underscores, not beginning with a digit or ending in an underscore',
    fix: 'leave out every other character',
    holds: (value) => typeof value === 'string' && /^(?:[a-zA-Z](?:[a-zA-Z0-9_]*[a-zA-Z0-9])?)?$/.test(value),
    fromText: (text) => text,
    default: '',
  },
  {
    option: 'naming',
    expected: `${NAMINGS.join(', ')}, or a list of these without repetition`,
    fix: 'leave it out for the names of this library',
    holds: (value) => isNaming(value) || (Array.isArray(value) && value.length > 0 && areNamings(value)),
    fromText: (text) => text.split(',').map((name) => name.trim()),
    default: ['nest'],
  },
  {
    option: 'defaultLabels',
    expected: 'an object of valid label names (not le, quantile or __…) and strings',
    fix: 'rename the label, or convert the value to a string',
    holds: areLabels,
    fromText: pairsOf,
    default: {},
  },
  { option: 'nativeHistograms', ...FLAG, default: false },
  { option: 'createdTimestamps', ...FLAG, default: false },
  { option: 'exemplars', ...FLAG, default: true },
  {
    option: 'registry',
    expected: 'a Registry of prom-client, or false',
    fix: 'give the registry itself, or leave the option out for the global one',
    holds: (value) => value === false || isRegistry(value),
    fromText: (text) => text !== 'false' && text,
  },
  {
    option: 'listeners',
    expected: 'a list of objects with methods such as requestAnswered',
    fix: 'give objects, not classes, with methods of Listener; use MetricEvents for a listener that needs injection',
    holds: isListOf(isListener),
    default: [],
  },
  { option: 'limits', expected: 'an object of limits', fix: 'leave it out for the defaults', holds: isObject },
  {
    option: 'limits.labelSetsPerMetric',
    ...wholeNumber(1, 'give the maximum number of label sets per metric'),
    default: 1000,
  },
  {
    option: 'limits.concurrentScrapes',
    ...wholeNumber(1, 'give the maximum number of concurrent scrapes'),
    default: 4,
  },
  {
    option: 'limits.scrapeTimeoutSeconds',
    expected: 'a number of seconds greater than 0 and at most 3600',
    fix: 'give the scrape timeout of your Prometheus, 10 by default',
    holds: (value) => Number.isFinite(value) && Number(value) > 0 && Number(value) <= 3600,
    fromText: numberOf,
    default: 10,
  },
  ...SERVER_RULES,
  ...PROCESSES_RULES,
  ...PUSH_RULES,
];

/** The rules of the module and of all capabilities. */
export function optionRules(): readonly OptionRule[] {
  return [...OWN_RULES, ...CAPABILITIES.flatMap(({ options }) => options?.rules ?? [])];
}

/** The names of all events. */
export function eventNames(): readonly EventName[] {
  return [...new Set(CAPABILITIES.flatMap(({ events }) => events))];
}

function isNaming(value: unknown): boolean {
  return NAMINGS.some((name) => name === value);
}

function areNamings(values: readonly unknown[]): boolean {
  return values.every(isNaming) && new Set(values).size === values.length;
}

function areLabels(value: unknown): boolean {
  return (
    isObject(value) &&
    Object.entries(value).every(
      ([name, text]) => LABEL_NAME.test(name) && !RESERVED_LABELS.includes(name) && typeof text === 'string',
    )
  );
}

/** An object with a method for at least one event. Without any, its method names are misspelt. */
function isListener(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const given = eventNames().map((event) => (value as Record<string, unknown>)[event]);
  return given.some(isFunction) && given.every((method) => method === undefined || isFunction(method));
}

function isFunction(value: unknown): boolean {
  return typeof value === 'function';
}
