import { AsyncLocalStorage } from 'node:async_hooks';

/**
 * Totals of a request, or of another piece of work such as a message or a job. They are a separate object because
 * connections that are opened during the request keep it for as long as they live, and must not keep the request itself
 * (a memory leak).
 */
export class RequestTally {
  databaseQueries = 0;
  databaseSeconds = 0;
  /** Requests that it sent to other hosts. */
  outgoingRequests = 0;
  outgoingSeconds = 0;
  /** Set when its work ends. What still runs in its scope belongs to the work around it, if that goes on. */
  ended = false;
  private around: RequestTally | undefined;

  /** @param around what it is a part of: a GraphQL operation is a part of its request */
  constructor(around?: RequestTally) {
    this.around = goingOn(around);
  }

  queried(): void {
    this.databaseQueries += 1;
    this.around?.queried();
  }

  queryTook(seconds: number): void {
    this.databaseSeconds += seconds;
    this.around?.queryTook(seconds);
  }

  requested(): void {
    this.outgoingRequests += 1;
    this.around?.requested();
  }

  requestTook(seconds: number): void {
    this.outgoingSeconds += seconds;
    this.around?.requestTook(seconds);
  }

  /** What it is a part of and that goes on. The others are let go of, or events that emit one another would chain up. */
  get whole(): RequestTally | undefined {
    return (this.around = goingOn(this.around));
  }
}

/** The first that has not ended, of this one and those around it. */
function goingOn(tally: RequestTally | undefined): RequestTally | undefined {
  let one = tally;
  while (one?.ended === true) one = one.whole;
  return one;
}

/**
 * Tracks which request the current code belongs to. On Node 24 and later the cost is not measurable. Before that, every
 * `await` in the process costs about 65 ns more from the first request on.
 */
export class RequestScope {
  private readonly storage = new AsyncLocalStorage<RequestTally>();

  /** Runs `handle`, and all asynchronous work that it starts, in the scope of the request. */
  run<T>(tally: RequestTally, handle: () => T): T {
    return this.storage.run(tally, handle);
  }

  /** On older versions of Node, a storage that is not disabled slows every `await` in the process permanently. */
  stop(): void {
    this.storage.disable();
  }

  current(): RequestTally | undefined {
    return this.storage.getStore();
  }
}
