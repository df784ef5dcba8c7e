import { inspect } from 'node:util';
import { MAX_BUCKETS } from './metrics/definition.js';
import { isRegistry } from './expose/prom-client/foreign-registry.js';
import { labelFaults } from './prometheus.labels-check.js';
import { type EndpointOptions, type MetricsOptions, type PrometheusOptions } from './prometheus.options.js';

/** One thing that an option has to be. */
interface Rule {
  /** The option, with dots. */
  readonly option: string;
  readonly expected: string;
  readonly fix: string;
  holds(value: unknown): boolean;
}

const isBoolean = (value: unknown): boolean => typeof value === 'boolean';
const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);
const isFunction = (value: unknown): boolean => typeof value === 'function';
const isListOf = (isItem: (item: unknown) => boolean) => (value: unknown) =>
  Array.isArray(value) && value.every(isItem);
const isWholeNumber = (from: number) => (value: unknown) => Number.isSafeInteger(value) && Number(value) >= from;
const isAscending = (value: unknown): boolean =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.length <= MAX_BUCKETS &&
  value.every((bound: unknown, i) => Number.isFinite(bound) && (i === 0 || Number(bound) > Number(value[i - 1])));

const LABEL_NAME = /^(?!__)[a-zA-Z_][a-zA-Z0-9_]*$/;
const RESERVED_LABELS = ['le', 'quantile'];
const isLabels = (value: unknown): boolean =>
  isObject(value) &&
  Object.entries(value as object).every(
    ([name, text]) => LABEL_NAME.test(name) && !RESERVED_LABELS.includes(name) && typeof text === 'string',
  );
const isRegistryOption = (value: unknown): boolean => value === false || isRegistry(value);

const RULES: readonly Rule[] = [
  {
    option: 'path',
    expected: 'a path like /metrics, without spaces, parameters or a query, or false',
    fix: 'give a plain path',
    holds: (value) =>
      value === false || (typeof value === 'string' && /^\/?[\w.~/-]+$/.test(value) && /\w/.test(value)),
  },
  {
    option: 'guards',
    expected: 'a list of guards',
    fix: 'give classes or objects with canActivate()',
    holds: isListOf(
      (guard) => isFunction(guard) || isFunction((guard as { canActivate?: unknown } | null)?.canActivate),
    ),
  },
  {
    option: 'decorators',
    expected: 'a list of class decorators',
    fix: 'call them: Public(), not Public',
    holds: isListOf(isFunction),
  },
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
    fix: 'give objects, not classes; what needs something injected listens with MetricEvents',
    holds: isListOf(isObject),
  },
  { option: 'runtimeMetrics', expected: 'true or false', fix: 'give one of the two', holds: isBoolean },
  {
    option: 'http',
    expected: 'an object of options, or false',
    fix: 'give one of the two',
    holds: (value) => value === false || isObject(value),
  },
  {
    option: 'http.durationBuckets',
    expected: `an ascending list of 1 to ${MAX_BUCKETS} finite numbers`,
    fix: 'sort it, and leave out +Inf',
    holds: isAscending,
  },
  {
    option: 'http.ignore',
    expected: 'a list of paths and regular expressions',
    fix: 'give texts that begin with / or RegExps',
    holds: isListOf((one) => one instanceof RegExp || (typeof one === 'string' && one.startsWith('/'))),
  },
  { option: 'http.handlerDuration', expected: 'true or false', fix: 'give one of the two', holds: isBoolean },
  { option: 'http.timeToFirstByte', expected: 'true or false', fix: 'give one of the two', holds: isBoolean },
  {
    option: 'http.errorTypes',
    expected: 'a list of error classes',
    fix: 'give the classes, not their names',
    holds: isListOf(isFunction),
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
  {
    option: 'typeorm.durationBuckets',
    expected: `an ascending list of 1 to ${MAX_BUCKETS} finite numbers`,
    fix: 'sort it, and leave out +Inf',
    holds: isAscending,
  },
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

const ROUTE_OPTIONS: readonly (keyof EndpointOptions)[] = ['path', 'guards', 'decorators', 'bypassGuards'];

/** Every option there is, with dots. */
export const KNOWN_OPTIONS = RULES.map(({ option }) => option);

/**
 * Checks all options: those that a factory may have made, and those of the route.
 *
 * @errors throws one error that lists every fault, each as a sentence with what was expected, what was given and the fix
 */
export function checkOptions(metrics: MetricsOptions, route: EndpointOptions): void {
  const faults = [...misplacedOptions(metrics), ...faultsOf({ ...metrics, ...route })];
  if (faults.length > 0)
    throw new TypeError(['The options of PrometheusModule are not valid.', ...faults].join('\n  - '));
}

/** Every fault, a sentence each. */
export function faultsOf(options: PrometheusOptions): readonly string[] {
  return [
    ...unknownOptions(options),
    ...RULES.flatMap((rule) => faultOf(rule, options)),
    ...labelFaults(valueAt(options, 'http.labels'), options.defaultLabels, shown),
  ];
}

function faultOf(rule: Rule, options: PrometheusOptions): string[] {
  const value = valueAt(options, rule.option);
  if (value === undefined || rule.holds(value)) return [];
  return [`Expected \`${rule.option}\` to be ${rule.expected}, got ${shown(value)}: ${rule.fix}.`];
}

/** Of the route, and out of a factory: a guard that silently does nothing would leave the metrics open. */
function misplacedOptions(metrics: MetricsOptions): string[] {
  return ROUTE_OPTIONS.filter((option) => option in Object(metrics)).map(
    (option) =>
      `Expected \`${option}\` to stand beside the factory of the options, got it from the factory: move it, for the route is made before anything can be injected.`,
  );
}

/** A misspelt option would silently do nothing. */
function unknownOptions(options: object, parent = ''): string[] {
  return Object.entries(options).flatMap(([name, value]) => {
    const option = parent + name;
    const children = KNOWN_OPTIONS.filter((known) => known.startsWith(`${option}.`));
    if (children.length > 0 && isObject(value)) return unknownOptions(value as object, `${option}.`);
    if (KNOWN_OPTIONS.includes(option)) return [];
    const siblings = KNOWN_OPTIONS.filter(
      (known) => known.startsWith(parent) && !known.slice(parent.length).includes('.'),
    );
    return [`Expected only known options, got \`${option}\`: use one of ${siblings.join(', ')}.`];
  });
}

function valueAt(options: object, option: string): unknown {
  return option
    .split('.')
    .reduce<unknown>((value, name) => (isObject(value) ? (value as never)[name] : undefined), options);
}

function shown(value: unknown): string {
  const text = inspect(value, {
    depth: 1,
    compact: true,
    breakLength: Infinity,
    maxArrayLength: 10,
    maxStringLength: 60,
  });
  return text.length > 120 ? `${text.slice(0, 117)}…` : text;
}
