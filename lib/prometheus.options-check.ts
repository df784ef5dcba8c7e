import { MAX_BUCKETS } from './metrics/definition.js';
import {
  DECORATORS,
  faultsOf as faultsBy,
  GUARDS,
  IGNORE,
  isBoolean,
  isListOf,
  isPath,
  isWholeNumber,
  misplacedOptions,
  type OptionRule,
  optionsError,
  PLAIN_PATH,
  shapeFaults,
  shown,
  valueAt,
} from './options/option-rules.js';
import { isObject } from './options/is-object.js';
import { isRegistry } from './expose/prom-client/foreign-registry.js';
import { isErrorClass, isListener } from './prometheus.options-items.js';
import { labelFaults } from './prometheus.labels-check.js';
import {
  type PrometheusRouteOptions,
  type PrometheusFactoryOptions,
  type PrometheusOptions,
} from './prometheus.options.js';

const isBuckets = (value: unknown): boolean =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.length <= MAX_BUCKETS &&
  value.every(
    (bound: unknown, i) =>
      Number.isFinite(bound) && Number(bound) >= 0 && (i === 0 || Number(bound) > Number(value[i - 1])),
  );
const BUCKETS: Omit<OptionRule, 'option'> = {
  expected: `an ascending list of 1 to ${MAX_BUCKETS} finite numbers, none of them negative`,
  fix: 'sort it, and leave out +Inf',
  holds: isBuckets,
};

const LABEL_NAME = /^(?!__)[a-zA-Z_][a-zA-Z0-9_]*$/;
const RESERVED_LABELS = ['le', 'quantile'];
const isLabels = (value: unknown): boolean =>
  isObject(value) &&
  Object.entries(value).every(
    ([name, text]) => LABEL_NAME.test(name) && !RESERVED_LABELS.includes(name) && typeof text === 'string',
  );
const isRegistryOption = (value: unknown): boolean => value === false || isRegistry(value);

