import { type MetricSource, snapshot } from '../metric-source.js';
import { Snapshot } from '../snapshot.js';
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
  return problemsIn(Snapshot.of(exposition));
}

/**
 * As `lintExposition`, for what a source has now: `expect(await lintMetrics(app)).toEqual([])`.
 *
 * @errors as `snapshot`
 */
export async function lintMetrics(source: MetricSource): Promise<readonly LintProblem[]> {
  return problemsIn(await snapshot(source));
}

function problemsIn({ families }: Snapshot): readonly LintProblem[] {
  return Array.from(families.values(), lintedMetric).flatMap((metric) =>
    problemsOf(metric).map((problem) => ({ metric: metric.name, problem })),
  );
}
