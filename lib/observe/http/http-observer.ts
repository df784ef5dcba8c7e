import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type ActiveSpan } from '../../host/opentelemetry/active-span.js';
import { type ErrorBoundary } from '../error-boundary.js';
import { offConnectionClosed, onConnectionClosed } from '../../serving/connection.js';
import { type Sink } from '../sink.js';
import { type Events, UNMATCHED } from '../events.js';
import { countRequestBody, countResponseBody, noticeFlushedHeaders } from './body-bytes.js';
import { EXCHANGE, Exchange, type ExchangeOwner, IGNORED, type Observed } from './exchange.js';
import { gatewayPath } from './gateway-paths.js';
import { ignoredPaths } from './ignored-paths.js';
import { methodOf } from './methods.js';
import { type RouteTemplates } from './route-templates.js';

export interface HttpObserverOptions {
  readonly ignore: readonly (string | RegExp)[];
  readonly timeToFirstByte: boolean;
}

/**
 * Follows each request from its arrival to the last byte of its answer or to the abort, exactly once, whoever answers.
 * `adapter-hooks.ts` calls `arrive`, the marker guard names the handler, the response's `close` ends it.
 */
export class HttpObserver implements ExchangeOwner {
  readonly timesFirstByte: boolean;
  private readonly isIgnored: ((url: string | undefined) => boolean) | undefined;
  private stopped = false;
  /** Where socket.io answers; set once the gateways are known. */
  gateways: readonly string[] = [];
  /** How the framework names what is registered with it and not with Nest; set once there is a framework. */
  templateOf: ((exchange: Exchange) => string | undefined) | undefined;

  private readonly listeners: Events;
  private readonly boundary: ErrorBoundary;
  private readonly activeSpan: ActiveSpan | undefined;

  constructor(
    { listeners, boundary, activeSpan }: Sink,
    private readonly templates: RouteTemplates,
    options: HttpObserverOptions,
  ) {
    this.listeners = listeners;
    this.boundary = boundary;
    this.activeSpan = activeSpan;
    this.timesFirstByte = options.timeToFirstByte;
    this.isIgnored = ignoredPaths(options.ignore);
  }

  /** A request came in. Called again for the same one (another hook saw it too), it does nothing. */
  arrive(request: IncomingMessage & Observed, response: ServerResponse): void {
    if (request[EXCHANGE] !== undefined || this.stopped) return;
    try {
      this.begin(request, response);
    } catch (error) {
      this.boundary.report('http', error);
    }
  }

  /** From now on new requests are not seen; those under way are followed to their end. */
  stop(): void {
    this.stopped = true;
  }

  ended(exchange: Exchange): void {
    if (exchange.ended) return;
    exchange.ended = true;
    if (exchange.tally !== undefined) exchange.tally.ended = true;
    try {
      exchange.durationSeconds = (performance.now() - exchange.arrivedAt) / 1000;
      exchange.status = exchange.response.statusCode;
      offConnectionClosed(exchange.socket, exchange);
      if (exchange.handler === undefined) this.nameByFramework(exchange);
      if (exchange.answered) this.listeners.requestAnswered(exchange);
      else this.listeners.requestAborted(exchange);
    } catch (error) {
      this.boundary.report('http', error);
    }
  }

  /** A handler was chosen. Some instrumentations start the span of a request only in a hook of the framework, or here. */
  handled(exchange: Exchange): void {
    exchange.span ??= this.activeSpan?.current();
  }

  threw(exchange: Exchange, error: unknown): void {
    // A filter that throws what it was given hands it to the last filter of all: still one exception.
    if (exchange.thrown !== undefined && exchange.thrown.error === error) return;
    exchange.thrown = { error };
    try {
      if (exchange.handler !== undefined) this.listeners.exceptionThrown(exchange.handler, error);
    } catch (fault) {
      this.boundary.report('http', fault);
    }
  }

  failed(error: unknown): void {
    this.boundary.report('http', error);
  }

  /** Only requests that no handler took: others need not be asked about. One that cannot be named has ended all the same. */
  private nameByFramework(exchange: Exchange): void {
    if (exchange.route.template !== UNMATCHED) return;
    try {
      const template = this.templateOf?.(exchange) ?? this.gatewayOf(exchange);
      if (template !== undefined) exchange.route = this.templates.ofFramework(template).route(exchange.method);
    } catch (error) {
      this.boundary.report('http', error);
    }
  }

  /** Those are answered before the framework sees them. */
  private gatewayOf({ raw, reached }: Exchange): string | undefined {
    return reached === undefined ? gatewayPath(raw.url, this.gateways) : undefined;
  }

  private begin(request: IncomingMessage & Observed, response: ServerResponse): void {
    if (this.isIgnored?.(request.url) === true) {
      request[EXCHANGE] = IGNORED;
      return;
    }
    const method = methodOf(request.method);
    const exchange = new Exchange(this, request, response, method, this.templates.unmatched.route(method));
    request[EXCHANGE] = exchange;
    exchange.span = this.activeSpan?.current();
    countResponseBody(response, exchange);
    countRequestBody(request);
    onConnectionClosed(exchange.socket, response, exchange);
    if (this.timesFirstByte) noticeFlushedHeaders(response, exchange);
    this.listeners.requestReceived(exchange);
    response.on('close', onClose);
    if (exchange.injected) response.on('finish', onFinish);
  }
}

/** Shared by all responses. */
function onClose(this: ServerResponse & Observed): void {
  const exchange = this[EXCHANGE];
  if (exchange instanceof Exchange) exchange.owner.ended(exchange);
}

/** A response of a serverless platform is never closed, only finished, and that while it is still being ended. */
function onFinish(this: ServerResponse): void {
  process.nextTick(closed, this);
}

function closed(response: ServerResponse): void {
  onClose.call(response);
}
