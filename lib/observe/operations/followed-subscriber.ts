import { Subscriber } from 'rxjs';
import { type RunningExecution } from './running-execution.js';

/**
 * Passes everything on to another subscriber, and ends the execution with it. A class of its own as the operators of RxJS
 * have one: three closures and what RxJS puts around them cost half a microsecond per message.
 */
export class FollowedSubscriber extends Subscriber<unknown> {
  constructor(
    subscriber: Subscriber<unknown>,
    private readonly execution: RunningExecution,
  ) {
    super(subscriber);
  }

  protected override _error(error: unknown): void {
    this.execution.failed(error);
    super._error(error);
  }

  protected override _complete(): void {
    this.execution.succeeded();
    super._complete();
  }

  override unsubscribe(): void {
    if (this.closed) return;
    super.unsubscribe();
    this.execution.aborted();
  }
}
