import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type MetricsEndpoint } from '../../endpoint.js';
import { sendPlain } from '../../send.js';
import { type Pulse } from '../pulse.js';
import { type ResolvedServerOptions } from '../server.options.js';
import { health } from './health.js';
import { PROCESS_PATH, processInfo } from './own-process.js';
import { type Handler, reading } from './plain-answer.js';
import { Targets, TARGETS_PATH } from './targets.js';

export interface RouteParts {
  readonly server: ResolvedServerOptions;
  readonly endpoint: MetricsEndpoint;
  readonly pulse: Pulse;
  readonly report: { failed(error: unknown): void };
  /** The port that was taken. */
  readonly port: () => number;
}

/** What is at which path of the own port. */
export class OwnRoutes {
  private readonly handlers: ReadonlyMap<string, Handler>;

  constructor(private readonly parts: RouteParts) {
    this.handlers = handlersOf(parts);
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      await this.handlerOf(request)(request, response);
    } catch (error) {
      this.parts.report.failed(error);
      response.destroy();
    }
  }

  /** By the path as it was sent: a request for a proxy, with a whole URL as its target, finds nothing. */
  private handlerOf({ url = '' }: IncomingMessage): Handler {
    const path = url.replace(/\?.*$/s, '');
    return this.handlers.get(path) ?? this.notFound;
  }

  private readonly notFound: Handler = (_, response) =>
    sendPlain(response, 404, `The metrics are at ${this.parts.server.path}`);
}

function handlersOf({ server, endpoint, pulse, port }: RouteParts): ReadonlyMap<string, Handler> {
  const { path, healthPath, unhealthyAfterSeconds } = server;
  const metrics: Handler = (request, response) => endpoint.answer(request, response);
  const targets = new Targets(server, port);
  return new Map<string, Handler>([
    [PROCESS_PATH, reading(processInfo(path))],
    [TARGETS_PATH, reading(targets.answer)],
    ...(healthPath === false ? [] : [[healthPath, reading(health(pulse, unhealthyAfterSeconds))] as const]),
    [path, metrics],
    [`${path}/`, metrics],
  ]);
}
