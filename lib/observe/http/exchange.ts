import { type IncomingMessage, type ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import {
  type Route,
  type Handler,
  type HttpExchange,
  type HttpRequest,
  type HttpVersion,
  type HttpMethod,
  type Transport,
} from '../events.js';
import { type SpanContext } from '../../metrics/span-context.js';
import { type WaitingResponse } from '../../serving/connection.js';
import { type Reached } from './reached.js';
import { type RequestTally } from '../request-scope.js';
import { charsetOf } from './charset.js';

/** Where request, response and socket carry what belongs to us; the same for every copy of the library. */
export const EXCHANGE = Symbol.for('nestjs-prometheus-exporter.exchange');

export interface Observed {
  [EXCHANGE]?: Exchange | typeof IGNORED | undefined;
}

/** On a request that the user does not want to see counted. */
export const IGNORED = Symbol.for('nestjs-prometheus-exporter.ignored');

/**
 * The exchange of a request of whatever framework. Its own mark comes first: Express leaves `raw` to the application,
 * which may keep a body there, and only Fastify's request has its mark on what it wraps.
 */
export function exchangeOf(request: (Observed & { readonly raw?: unknown }) | undefined): Exchange | undefined {
  const mark = request?.[EXCHANGE] ?? (request?.raw as Observed | null | undefined)?.[EXCHANGE];
  return mark instanceof Exchange ? mark : undefined;
}

/** The methods of a response that bodies pass through. */
export interface ResponseMethods {
  readonly write: (this: ServerResponse, chunk: unknown, encoding: unknown, callback: unknown) => boolean;
  readonly end: (this: ServerResponse, chunk: unknown, encoding: unknown, callback: unknown) => ServerResponse;
}

/** The observer of an exchange. */
export interface ExchangeOwner {
  /** Whether anybody wants `timeToFirstByteSeconds`. */
  readonly timesFirstByte: boolean;
  /** Its handler has been chosen. */
  handled(exchange: Exchange): void;
  ended(exchange: Exchange): void;
  threw(exchange: Exchange, error: unknown): void;
  /** Something of ours went wrong on the way. */
  failed(error: unknown): void;
}

/**
 * One request and its answer, and the event that tells of them: one object per request, nothing copied.
 */
export class Exchange implements HttpExchange, WaitingResponse {
  route: Route;
  handler: Handler | undefined = undefined;
  request: HttpRequest;
  status = 0;
  durationSeconds = 0;
  timeToFirstByteSeconds: number | undefined = undefined;
  requestBodyBytes = 0;
  /** The sum of its statements; undefined with `http.queriesPerRequest` off. */
  tally: RequestTally | undefined = undefined;
  span: SpanContext | undefined = undefined;
  streamed = false;
  /** The last that a handler, or what stands around it, threw. */
  thrown: { readonly error: unknown } | undefined = undefined;
  /** The last place that the request has reached of what is registered with the framework itself. */
  reached: Reached | undefined = undefined;
  ended = false;
  /** The answer was given to its end. */
  endCalled = false;
  /** The methods that somebody had given this one response before its bytes were counted; in practice nobody. */
  methods: ResponseMethods | undefined = undefined;
  /** Bytes given to the response; what a HEAD or a 304 was given is not sent. */
  writtenBytes = 0;
  readonly arrivedAt = performance.now();
  readonly transport: Transport;
  /** The connection, where there is one of HTTP/1: HTTP/2 shares it, `inject()` has none. */
  readonly socket: Socket | undefined;

  constructor(
    readonly owner: ExchangeOwner,
    readonly raw: IncomingMessage,
    readonly response: ServerResponse,
    readonly method: HttpMethod,
    unmatched: Route,
  ) {
    this.route = unmatched;
    this.request = raw;
    const { socket } = raw;
    this.socket = raw.httpVersionMajor < 2 && socket instanceof Socket ? socket : undefined;
    this.transport = (socket as { encrypted?: boolean } | null)?.encrypted === true ? 'https' : 'http';
  }

  get databaseQueries(): number {
    return this.tally?.databaseQueries ?? 0;
  }

  get databaseSeconds(): number {
    return this.tally?.databaseSeconds ?? 0;
  }

  get outgoingRequests(): number {
    return this.tally?.outgoingRequests ?? 0;
  }

  get outgoingSeconds(): number {
    return this.tally?.outgoingSeconds ?? 0;
  }

  get statusSent(): boolean {
    return this.response.headersSent;
  }

  get httpVersion(): HttpVersion {
    const { httpVersionMajor: major, httpVersionMinor: minor } = this.raw;
    if (major === 1) return minor === 1 ? '1.1' : '1.0';
    return major === 2 ? '2' : '_OTHER';
  }

  /** So many bytes of the body were given to the response, in one piece or as one of several. */
  wrote(bytes: number, piece: boolean): void {
    this.startedAnswering();
    this.writtenBytes += bytes;
    if (piece && bytes > 0 && this.method !== 'HEAD') this.streamed = true;
  }

  /** Its client has left while its response was waiting behind another one. */
  connectionClosed(): void {
    this.owner.ended(this);
  }

  /** Called when bytes go to the client; only the first call counts. */
  startedAnswering(): void {
    if (this.owner.timesFirstByte) this.timeToFirstByteSeconds ??= (performance.now() - this.arrivedAt) / 1000;
  }

  get responseBodyBytes(): number {
    const { status } = this;
    return this.method === 'HEAD' || status === 304 || status === 204 ? 0 : this.writtenBytes;
  }

  get charset(): string | undefined {
    return charsetOf(this.response);
  }

  get rendered(): boolean {
    return this.handler?.template !== undefined && this.thrown === undefined;
  }

  /** Not from a connection: `inject()`, or a serverless platform that made the request up. */
  get injected(): boolean {
    return this.socket === undefined && this.raw.httpVersionMajor < 2;
  }

  /**
   * Whether the answer was sent to its last byte. A response that was cancelled over HTTP/2 may call itself finished
   * but has not ended. Over HTTP/1 it may even be both, when the socket broke with the last bytes still on their way: a
   * socket that lives until then is the only witness. Where there is no connection, the end of the answer is the end.
   */
  get answered(): boolean {
    const { response, socket } = this;
    // The usual case, without a look at the response: Express gives each one a class of its own, and looks are dear.
    if (this.endCalled && socket?.destroyed === false) return true;
    if (!response.writableEnded) return false;
    return this.injected || (response.writableFinished && socket?.destroyed !== true);
  }
}
