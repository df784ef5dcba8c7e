import { type IncomingMessage, type ServerResponse } from 'node:http';
import { itsTurn } from '../serving/turn.js';
import { type LivePages } from './live-pages.js';
import { nagiosXml } from './nagios.js';
import { type PageFile, type PageFileName } from './page.js';
import { type Snapshots } from './snapshots.js';
import { type StoreState, type Window, WINDOW_SECONDS, WINDOWS } from './state.js';

const NEVER_STORED = { 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' };
export const PLAIN_TEXT = { ...NEVER_STORED, 'Content-Type': 'text/plain; charset=utf-8' };
const EVENTS = {
  ...NEVER_STORED,
  'Content-Type': 'text/event-stream; charset=utf-8',
  // What gathers or compresses the events on their way would keep them back.
  'Cache-Control': 'no-store, no-transform',
  'X-Accel-Buffering': 'no',
};
const RETRY_AFTER_SECONDS = '5';

/** Answers what is asked below the path of the monitor, with Node's own requests and responses. */
export class MonitorResponder {
  private files: Promise<Readonly<Record<PageFileName, PageFile>>> | undefined;

  constructor(
    private readonly path: string,
    private readonly snapshots: Snapshots,
    private readonly pages: LivePages,
    private readonly failed: (error: unknown) => void,
  ) {}

  /** Its links are relative, so it has one address: without a slash at the end. */
  page(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [path, query] = splitUrl(request);
    if (!path.endsWith('/')) return this.file('page.html', request, response);
    const name = this.path.slice(this.path.lastIndexOf('/') + 1);
    return this.answering(response, () =>
      answer(response, 307, { ...NEVER_STORED, Location: `../${name}${query}` }, ''),
    );
  }

  file(name: PageFileName, request: IncomingMessage, response: ServerResponse): Promise<void> {
    return this.answering(response, async () => {
      const { body, headers, etag } = (await (this.files ??= loadPage(this.path)))[name];
      const known = request.headers['if-none-match'];
      if (known === '*' || known?.includes(etag) === true) answer(response, 304, headers, '');
      else answer(response, 200, headers, body);
    });
  }

  data(request: IncomingMessage, response: ServerResponse): Promise<void> {
    return this.answering(response, async () => {
      const window = windowOf(request);
      if (window === undefined) return refuseWindow(response);
      const json = await this.snapshots.of(window);
      answer(response, 200, { ...NEVER_STORED, 'Content-Type': 'application/json; charset=utf-8' }, json);
    });
  }

  /** Totals of one process, or old ones, would look like a service that was started anew: better none. */
  nagios(response: ServerResponse): Promise<void> {
    return this.answering(response, async () => {
      const { store, totals } = await this.snapshots.reading();
      if (!store.reachable) return unavailable(response, `${PLACES[store.kind]}\n`);
      answer(response, 200, { ...NEVER_STORED, 'Content-Type': 'application/xml; charset=utf-8' }, nagiosXml(totals));
    });
  }

  events(request: IncomingMessage, response: ServerResponse): Promise<void> {
    return this.answering(response, async () => {
      const window = windowOf(request);
      if (window === undefined) return refuseWindow(response);
      // Pipelined, it would take a place and nobody would say when its client leaves. Or it left while a guard was busy.
      if (!(await itsTurn(request, response))) return;
      if (this.pages.isFull) return unavailable(response, 'Too many pages are open: ask for data.json instead.\n');
      response.writeHead(200, EVENTS);
      if (request.method === 'HEAD') return void response.end();
      response.flushHeaders();
      this.pages.add(response, window);
    });
  }

  /** A response that is taken from the framework is not answered by its filters any more. */
  private async answering(response: ServerResponse, give: () => void | Promise<void>): Promise<void> {
    try {
      await give();
    } catch (error) {
      this.failed(error);
      if (!response.headersSent) answer(response, 500, PLAIN_TEXT, 'The monitor failed; its log says why.\n');
    }
  }
}

/** Why the totals are not known. Those in memory always are. */
const PLACES: Readonly<Record<StoreState['kind'], string>> = {
  memory: '',
  directory: 'The directory, where the totals are, cannot be read or written.',
  redis: 'Redis, where the totals are, cannot be reached.',
};

/** Loaded on demand: most processes of an application never serve the page. */
async function loadPage(path: string): Promise<Readonly<Record<PageFileName, PageFile>>> {
  const { pageFiles } = await import('./page.js');
  return pageFiles(path);
}

export function answer(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>>,
  body: string,
): void {
  const length = status === 304 ? {} : { 'Content-Length': Buffer.byteLength(body) };
  response.writeHead(status, { ...headers, ...length }).end(body);
}

function unavailable(response: ServerResponse, sentence: string): void {
  answer(response, 503, { ...PLAIN_TEXT, 'Retry-After': RETRY_AFTER_SECONDS }, sentence);
}

/** The requested value is not repeated in the answer. */
function refuseWindow(response: ServerResponse): void {
  answer(response, 400, PLAIN_TEXT, `Expected window to be one of ${WINDOWS.join(', ')}.\n`);
}

/** The path, and the query with its question mark. */
function splitUrl({ url = '' }: IncomingMessage): readonly [path: string, query: string] {
  const at = url.indexOf('?');
  return at === -1 ? [url, ''] : [url.slice(0, at), url.slice(at)];
}

/** The window in the query, the first one without any; undefined for one that does not exist. */
function windowOf(request: IncomingMessage): Window | undefined {
  const [, query] = splitUrl(request);
  const window = new URLSearchParams(query).get('window') ?? WINDOWS[0]!;
  return Object.hasOwn(WINDOW_SECONDS, window) ? (window as Window) : undefined;
}
