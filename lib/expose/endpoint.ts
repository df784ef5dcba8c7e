import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type Lock } from '../access/lock.js';
import { askLock } from '../serving/ask-lock.js';
import { itsTurn } from '../serving/turn.js';
import { addressOf, Client } from './client.js';
import { type ExpositionSource } from './exposition-source.js';
import { type Filter } from './filter.js';
import { filterQuery } from './filter-query.js';
import { TEXT } from './formats/text.js';
import { acceptsGzip } from './negotiate.js';
import { Places } from './places.js';
import { sendPieces, sendPlain } from './send.js';

export interface EndpointLimits {
  readonly concurrentScrapes: number;
  readonly scrapeTimeoutSeconds: number;
}

/** Why a scrape was not answered with metrics. */
export const REJECTIONS = ['busy', 'auth', 'bad_request'] as const;
export type Rejection = (typeof REJECTIONS)[number];

/** Is told what the endpoint could not do. */
export interface EndpointReport {
  rejected(reason: Rejection): void;
  failed(error: unknown): void;
}

/** The time that the scraper needs to receive the answer. */
const MARGIN_SECONDS = 0.5;

/**
 * Answers scrapes on plain Node requests and responses, whichever server they come from. It never throws.
 *
 * For applications without HTTP: `app.get(MetricsEndpoint).answer(request, response)` in a server of their own. No guard
 * protects it there, only option `auth`.
 */
export class MetricsEndpoint {
  private readonly places: Places;

  /** @internal made by Nest */
  constructor(
    private readonly source: ExpositionSource,
    private readonly limits: EndpointLimits,
    private readonly report: EndpointReport,
    /** What `collect[]` and `exclude[]` can ask for. */
    private readonly groups: readonly string[] = [],
    private readonly lock?: Lock,
  ) {
    this.places = new Places(limits.concurrentScrapes);
  }

  /** Resolves when the answer was handed over, or its client has left. */
  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.lock !== undefined && !(await this.opens(this.lock, request, response))) return;
    if (!isReading(request)) return this.refuse(response, METHOD_NOT_ALLOWED);
    const { filter, fault } = filterQuery(request.url, this.groups);
    if (fault !== undefined) return this.refuse(response, badRequest(fault));
    if (!(await itsTurn(request, response))) return;
    const leave = this.places.take(addressOf(request));
    if (leave === undefined) return this.refuse(response, BUSY);
    const client = new Client(response);
    try {
      await this.serve(request, response, filter, client);
    } catch (error) {
      if (!client.hasLeft) this.fail(response, error);
    } finally {
      client.release();
      leave();
    }
  }

  /** What a scrape would answer now, in the text format. For code in the same process: no request is counted. */
  async text(): Promise<string> {
    const timeoutSeconds = this.limits.scrapeTimeoutSeconds;
    const question = { accept: TEXT.contentType, acceptsGzip: false, timeoutSeconds, filter: undefined };
    const { pieces } = await this.source.answer(question);
    return Buffer.concat(pieces).toString();
  }

  private async serve(
    request: IncomingMessage,
    response: ServerResponse,
    filter: Filter | undefined,
    client: Client,
  ): Promise<void> {
    const { headers } = request;
    const timeoutSeconds = this.timeoutOf(request);
    const question = { accept: headers.accept, acceptsGzip: acceptsGzip(headers), timeoutSeconds, filter };
    const { contentType, isGzip, pieces } = await this.source.answer(question, client.gone);
    client.gone.throwIfAborted();
    if (isGzip) response.setHeader('Content-Encoding', 'gzip');
    response.statusCode = 200;
    response.setHeader('Content-Type', contentType);
    client.cutOffAfter(this.limits.scrapeTimeoutSeconds);
    await sendPieces(request, response, pieces, client.gone);
  }

  /** Comes before all other checks: those who are not let in learn nothing from them. */
  private async opens(lock: Lock, request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    const refusal = await askLock(lock, request, response);
    if (refusal === undefined || refusal === 'gone') return refusal === undefined;
    if (!lock.isTrial(request)) this.report.rejected('auth');
    sendPlain(response, refusal.status, refusal.text, refusal.headers);
    return false;
  }

  private refuse(response: ServerResponse, { status, text, reason, headers }: Refusal): void {
    if (reason !== undefined) this.report.rejected(reason);
    sendPlain(response, status, text, headers);
  }

  private fail(response: ServerResponse, error: unknown): void {
    this.report.failed(error);
    sendPlain(response, 500, 'The metrics could not be written; the log of the application says why.');
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
const BUSY: Refusal = {
  status: 503,
  text: 'Too many scrapes at once.',
  reason: 'busy',
  headers: { 'Retry-After': '1' },
};

function isReading({ method }: IncomingMessage): boolean {
  return method === 'GET' || method === 'HEAD';
}

function badRequest(text: string): Refusal {
  return { status: 400, text, reason: 'bad_request' };
}
