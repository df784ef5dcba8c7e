import { once } from 'node:events';
import { type Agent, type ClientRequest, type IncomingMessage, request as httpRequest } from 'node:http';
import { type MonitorState } from 'nestjs-prometheus-exporter';
import { type NestApp } from './nest-app.js';
import { waitUntil } from './wait-until.js';

/** What `nagios.xml` says. */
export interface Totals {
  readonly requests: number;
  readonly requestMillis: number;
  readonly statements: number;
  readonly statementMillis: number;
}

const NAGIOS =
  /^<status>\s*<timing>\s*<databaseCalls>\s*<count>(\d+)<\/count>\s*<totalTimeInMillis>(\d+)<\/totalTimeInMillis>\s*<\/databaseCalls>\s*<requests>\s*<count>(\d+)<\/count>\s*<totalTimeInMillis>(\d+)<\/totalTimeInMillis>\s*<\/requests>\s*<\/timing>\s*<\/status>\s*$/;

/** Reads the totals; anything but the elements that django-redis-monitor has is a fault. */
export async function totalsOf(app: NestApp, path = '/monitor'): Promise<Totals> {
  const { status, body } = await app.send(`${path}/nagios.xml`);
  const [, ...numbers] = NAGIOS.exec(body) ?? [];
  if (status !== 200 || numbers.length === 0) throw new Error(`Expected totals, got ${status}: ${body}`);
  const [statements = 0, statementMillis = 0, requests = 0, requestMillis = 0] = numbers.map(Number);
  return { requests, requestMillis, statements, statementMillis };
}

/** The state as of now at the earliest: for a second everybody is given the same one. */
export async function freshState(app: NestApp, window = '10m', path = '/monitor'): Promise<MonitorState> {
  const asked = Date.now();
  return waitUntil('the state is of now', async () => {
    const state = readState((await app.send(`${path}/data.json?window=${window}`)).body);
    if (Date.parse(state.time) < asked) throw new Error(`it is of ${state.time}`);
    return state;
  });
}

export function readState(json: string): MonitorState {
  return JSON.parse(json) as MonitorState;
}

/** One open page, as a browser has it: a request whose answer goes on. */
export class LivePage {
  /** Its events so far, as text. */
  readonly events: string[] = [];
  hasEnded = false;
  #rest = '';

  static async open(port: number, path = '/monitor/events', agent: Agent | false = false): Promise<LivePage> {
    const request = httpRequest({ host: '127.0.0.1', port, path, agent });
    request.end();
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    return new LivePage(request, response);
  }

  private constructor(
    private readonly request: ClientRequest,
    readonly response: IncomingMessage,
  ) {
    // Leaving is no error.
    request.on('error', () => undefined);
    response.on('error', () => undefined);
    response.on('end', () => (this.hasEnded = true));
    response.setEncoding('utf8').on('data', (text: string) => {
      const parts = (this.#rest + text).split('\n\n');
      this.#rest = parts.pop() ?? '';
      this.events.push(...parts);
    });
  }

  get status(): number {
    return this.response.statusCode ?? 0;
  }

  get states(): MonitorState[] {
    return this.events.map((event) => readState(event.slice('data: '.length)));
  }

  async receives(count: number): Promise<void> {
    await waitUntil(`${count} events are there`, () => this.events.length >= count, { timeoutMs: 20_000 });
  }

  async leave(): Promise<void> {
    if (this.response.closed) return;
    // A request that is destroyed says so with an error first.
    const closed = new Promise((resolve) => this.response.once('close', resolve));
    this.request.destroy();
    await closed;
  }
}
