import { Agent } from 'node:http';
import { Agent as TlsAgent } from 'node:https';

/** On the agents of our own requests; the same for every copy of the library. */
const OWN = Symbol.for('nestjs-prometheus-exporter.own-agent');

/**
 * As `agent: false`, a connection for one request, and marks the request as one of this library, so that it is not counted
 * as one of the application. An agent is the only option of a request that can be seen on it while it is being made.
 */
export function ownAgent(isTls: boolean): Agent {
  return Object.assign(isTls ? new TlsAgent() : new Agent(), { [OWN]: true });
}

export function isOwnRequest(request: object): boolean {
  const agent: unknown = Reflect.get(request, 'agent');
  return typeof agent === 'object' && agent !== null && OWN in agent;
}
