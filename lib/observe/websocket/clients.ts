import { defer, type Observable } from 'rxjs';
import { followObservable, followStreams } from '../operations/executions.js';
import { type RunningExecution } from '../operations/running-execution.js';

/**
 * What the clients of an application wait for: observables that handlers have returned and that are not subscribed to
 * yet. Nest does not subscribe any more once the client has left, so they are aborted then.
 */
export class Clients {
  private readonly gone = new WeakSet<object>();
  private readonly waiting = new WeakMap<object, Set<RunningExecution>>();

  /** As `followStreams`, for the messages of a client. The adapter of an application may name its clients by a text. */
  follow(client: unknown, result: unknown, execution: RunningExecution): unknown {
    if (!isObject(client)) return followStreams(result, execution);
    return followStreams(result, execution, (source) => this.followStream(client, source, execution));
  }

  left(client: unknown): void {
    if (!isObject(client)) return;
    this.gone.add(client);
    for (const execution of this.waiting.get(client) ?? []) execution.aborted();
    this.waiting.delete(client);
  }

  private followStream(client: object, source: Observable<unknown>, execution: RunningExecution): Observable<unknown> {
    const followed = followObservable(source, execution);
    if (this.gone.has(client)) execution.aborted();
    else this.waitingOf(client).add(execution);
    return defer(() => {
      this.waiting.get(client)?.delete(execution);
      return followed;
    });
  }

  private waitingOf(client: object): Set<RunningExecution> {
    const known = this.waiting.get(client);
    if (known !== undefined) return known;
    const made = new Set<RunningExecution>();
    this.waiting.set(client, made);
    return made;
  }
}

function isObject(client: unknown): client is object {
  return typeof client === 'object' && client !== null;
}
