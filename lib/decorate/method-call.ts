import { defer, finalize, type Observable, tap } from 'rxjs';
import { type Follower, followPromise } from '../host/follow-result.js';
import { isPlainObservable, isPlainPromise } from '../host/plain-result.js';
import { type SpanContext } from '../metrics/span-context.js';
import { type MethodLink, type MethodSeries } from './method-link.js';
import { type Outcome } from './method-spec.js';

/** One call of a decorated method, from its start to its end. */
export class MethodCall implements Follower {
  private readonly startedAt: number;
  private readonly span: SpanContext | undefined;

  constructor(
    private readonly link: MethodLink,
    private readonly series: MethodSeries,
  ) {
    this.startedAt = series.isTimed ? performance.now() : 0;
    this.span = series.isTimed ? link.currentSpan() : undefined;
  }

  succeeded(): void {
    this.ended('success');
  }

  failed(): void {
    this.ended('error');
  }

  /** Never throws: it runs in the middle of the application. */
  ended(outcome: Outcome): void {
    try {
      this.series[outcome](this.series.isTimed ? (performance.now() - this.startedAt) / 1000 : 0, this.span);
    } catch (error) {
      this.link.failed(error);
    }
  }

  /** The same method does its work once more. */
  again(): MethodCall {
    return new MethodCall(this.link, this.series);
  }
}

/**
 * What a call returned, told of its end: now, or for a promise or an observable later. An observable does its work at
 * each subscription, and each is a call.
 *
 * What has a `then` but is no plain promise is handed on as it is and counts as returned: a query builder would run when
 * asked, and a promise of a class of its own has methods that another would not have. So does whatever will be read
 * later: a subject, a stream, an async iterator.
 */
export function follow(result: unknown, call: MethodCall): unknown {
  if (typeof result === 'object' && result !== null) {
    if (isPlainPromise(result)) return followPromise(result, call);
    if (isPlainObservable(result)) return followObservable(result, call);
  }
  call.succeeded();
  return result;
}

function followObservable(source: Observable<unknown>, call: MethodCall): Observable<unknown> {
  return defer(() => {
    const subscription = call.again();
    let outcome: Outcome = 'success';
    const failed = () => {
      outcome = 'error';
    };
    return source.pipe(
      tap({ error: failed }),
      finalize(() => subscription.ended(outcome)),
    );
  });
}
