import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { type ErrorBoundary } from '../observe/error-boundary.js';
import { type Answer, type Entrance } from './entrance.js';
import { seemsLocal } from '../access/local-client.js';
import { MonitorAnswers, refusal } from './monitor-answers.js';
import { type MonitorResponder } from './monitor-responder.js';
import { type ResolvedListenOptions } from './monitor.options.js';

export interface ListenerParts {
  readonly responder: MonitorResponder;
  readonly entrance: Entrance;
  readonly path: string;
  readonly boundary: ErrorBoundary;
  readonly log: { log(message: string): void; error(message: string): void };
}

/**
 * Serves the monitor on a loopback port of its own. No proxy leads there unless somebody points it there, so nobody
 * outside of the machine can ask, whatever they send to the application.
 */
export class MonitorListener {
  private readonly server: Server;
  private readonly answers: MonitorAnswers;

  constructor(
    private readonly address: ResolvedListenOptions,
    private readonly parts: ListenerParts,
  ) {
    this.answers = new MonitorAnswers(parts.responder, parts.path);
    this.server = createServer((request, response) => void this.answer(request, response));
    // The process lives no longer than it would without us.
    this.server.on('connection', (socket) => socket.unref());
  }

  /** The application is worth more than its monitor: without the port it starts all the same, and says so. */
  async start(): Promise<void> {
    const { log, path, boundary } = this.parts;
    try {
      this.server.listen(this.address).unref();
      await once(this.server, 'listening');
      this.server.on('error', (error) => boundary.report('monitor', error));
      log.log(`The monitor is on http://${hostOf(this.server.address() as AddressInfo)}${path}`);
    } catch (error) {
      log.error(
        `The monitor cannot listen on ${this.address.host}:${this.address.port}, and the application runs without it: ${reasonOf(error)}. Change \`listen.port\` of MonitorModule; 0 takes any free one.`,
      );
    }
  }

  async stop(): Promise<void> {
    if (!this.server.listening) return;
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }

  /** Never rejects. */
  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      await this.parts.entrance.through(request, response, this.answerFor(request));
    } catch (error) {
      this.parts.boundary.report('monitor', error);
      response.destroy();
    }
  }

  private answerFor(request: IncomingMessage): Answer {
    if (!seemsLocal(request)) {
      return refusal(
        403,
        'The monitor answers only to clients on its own machine, at localhost and not through a proxy.',
      );
    }
    return this.answers.of(request);
  }
}

function hostOf({ address, family, port }: AddressInfo): string {
  return `${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === 'EADDRINUSE' ? 'another process holds the port (EADDRINUSE)' : message;
}
