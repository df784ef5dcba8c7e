import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type Lock } from '../../../access/lock.js';
import { type PagesAddress } from '../../../serving/port-pages.js';
import { type EndpointReport, type MetricsEndpoint } from '../../endpoint.js';
import { sendPlain } from '../../send.js';
import { type Pulse } from '../pulse.js';
import { type ResolvedServerOptions } from '../server.options.js';
import { localOnly, locked } from './door-lock.js';
import { health } from './health.js';
import { PROCESS_PATH, processInfo } from './own-process.js';
import { passedOn } from './passed-on.js';
import { type Handler, reading } from './plain-answer.js';
import { Targets, TARGETS_PATH } from './targets.js';

export interface RouteParts {
  readonly server: ResolvedServerOptions;
  readonly endpoint: MetricsEndpoint;
  readonly pulse: Pulse;
  readonly report: EndpointReport;
  /** Who may ask. */
  readonly lock: Lock | undefined;
  /** Pages that the application's thread answers, and their own lock. */
  readonly pages: PagesAddress | undefined;
  readonly pagesLock: Lock | undefined;
  /** The port that was taken. */
  readonly port: () => number;
  /** The `groupKey` of this process as one of many; undefined if it is read alone. */
  readonly group: string | undefined;
}

/** What is at which path of the own port. */
export class OwnRoutes {
  private readonly handlers: ReadonlyMap<string, Handler>;
  private readonly pages: Handler;

  constructor(private readonly parts: RouteParts) {
    this.handlers = handlersOf(parts);
    this.pages = pagesOf(parts);
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
    return this.handlers.get(path) ?? (this.isOfPages(path) ? this.pages : this.notFound);
  }

  private isOfPages(path: string): boolean {
    const { pages } = this.parts;
    return pages !== undefined && `${path}/`.startsWith(`${pages.path}/`);
  }

  private readonly notFound: Handler = (_, response) =>
    sendPlain(response, 404, `The metrics are at ${this.parts.server.path}`);
}

function handlersOf({ server, endpoint, pulse, lock, report, port, group }: RouteParts): ReadonlyMap<string, Handler> {
  const { path, healthPath, unhealthyAfterSeconds } = server;
  const metrics: Handler = (request, response) => endpoint.answer(request, response);
  const targets = new Targets(server, port);
  return new Map<string, Handler>([
    [PROCESS_PATH, reading(processInfo({ path, group }))],
    [TARGETS_PATH, locked(lock, () => report.rejected('auth'), reading(targets.answer))],
    ...(healthPath === false ? [] : [[healthPath, reading(health(pulse, unhealthyAfterSeconds))] as const]),
    [path, metrics],
    [`${path}/`, metrics],
  ]);
}

/** Without a lock of the port, as on the listener of the monitor: for clients on the same machine only. */
function pagesOf({ pages, lock, pagesLock }: RouteParts): Handler {
  if (pages === undefined) return (_, response) => sendPlain(response, 404, 'There are no pages.');
  const handler = locked(pagesLock, ignore, passedOn(pages));
  return lock === undefined && pagesLock === undefined ? localOnly(handler) : locked(lock, ignore, handler);
}

/** The metric of refused scrapes does not count requests for pages. */
function ignore(): void {}
