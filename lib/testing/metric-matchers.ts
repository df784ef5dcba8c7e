import { check } from './check.js';
import { type Claim, EXISTS, hasValue, increasedBy } from './claims.js';
import { type Labels } from '../exposition/family.js';
import { lintMetrics } from './lint-metrics.js';
import { type MetricSource } from './metric-source.js';
import { type Patience } from './patience.js';

/**
 * The matchers as an `expect` has them, for a declaration beside your tests.
 *
 * ```ts
 * // Vitest
 * declare module 'vitest' {
 *   interface Matchers<T = any> extends MetricMatchers {}
 * }
 * // Jest, with @types/jest
 * declare global {
 *   namespace jest {
 *     interface Matchers<R, T> extends MetricMatchers {}
 *   }
 * }
 * // Jest, with @jest/globals
 * declare module 'expect' {
 *   interface Matchers<R extends void | Promise<void>, T = unknown> extends MetricMatchers {}
 * }
 * ```
 */
export interface MetricMatchers {
  /**
   * The sum over the series with these labels grew by exactly `amount` since the last `baseline(source)`. With
   * `patience`, it is looked at again until it did.
   */
  toHaveIncreasedMetric(name: string, labels: Labels, amount: number, patience?: Patience): Promise<void>;
  /** There is a series with these labels; with `value`, that is what their sum is now. */
  toHaveMetric(name: string, labels?: Labels, value?: number, patience?: Patience): Promise<void>;
  /** Prometheus' own linter would have nothing to say about any metric of the source. */
  toHaveMetricsThatLint(): Promise<void>;
}

/** What Vitest and Jest ask of a matcher. */
export interface MatcherResult {
  readonly pass: boolean;
  readonly message: () => string;
}

/**
 * Matchers for `expect.extend(metricMatchers)`, the same for Vitest and for Jest. What is expected of is a
 * `MetricSource`, and the assertion has to be awaited:
 *
 * ```ts
 * await baseline(app);
 * await request(app.getHttpServer()).post('/dogs').send(dog);
 * await expect(app).toHaveIncreasedMetric('typeorm_model_rows_total', { model: 'dog', operation: 'insert' }, 1);
 * ```
 *
 * `.not` works too: not by this amount. A name or a label that nothing has fails either way, but for `.not.toHaveMetric`.
 */
export const metricMatchers = {
  toHaveIncreasedMetric(
    source: MetricSource,
    name: string,
    labels: Labels,
    amount: number,
    patience?: Patience,
  ): Promise<MatcherResult> {
    return resultOf(source, name, labels, increasedBy(amount), patience);
  },

  toHaveMetric(
    source: MetricSource,
    name: string,
    labels: Labels = {},
    value?: number,
    patience?: Patience,
  ): Promise<MatcherResult> {
    return resultOf(source, name, labels, value === undefined ? EXISTS : hasValue(value), patience);
  },

  async toHaveMetricsThatLint(source: MetricSource): Promise<MatcherResult> {
    const problems = await lintMetrics(source);
    const list = problems.map(({ metric, problem }) => `  ${metric}: ${problem}`).join('\n');
    return {
      pass: problems.length === 0,
      message: () =>
        list === '' ? 'Expected a metric that does not lint, but all do.' : `Expected metrics that lint, got\n${list}`,
    };
  },
};

async function resultOf(
  source: MetricSource,
  name: string,
  labels: Labels,
  claim: Claim,
  patience: Patience | undefined,
): Promise<MatcherResult> {
  const question = { source, name, labels, ...(patience && { patience }) };
  const { holds, message, isMisspelt } = await check(question, claim);
  // As a mere "no" it would make `.not` pass.
  if (isMisspelt && claim !== EXISTS) throw new Error(message);
  return { pass: holds, message: () => message };
}
