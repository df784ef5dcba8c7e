import { Agent } from 'node:http';
import { send } from './http-client.js';
import { LoadReport, type Outcome } from './load-report.js';
import { abortAfter } from './raw-socket.js';

export interface LoadRequest {
  readonly method: string;
  readonly path: string;
  /** The route template the application is expected to count this request under. */
  readonly route: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /**
   * Leaves at this moment instead of taking the whole answer. The count is exact only if the application cannot be done
   * with its answer by then: on a route that waits, or whose answer is larger than the buffers on the way.
   */
  readonly abort?: 'request sent' | 'response head' | 'first body byte';
}

export interface LoadOptions {
  /** How many requests are under way at a time. */
  readonly concurrency?: number;
}

type Queue = Iterator<LoadRequest> | AsyncIterator<LoadRequest>;

/**
 * Sends every request of the list, in order, a bounded number at a time over connections that are kept alive, and counts
 * what came back by method, route and status. A list that is made while it is read, by an async generator, sets the pace.
 * Over node:http and not over autocannon, which counts by status alone and drops what is under way when its time is up.
 */
export async function driveLoad(
  port: number,
  requests: Iterable<LoadRequest> | AsyncIterable<LoadRequest>,
  { concurrency = 10 }: LoadOptions = {},
): Promise<LoadReport> {
  const report = new LoadReport();
  const agent = new Agent({ keepAlive: true, maxSockets: concurrency });
  // All workers share one iterator: who is free takes the next request.
  const queue = Symbol.asyncIterator in requests ? requests[Symbol.asyncIterator]() : requests[Symbol.iterator]();
  await Promise.all(Array.from({ length: concurrency }, () => work(port, queue, agent, report)));
  agent.destroy();
  return report;
}

async function work(port: number, queue: Queue, agent: Agent, report: LoadReport): Promise<void> {
  for (let next = await queue.next(); next.done !== true; next = await queue.next()) {
    try {
      // One request after the other is what bounds the concurrency.
      report.add(await outcomeOf(port, next.value, agent));
    } catch (error) {
      report.failures.push(error instanceof Error ? error : new Error(String(error)));
    }
  }
}

async function outcomeOf(port: number, request: LoadRequest, agent: Agent): Promise<Outcome> {
  const { method, route, abort, path, headers = {}, body = '' } = request;
  if (abort !== undefined) {
    await abortAfter(port, abort, { method, path, headers, body });
    return { method, route, status: 'aborted' };
  }
  const { status } = await send(port, { method, path, headers, body, agent });
  return { method, route, status };
}