const RULES: readonly OptionRule[] = [
  {
    option: 'path',
    expected: `a path like /metrics, ${PLAIN_PATH}, or false`,
    fix: 'give a plain path',
    holds: (value) => value === false || isPath(value),
  },
  GUARDS,
  DECORATORS,
  { option: 'bypassGuards', expected: 'true or false', fix: 'give one of the two', holds: isBoolean },
  {
    option: 'namespace',
    expected: 'letters, digits and underscores, not beginning with a digit or ending in an underscore',
    fix: 'leave out every other character',
    holds: (value) => typeof value === 'string' && /^(?:[a-zA-Z](?:[a-zA-Z0-9_]*[a-zA-Z0-9])?)?$/.test(value),
  },
  {
    option: 'defaultLabels',
    expected: 'an object of valid label names (not le, quantile or __…) and texts',
    fix: 'rename the label, or turn the value into a text',
    holds: isLabels,
  },
  {
    option: 'registry',
    expected: 'a Registry of prom-client, or false',
    fix: 'give the register itself, or leave the option out for the global one',
    holds: isRegistryOption,
  },
  {
    option: 'listeners',
    expected: 'a list of objects with methods such as requestAnswered',
    fix: 'give objects, not classes, with methods of Listener; what needs something injected listens with MetricEvents',
    holds: isListOf(isListener),
  },
  { option: 'runtimeMetrics', expected: 'true or false', fix: 'give one of the two', holds: isBoolean },
  {
    option: 'http',
    expected: 'an object of options, or false',
    fix: 'give one of the two',
    holds: (value) => value === false || isObject(value),
  },
  { option: 'http.durationBuckets', ...BUCKETS },
  { option: 'http.ignore', ...IGNORE },
  { option: 'http.handlerDuration', expected: 'true or false', fix: 'give one of the two', holds: isBoolean },
  { option: 'http.timeToFirstByte', expected: 'true or false', fix: 'give one of the two', holds: isBoolean },
  {
    option: 'http.errorTypes',
    expected: 'a list of error classes',
    fix: 'give classes that extend Error, not their names',
    holds: isListOf(isErrorClass),
  },
  {
    option: 'http.labels',
    expected: 'an object of labels, each with its values and a function of the request',
    fix: "write labels: { tenant: { values: ['a', 'b'], from: (request) => … } }",
    holds: isObject,
  },
  {
    option: 'http.queriesPerRequest',
    expected: "true, false or 'auto'",
    fix: 'give one of the three',
    holds: (value) => value === 'auto' || isBoolean(value),
  },
  {
    option: 'typeorm',
    expected: 'an object of options, or false',
    fix: 'give one of the two',
    holds: (value) => value === false || isObject(value),
  },
  {
    option: 'typeorm.models',
    expected: "'decorated' or 'all'",
    fix: 'give one of the two',
    holds: (value) => value === 'decorated' || value === 'all',
  },
  { option: 'typeorm.durationBuckets', ...BUCKETS },
  {
    option: 'typeorm.migrations',
    expected: 'an object of options, or false',
    fix: 'give one of the two',
    holds: (value) => value === false || isObject(value),
  },
  {
    option: 'typeorm.migrations.refreshSeconds',
    expected: 'a number of seconds from 1 to 86400',
    fix: 'give how old the numbers may be, 60 by default',
    holds: (value) => Number.isFinite(value) && Number(value) >= 1 && Number(value) <= 86_400,
  },
  { option: 'cache', expected: 'true or false', fix: 'give one of the two', holds: isBoolean },
  { option: 'limits', expected: 'an object of limits', fix: 'leave it out for the defaults', holds: isObject },
  {
    option: 'limits.labelSetsPerMetric',
    expected: 'a whole number from 1',
    fix: 'give the most label sets a metric may make',
    holds: isWholeNumber(1),
  },
  {
    option: 'limits.concurrentScrapes',
    expected: 'a whole number from 1',
    fix: 'give the most scrapes at once',
    holds: isWholeNumber(1),
  },
  {
    option: 'limits.scrapeTimeoutSeconds',
    expected: 'a number of seconds greater than 0 and at most 3600',
    fix: 'give what your Prometheus waits, 10 by default',
    holds: (value) => Number.isFinite(value) && Number(value) > 0 && Number(value) <= 3600,
  },
];

const ROUTE_OPTIONS: readonly (keyof PrometheusRouteOptions)[] = ['path', 'guards', 'decorators', 'bypassGuards'];

/** Every option there is, with dots. */
export const KNOWN_OPTIONS = RULES.map(({ option }) => option);

/**
 * Checks all options: those that a factory may have made, and those of the route.
 *
 * @errors throws one error that lists every fault, each as a sentence with what was expected, what was given and the fix
 */
export function checkOptions(
  metrics: PrometheusFactoryOptions | null | undefined,
  route: PrometheusRouteOptions,
): void {
  const given = metrics ?? {};
  const faults = [
    ...shapeFaults(given),
    ...misplacedOptions(ROUTE_OPTIONS, given),
    ...faultsOf(isObject(given) ? { ...given, ...route } : route),
  ];
  if (faults.length > 0) throw optionsError('PrometheusModule', faults);
}

/** Every fault, a sentence each. */
export function faultsOf(options: PrometheusOptions): readonly string[] {
  return [
    ...faultsBy(RULES, options),
    ...bypassFaults(options),
    ...labelFaults(valueAt(options, 'http.labels'), options.defaultLabels, shown),
  ];
}

/** What is to protect the route would not run for it, and leave it open. */
function bypassFaults(options: PrometheusOptions): string[] {
  if (options.bypassGuards !== true) return [];
  return (['guards', 'decorators'] as const)
    .filter((option) => Array.isArray(options[option]) && options[option].length > 0)
    .map(
      (option) =>
        `Expected \`${option}\` to be left out beside \`bypassGuards: true\`, got ${shown(options[option])}: nothing of Nest runs for such a route, so leave out one of the two.`,
    );
}
