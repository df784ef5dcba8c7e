import { check, type Question } from './check.js';
import { type Claim, EXISTS, hasValue, increasedBy } from './claims.js';
import { type Labels } from '../exposition/family.js';
import { type MetricSource } from './metric-source.js';
import { type Patience } from './patience.js';
import { type Snapshot } from '../exposition/snapshot.js';

/**
 * Says something about a metric, and throws if it is not so. Needs no test framework.
 *
 * `labels` are those that matter: values are summed over all series that have them, whatever other labels they have.
 * The name is that of samples: `x_total` of a counter, `x_count`, `x_sum` or `x_bucket` of a histogram `x`.
 *
 * ```ts
 * await baseline(app);
 * await request(app.getHttpServer()).post('/dogs').send(dog);
 * await expectMetric(app, 'typeorm_model_rows_total', { model: 'dog', operation: 'insert' }).toHaveIncreasedBy(1);
 * ```
 *
 * @errors the promise of an assertion rejects with an `Error` whose message has the series in question and their
 *   neighbours, before and after. A name or a label that nothing has is an error too, even when nothing was to happen.
 */
export function expectMetric(source: MetricSource, name: string, labels: Labels = {}): MetricExpectation {
  return new MetricExpectation({ source, name, labels });
}

/** What can be said of a metric. Each assertion reads the source anew and has to be awaited. */
export class MetricExpectation {
  /** Use `expectMetric`. */
  constructor(private readonly question: Question) {}

  /** Counts from this snapshot instead of the source's last `baseline`. */
  since(before: Snapshot): MetricExpectation {
    return new MetricExpectation({ ...this.question, since: before });
  }

  /**
   * Looks again until it is so, at most for `timeoutMs` (5,000 by default): for what goes on after an answer was sent.
   * It gives up early only when a counter is beyond what was expected. What should not happen is not waited for:
   * `eventually().toHaveIncreasedBy(0)` is true at the first look.
   */
  eventually(patience: Patience = {}): MetricExpectation {
    return new MetricExpectation({ ...this.question, patience });
  }

  /**
   * The sum grew by exactly `amount` since the last `baseline(source)`, or since the snapshot given to `since`. Series
   * that were not there count from 0; 0 says that nothing happened, a negative amount that a gauge went down.
   *
   * @errors also rejects when there is no baseline to count from
   */
  toHaveIncreasedBy(amount: number): Promise<void> {
    return this.expect(increasedBy(amount));
  }

  /** The sum is `value` now. There has to be such a series, even for 0. */
  toBe(value: number): Promise<void> {
    return this.expect(hasValue(value));
  }

  /** There is a series with this name and these labels, whatever its value. */
  toExist(): Promise<void> {
    return this.expect(EXISTS);
  }

  private async expect(claim: Claim): Promise<void> {
    const { holds, message } = await check(this.question, claim);
    if (!holds) throw new Error(message);
  }
}
