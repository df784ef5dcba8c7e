import { combinationsOf, type HttpLabel, OTHER_VALUE } from '../catalogue/http.labels.js';
import {
  NESTJS_HTTP_REQUEST_DURATION_SECONDS,
  NESTJS_HTTP_REQUESTS_ABORTED_TOTAL,
  NESTJS_HTTP_REQUESTS_TOTAL,
} from '../catalogue/nest/http.definitions.js';
import { HTTP_SERVER_REQUEST_DURATION_SECONDS } from '../catalogue/otel/http.definitions.js';
import { isObject } from '../options/is-object.js';
import { valueAt } from '../options/option-rules.js';
import { OVERFLOW } from '../metrics/series-budget.js';

/** With more combinations, a single route would use up the series budget of a metric. */
const MAX_COMBINATIONS = 1000;

const LABEL_NAME = /^(?!__)[a-zA-Z_][a-zA-Z0-9_]*$/;

/** Label names that the metrics already have, and label names that the exposition formats reserve. */
const TAKEN = new Set([
  'le',
  'quantile',
  ...[NESTJS_HTTP_REQUESTS_TOTAL, NESTJS_HTTP_REQUESTS_ABORTED_TOTAL, NESTJS_HTTP_REQUEST_DURATION_SECONDS].flatMap(
    ({ labels }) => Object.keys(labels),
  ),
]);

/** Those of the metrics that have the application's labels under OpenTelemetry's names. */
const TAKEN_BY_OTEL = Object.keys(HTTP_SERVER_REQUEST_DURATION_SECONDS.labels);

/**
 * Every fault of `http.labels`, one sentence each. A value that is not an object is reported elsewhere.
 *
 * @param all the options as given, of any shape
 */
export function labelFaults(all: object, shown: (value: unknown) => string): string[] {
  const labels = valueAt(all, 'http.labels');
  if (!isObject(labels)) return [];
  const defaultLabels = valueAt(all, 'defaultLabels');
  const taken = new Set([
    ...TAKEN,
    ...([valueAt(all, 'naming')].flat().includes('otel') ? TAKEN_BY_OTEL : []),
    ...(isObject(defaultLabels) ? Object.keys(defaultLabels) : []),
  ]);
  const faults = Object.entries(labels).flatMap(([name, label]) => [
    ...nameFaults(name, taken),
    ...shapeFaults(`http.labels.${name}`, label, shown),
  ]);
  return faults.length > 0 ? faults : sizeFaults(labels as Readonly<Record<string, HttpLabel>>);
}

function nameFaults(name: string, taken: ReadonlySet<string>): string[] {
  if (!LABEL_NAME.test(name)) {
    return [
      `Expected the names in \`http.labels\` to be letters, digits and underscores, not beginning with a digit or __, got '${name}': rename the label.`,
    ];
  }
  if (!taken.has(name)) return [];
  return [
    `Expected the names in \`http.labels\` to be free, got '${name}', which the metric or \`defaultLabels\` already has: rename the label.`,
  ];
}

function shapeFaults(option: string, label: unknown, shown: (value: unknown) => string): string[] {
  if (!isObject(label)) {
    return [`Expected \`${option}\` to be an object with values and from, got ${shown(label)}: give both.`];
  }
  const { values, from, ...others } = label;
  const faults = Object.keys(others).map(
    (name) => `Expected only known options, got \`${option}.${name}\`: use one of values, from.`,
  );
  if (!isListOfValues(values)) {
    faults.push(
      `Expected \`${option}.values\` to be a list of distinct strings, none of them empty, ${OTHER_VALUE} or ${OVERFLOW}, got ${shown(values)}: list every value that the label can have.`,
    );
  }
  if (typeof from !== 'function') {
    faults.push(
      `Expected \`${option}.from\` to be a function, got ${shown(from)}: give one that takes the request and returns the value.`,
    );
  }
  return faults;
}

function sizeFaults(labels: Readonly<Record<string, HttpLabel>>): string[] {
  const combinations = combinationsOf(labels);
  if (combinations <= MAX_COMBINATIONS) return [];
  return [
    `Expected \`http.labels\` to have at most ${MAX_COMBINATIONS} combinations of values, ${OTHER_VALUE} of each included, got ${combinations}: each of them adds series for every route, so remove labels or values.`,
  ];
}

function isListOfValues(values: unknown): boolean {
  return (
    Array.isArray(values) &&
    values.length > 0 &&
    new Set(values).size === values.length &&
    values.every(
      (value: unknown) => typeof value === 'string' && value !== '' && value !== OTHER_VALUE && value !== OVERFLOW,
    )
  );
}
