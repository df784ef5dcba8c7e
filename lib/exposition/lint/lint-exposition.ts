import { type Family } from '../family.js';
import { readFamilies } from '../family-reader.js';
import { lintedMetric } from './linted-metric.js';
import { problemsOf } from './lint-rules.js';

/** A problem that Prometheus' linter would report for a metric. */
export interface LintProblem {
  /** The name of the metric, with `_total` for a counter. */
  readonly metric: string;
  readonly problem: string;
}

/**
 * Checks an exposition against the rules of `promtool check metrics`, with the same messages, without promtool: help
 * text, base units, `_total` on counters and on nothing else, names and labels reserved for histograms and summaries,
 * types and abbreviated units in names, `:`, camelCase, and duplicate series. Metrics without series are checked too,
 * which promtool skips.
 *
 * @errors throws an `ExpositionFault` with the number and the text of the first line that cannot be read
 */
export function lintExposition(exposition: string): readonly LintProblem[] {
  return lintFamilies(readFamilies(exposition));
}

/** Like `lintExposition`, for families that were already read. */
export function lintFamilies(families: ReadonlyMap<string, Family>): readonly LintProblem[] {
  return Array.from(families.values(), lintedMetric).flatMap((metric) =>
    problemsOf(metric).map((problem) => ({ metric: metric.name, problem })),
  );
}
