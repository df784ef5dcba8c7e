import { hasAbbreviatedUnit, unitOf } from './base-units.js';
import { type LintedMetric } from './linted-metric.js';

/** Returns the problems of a metric, in promlint's words; `false` stands for none. */
type LintRule = (metric: LintedMetric) => readonly (string | false)[];

const helpText: LintRule = ({ help }) => [(help === undefined || help === '') && 'no help text'];

const baseUnit: LintRule = ({ name }) => {
  const found = unitOf(name);
  return [
    found !== undefined && found.unit !== found.base && `use base unit "${found.base}" instead of "${found.unit}"`,
  ];
};

const total: LintRule = ({ name, type }) => {
  const hasSuffix = name.endsWith('_total');
  return [
    type === 'counter' && !hasSuffix && 'counter metrics should have "_total" suffix',
    type !== 'counter' && type !== 'untyped' && hasSuffix && 'non-counter metrics should not have "_total" suffix',
  ];
};

/** Suffixes and labels that are reserved for the samples of histograms and summaries. */
const reserved: LintRule = ({ name, type, labelNames }) => {
  if (type === 'untyped') return [];
  const isHistogram = type === 'histogram';
  const isSummary = type === 'summary';
  const isNeither = !isHistogram && !isSummary;
  return [
    !isHistogram && name.endsWith('_bucket') && 'non-histogram metrics should not have "_bucket" suffix',
    isNeither && name.endsWith('_count') && 'non-histogram and non-summary metrics should not have "_count" suffix',
    isNeither && name.endsWith('_sum') && 'non-histogram and non-summary metrics should not have "_sum" suffix',
    !isHistogram && labelNames.has('le') && 'non-histogram metrics should not have "le" label',
    !isSummary && labelNames.has('quantile') && 'non-summary metrics should not have "quantile" label',
  ];
};

const typeInName: LintRule = ({ name, type }) => [
  type !== 'untyped' &&
    `${name.toLowerCase()}_`.includes(`_${type}_`) &&
    `metric name should not include type '${type}'`,
];

const reservedCharacters: LintRule = ({ name }) => [name.includes(':') && "metric names should not contain ':'"];

const snakeCase: LintRule = ({ name, labelNames }) => [
  isCamelCase(name) && "metric names should be written in 'snake_case' not 'camelCase'",
  [...labelNames].some(isCamelCase) && "label names should be written in 'snake_case' not 'camelCase'",
];

const abbreviation: LintRule = ({ name }) => [
  hasAbbreviatedUnit(name) && 'metric names should not contain abbreviated units',
];

const uniqueness: LintRule = ({ hasDuplicates }) => [hasDuplicates && 'metric not unique'];

/** The rules of promlint 1.24, in its order. */
const LINT_RULES: readonly LintRule[] = [
  helpText,
  baseUnit,
  total,
  reserved,
  typeInName,
  reservedCharacters,
  snakeCase,
  abbreviation,
  uniqueness,
];

export function problemsOf(metric: LintedMetric): readonly string[] {
  return LINT_RULES.flatMap((rule) => rule(metric)).filter((problem) => problem !== false);
}

function isCamelCase(name: string): boolean {
  return /[a-z][A-Z]/.test(name);
}
