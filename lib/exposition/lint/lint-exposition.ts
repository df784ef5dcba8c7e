import { type Family } from '../family.js';
import { readFamilies } from '../family-reader.js';
import { lintedMetric } from './linted-metric.js';
import { problemsOf } from './lint-rules.js';

/** Something that Prometheus' linter would say of a metric. */
export interface LintProblem {
  /** The metric's name, a counter's with its `_total`. */
  readonly metric: string;
  readonly problem: string;
}

/**
 * Holds an exposition against the rules of `promtool check metrics`, in its words, without promtool: help text, base
 * units, `_total` on counters and on nothing else, names and labels reserved for histograms and summaries, types and
 * abbreviated units in names, `:`, camelCase, and series that are there twice. Metrics without series are looked at too,
 * which promtool passes over.
 *
 * @errors throws an `ExpositionFault` with the number and the text of the first line that cannot be read
 */
export function lintExposition(exposition: string): readonly LintProblem[] {
  return lintFamilies(readFamilies(exposition));
}

/** As `lintExposition`, for what was read already. */
export function lintFamilies(families: ReadonlyMap<string, Family>): readonly LintProblem[] {
  return Array.from(families.values(), lintedMetric).flatMap((metric) =>
    problemsOf(metric).map((problem) => ({ metric: metric.name, problem })),
  );
}
