import { types } from 'node:util';
import { isObservable, Observable } from 'rxjs';
import { type Follower, followPromise, isThenable } from '../../host/follow-result.js';
import { isPlainPromise } from '../../host/plain-result.js';
import { type Operation } from '../operation-events.js';
import { RequestTally } from '../request-scope.js';
import { type Sink } from '../sink.js';
import { FollowedSubscriber } from './followed-subscriber.js';
import { type ExecutionOwner, RunningExecution } from './running-execution.js';

/** The executions that come through one door of an application. Nothing here throws anything but what the host threw. */
export class Executions implements ExecutionOwner {
  private stopped = false;

  /** @param part of `nestjs_metrics_errors_total`, for our own errors */
  constructor(
    private readonly sink: Sink,
    private readonly part: string,
  ) {}

  /** Operations that are declared; their series then exist at zero. */
  known(operations: readonly Operation[]): void {
    if (operations.length > 0) this.sink.listeners.operationsKnown(operations);
  }

  /**
   * Calls a handler and follows what it returns to its end.
   *
   * @param followed how: `followPromises`, or `followStreams` where the framework subscribes to observables
   * @returns what the handler returned, or what stands in for it
   */
  follow<T>(operation: Operation, handle: () => T, followed: Followed = followPromises): T {
    const execution = this.start(operation);
    if (execution === undefined) return handle();
    let result: T;
    try {
      result = execution.run(handle);
    } catch (error) {
      execution.failed(error);
      throw error;
    }
    return followed(result, execution) as T;
  }

  /** Begins an execution; undefined if nothing is observed. Whoever begins one must end it. */
  start(operation: Operation): RunningExecution | undefined {
    if (this.stopped) return undefined;
    try {
      const { requestScope, activeSpan, listeners } = this.sink;
      const tally = requestScope && new RequestTally(requestScope.current());
      const execution = new RunningExecution(this, operation, requestScope, tally, activeSpan?.current());
      listeners.executionStarted(execution);
      return execution;
    } catch (error) {
      this.sink.boundary.report(this.part, error);
      return undefined;
    }
  }

  /** New executions are not seen any more; those that run are followed to their end. */
  stop(): void {
    this.stopped = true;
  }

  ended(execution: RunningExecution): void {
    try {
      this.sink.listeners.executionEnded(execution);
    } catch (error) {
      this.sink.boundary.report(this.part, error);
    }
  }

  threw({ operation }: Pick<RunningExecution, 'operation'>, error: unknown): void {
    try {
      this.sink.listeners.executionThrew(operation, error);
    } catch (fault) {
      this.sink.boundary.report(this.part, fault);
    }
  }
}

type Followed = (result: unknown, execution: RunningExecution) => unknown;

/** What is followed. With `run`, whatever is awaited here counts its statements. */
interface Followable extends Follower {
  run?<T>(work: () => T): T;
}

/**
 * Ends the execution now, or when the promise settles that a handler returned. The framework must await the result:
 * queries of Prisma, Mongoose and Knex are no promises, and run each time they are awaited, so that they are awaited here
 * and a promise stands in for them.
 */
export function followPromises(result: unknown, execution: Followable): unknown {
  if (typeof result !== 'object' || result === null) {
    execution.succeeded(result);
    return result;
  }
  if (isPlainPromise(result)) return followPromise(result, execution);
  if (types.isPromise(result)) {
    // It has methods of its own, so it is handed on as it is.
    result.then(
      (settled: unknown) => execution.succeeded(settled),
      (error: unknown) => execution.failed(error),
    );
    return result;
  }
  if (isAwaitable(result)) return followPromise(awaited(result, execution), execution);
  execution.succeeded(result);
  return result;
}

/** What throws when it is asked throws again when the framework awaits it, which is not ours to hear. */
function isAwaitable(result: object): result is PromiseLike<unknown> {
  try {
    return isThenable(result);
  } catch {
    return false;
  }
}

function awaited(result: PromiseLike<unknown>, execution: Followable): Promise<unknown> {
  const wait = () => Promise.resolve(result);
  return execution.run === undefined ? wait() : execution.run(wait);
}

/**
 * As `followPromises`, and an observable, or one that a promise leads to, is followed to its end. The framework must
 * subscribe to it once: it subscribes to another one that stands in for it.
 *
 * @param followStream makes what stands in for an observable
 */
export function followStreams(
  result: unknown,
  execution: RunningExecution,
  followStream: FollowedStream = followObservable,
): unknown {
  if (typeof result !== 'object' || result === null) return followPromises(result, execution);
  if (isObservable(result)) return followStream(result, execution);
  if (!isPlainPromise(result)) return followPromises(result, execution);
  return result.then(
    (settled) => followStreams(settled, execution, followStream),
    (error: unknown) => {
      execution.failed(error);
      throw error;
    },
  );
}

type FollowedStream = (source: Observable<unknown>, execution: RunningExecution) => Observable<unknown>;

/** Ends the execution when the observable completes or fails, or when nobody listens to it any more. */
export function followObservable(source: Observable<unknown>, execution: RunningExecution): Observable<unknown> {
  return new Observable((subscriber) => {
    execution.run(() => source.subscribe(new FollowedSubscriber(subscriber, execution)));
  });
}
