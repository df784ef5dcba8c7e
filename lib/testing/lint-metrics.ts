import { lintFamilies, type LintProblem } from '../exposition/lint/lint-exposition.js';
import { type MetricSource, snapshot } from './metric-source.js';

/**
 * As `lintExposition`, for what a source has now: `expect(await lintMetrics(app)).toEqual([])`.
 *
 * @errors as `snapshot`
 */
export async function lintMetrics(source: MetricSource): Promise<readonly LintProblem[]> {
  const { families } = await snapshot(source);
  return lintFamilies(families);
}
