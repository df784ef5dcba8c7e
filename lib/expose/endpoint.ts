import { type IncomingMessage, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import { TEXT } from './formats/text.js';
import { acceptsGzip, negotiateFormat } from './negotiate.js';
import { type Scraper } from './scrape.js';

export interface EndpointLimits {
  readonly concurrentScrapes: number;
  readonly scrapeTimeoutSeconds: number;
}

/** Why a scrape was not answered with metrics. */
export const REJECTIONS = ['busy', 'auth', 'bad_request'] as const;
export type Rejection = (typeof REJECTIONS)[number];

/** Who hears what the endpoint could not do. */
export interface EndpointReport {
  rejected(reason: Rejection): void;
  failed(error: unknown): void;
}

const MAX_QUERY_LENGTH = 64 * 1024;
/** Below this a packet carries it anyway. */
const MIN_GZIP_BYTES = 1400;
/** The scraper needs a moment to receive what was rendered. */
const MARGIN_SECONDS = 0.5;

/** Fastest: the bytes go to a neighbour, and the CPU that better ones would cost is the application's. */
const compress = promisify(gzip);
const GZIP_OPTIONS = { level: constants.Z_BEST_SPEED };

/** Answers scrapes on plain Node requests and responses, whichever server they come from. It never throws. */
export class MetricsEndpoint {
  private underWay = 0;

  constructor(
    private readonly scraper: Scraper,
    private readonly limits: EndpointLimits,
    private readonly report: EndpointReport,
  ) {}

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const refusal = this.refusalOf(request);
    if (refusal !== undefined) {
      if (refusal.reason !== undefined) this.report.rejected(refusal.reason);
      return sendPlain(response, refusal.status, refusal.text, refusal.headers);
    }
    this.underWay += 1;
    try {
      await this.serve(request, response);
    } catch (error) {
      if (isGone(error)) return;
      this.report.failed(error);
      sendPlain(response, 500, 'The metrics could not be written; the log of the application says why.');
    } finally {
      this.underWay -= 1;
    }
  }

  /** What a scrape would read now, in the text format, for whoever is in the process already: no request is counted. */
  async text(): Promise<string> {
    const scrape = await this.scraper.scrape(this.limits.scrapeTimeoutSeconds);
    return Buffer.concat(await scrape.as(TEXT)).toString();
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const format = negotiateFormat(request.headers.accept);
    const scrape = await this.scraper.scrape(this.timeoutOf(request));
    const pieces = await scrape.as(format);
    const body = acceptsGzip(request.headers) ? await compressed(pieces) : undefined;
    if (body !== undefined) response.setHeader('Content-Encoding', 'gzip');
    response.statusCode = 200;
    response.setHeader('Content-Type', format.contentType);
    await sendPieces(request, response, body ?? pieces, AbortSignal.timeout(this.limits.scrapeTimeoutSeconds * 1000));
  }

  private refusalOf(request: IncomingMessage): Refusal | undefined {
    if (request.method !== 'GET' && request.method !== 'HEAD') return METHOD_NOT_ALLOWED;
    if (queryLengthOf(request.url) > MAX_QUERY_LENGTH) return QUERY_TOO_LONG;
    return this.underWay >= this.limits.concurrentScrapes ? BUSY : undefined;
  }

  /** What Prometheus says it will wait, less the margin, but never more than we are willing to work on it. */
  private timeoutOf(request: IncomingMessage): number {
    const { scrapeTimeoutSeconds } = this.limits;
    const announced = Number(request.headers['x-prometheus-scrape-timeout-seconds']);
    if (!(announced > 0)) return scrapeTimeoutSeconds;
    return Math.min(scrapeTimeoutSeconds, Math.max(announced - MARGIN_SECONDS, announced / 2));
  }
}

interface Refusal {
  readonly status: number;
  readonly text: string;
  readonly reason?: Rejection;
  readonly headers?: Readonly<Record<string, string>>;
}

const METHOD_NOT_ALLOWED: Refusal = {
  status: 405,
  text: 'Metrics are read with GET.',
  headers: { Allow: 'GET, HEAD' },
};
const QUERY_TOO_LONG: Refusal = { status: 400, text: 'The query string is too long.', reason: 'bad_request' };
const BUSY: Refusal = {
  status: 503,
  text: 'Too many scrapes at once.',
  reason: 'busy',
  headers: { 'Retry-After': '1' },
};

async function compressed(pieces: readonly Buffer[]): Promise<readonly Buffer[] | undefined> {
  const size = byteLength(pieces);
  return size < MIN_GZIP_BYTES ? undefined : [await compress(Buffer.concat(pieces, size), GZIP_OPTIONS)];
}

/** A client that does not read its answer is cut off at `deadline`: it would keep its place and the whole body. */
async function sendPieces(
  request: IncomingMessage,
  response: ServerResponse,
  pieces: readonly Buffer[],
  deadline: AbortSignal,
): Promise<void> {
  setCommonHeaders(response);
  response.setHeader('Content-Length', byteLength(pieces));
  if (request.method === 'HEAD' || pieces.length === 1) await sendWhole(response, pieces[0], deadline);
  else await pipeline(Readable.from(pieces), response, { signal: deadline });
}

async function sendWhole(response: ServerResponse, body: Buffer | undefined, deadline: AbortSignal): Promise<void> {
  try {
    await finished(response.end(body), { signal: deadline });
  } catch (error) {
    response.destroy();
    throw error;
  }
}

function sendPlain(response: ServerResponse, status: number, text: string, headers: Refusal['headers'] = {}): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.statusCode = status;
  response.removeHeader('Content-Encoding');
  setCommonHeaders(response);
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.setHeader('Content-Type', 'text/plain; charset=utf-8');
  response.setHeader('Content-Length', Buffer.byteLength(text) + 1);
  response.end(`${text}\n`);
}

function setCommonHeaders(response: ServerResponse): void {
  response.setHeader('Cache-Control', 'no-store');
  response.setHeader('Vary', [response.getHeader('Vary') ?? [], 'Accept, Accept-Encoding'].flat().join(', '));
  response.setHeader('X-Content-Type-Options', 'nosniff');
}

function byteLength(pieces: readonly Buffer[]): number {
  return pieces.reduce((total, piece) => total + piece.byteLength, 0);
}

function queryLengthOf(url = ''): number {
  const at = url.indexOf('?');
  return at === -1 ? 0 : url.length - at - 1;
}

const GONE: readonly unknown[] = [
  'ERR_STREAM_PREMATURE_CLOSE',
  'ERR_STREAM_DESTROYED',
  'ECONNRESET',
  'EPIPE',
  'ABORT_ERR',
];

/** The scraper hung up or stopped reading while it was being answered: nothing went wrong here. */
function isGone(error: unknown): boolean {
  return GONE.includes((error as { code?: unknown } | null)?.code);
}
