import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { Monitor } from '../../../lib/monitor/monitor.js';
import { type MonitorFactoryOptions, resolveMonitorOptions } from '../../../lib/monitor/monitor.options.js';
import { type MonitorState, type Window } from '../../../lib/monitor/state.js';
import { type Statement, type StatementError } from '../../../lib/observe/database-events.js';
import { type HttpExchange, type Listener } from '../../../lib/observe/events.js';
import { ErrorBoundary } from '../../../lib/observe/error-boundary.js';
import { MetricEvents } from '../../../lib/observe/metric-events.js';
import { type Received, send } from '../http-client.js';
import { listen } from '../listen.js';

export interface HappenedRequest {
  readonly route?: string;
  readonly status?: number;
  readonly seconds?: number;
  readonly queries?: number;
}

/**
 * The monitor of an application without the application: a test says which requests and statements ended. What it
 * tells is read over HTTP.
 */
export class MonitoredProcess {
  static async start(settings: MonitorFactoryOptions): Promise<MonitoredProcess> {
    const listeners = new Set<Listener>();
    const events = new MetricEvents({
      add: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    });
    const lines: string[] = [];
    const note = (line: string) => void lines.push(line);
    const monitor = await Monitor.create(resolveMonitorOptions(settings), {
      events,
      boundary: new ErrorBoundary(({ error }) => note(String(error))),
      log: { log: note, warn: note },
    });
    const server = createServer((request, response) => {
      const isData = request.url?.startsWith('/data.json') === true;
      void (isData ? monitor.responder.data(request, response) : monitor.responder.nagios(response));
    });
    const port = await listen(server);
    monitor.start();
    return new MonitoredProcess(monitor, listeners, lines, server, port);
  }

  /** What happened, to be compared with what was delivered. */
  readonly happened = { requests: 0, statements: 0 };
  private readonly routes: string[] = [];

  private constructor(
    readonly monitor: Monitor,
    private readonly listeners: ReadonlySet<Listener>,
    /** Every line of its log. */
    readonly log: readonly string[],
    private readonly server: Server,
    private readonly port: number,
  ) {}

  requests(count: number, { route = '/dogs', status = 200, seconds = 0.001, queries = 0 }: HappenedRequest = {}): void {
    const exchange = {
      request: { url: route },
      route: { method: 'GET', template: route, index: this.indexOf(route) },
      status,
      durationSeconds: seconds,
      databaseQueries: queries,
    } as unknown as HttpExchange;
    this.happened.requests += count;
    for (let i = 0; i < count; i += 1) for (const listener of this.listeners) listener.requestAnswered?.(exchange);
  }

  statements(count: number, seconds = 0.001, error?: StatementError): void {
    const statement = { durationSeconds: seconds, error } as Statement;
    this.happened.statements += count;
    for (let i = 0; i < count; i += 1) for (const listener of this.listeners) listener.statementEnded?.(statement);
  }

  async data(window: Window = '10m'): Promise<MonitorState> {
    const { status, body } = await send(this.port, { path: `/data.json?window=${window}` });
    if (status !== 200) throw new Error(`Expected data.json, got ${status}: ${body}`);
    return JSON.parse(body) as MonitorState;
  }

  nagios(): Promise<Received> {
    return send(this.port, { path: '/nagios.xml' });
  }

  /** As an application closes. */
  async close(): Promise<void> {
    await this.monitor.stop();
    if (!this.server.listening) return;
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, 'close');
  }

  private indexOf(route: string): number {
    const index = this.routes.indexOf(route);
    return index === -1 ? this.routes.push(route) - 1 : index;
  }
}
