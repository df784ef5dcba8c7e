import { type CacheListener } from './cache-events.js';
import { type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { type SpanContext } from '../metrics/span-context.js';
import { type DatabaseListener } from './database-events.js';
import { type HttpMethod, METHODS } from './http-method.js';
import { type OperationListener } from './operation-events.js';
import { type QueueListener } from './queue-events.js';
import { type ScheduleListener } from './schedule-events.js';
import { type WebsocketListener } from './websocket-events.js';
import { type OutgoingListener } from './outgoing-events.js';

/**
 * Events of the application as plain readonly objects: the contract between the code that observes and the code that
 * listens. Nothing here depends on a metric, a name or a format. Durations are in seconds, sizes in bytes.
 *
 * An event object is only valid while its listener runs. Copy the values that you need, and do not keep the object.
 */

export { METHODS, type HttpMethod };

export const TRANSPORTS = ['http', 'https'] as const;
export type Transport = (typeof TRANSPORTS)[number];

export const HTTP_VERSIONS = ['1.0', '1.1', '2', '_OTHER'] as const;
export type HttpVersion = (typeof HTTP_VERSIONS)[number];

/** The route of requests that matched no registered route. */
export const UNMATCHED = '_unmatched';

/** A method and a route template. Each pair has exactly one object in an application, so that it can be a key. */
export interface Route {
  readonly method: HttpMethod;
  /** The matched template with prefix and version, of Nest or of the framework, or `_unmatched`. */
  readonly template: string;
  /** 0, 1, 2 … in the order of creation: an index for listeners that keep data per route. */
  readonly index: number;
}

/** A method of a controller that answers requests. */
export interface Handler {
  readonly controller: string;
  readonly handler: string;
  /** The template of `@Render`. */
  readonly template: string | undefined;
}

/** A route that the application registered at boot. */
export interface KnownRoute {
  readonly route: Route;
  readonly handler: Handler;
  /** The versions that the route answers to; `''` if it has none. */
  readonly version: string;
  /** The status that Nest sends if the handler returns. */
  readonly successStatus: number;
}

/** The common properties of Express's, Fastify's and Node's requests. */
export interface HttpRequest {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly headers: IncomingHttpHeaders;
  /** Node's own request, if the framework wraps it, as Fastify does. */
  readonly raw?: IncomingMessage;
}

/** A request and its response, as far as it exists. */
export interface HttpExchange {
  /**
   * The request that a guard gets from `getRequest()`, with everything that guards have put on it. With Fastify it is
   * Node's own request until a handler was chosen, and stays so if none is.
   */
  readonly request: HttpRequest;
  readonly method: HttpMethod;
  readonly transport: Transport;
  readonly httpVersion: HttpVersion;
  readonly route: Route;
  /** Undefined until a handler was chosen, and also afterwards if none was. */
  readonly handler: Handler | undefined;
  /** The status that was sent, or would have been: see `statusSent`. */
  readonly status: number;
  /** Whether the head of the response was sent. An exchange can be aborted before that. */
  readonly statusSent: boolean;
  /** From arrival to the last byte, or to the abort. */
  readonly durationSeconds: number;
  /** From arrival to the first byte of the response; undefined if none was sent or no metric needs it. */
  readonly timeToFirstByteSeconds: number | undefined;
  /** Bytes of the body that were read, as sent by the client. */
  readonly requestBodyBytes: number;
  /** Bytes of the body that were sent, after compression, without headers and chunk framing. */
  readonly responseBodyBytes: number;
  /** The body was sent in chunks: server-sent events, a file, any chunked response. */
  readonly streamed: boolean;
  /**
   * The `charset` of the response's Content-Type in lower case, as the application wrote it; undefined without one. Read
   * from the response whenever it is asked for, so that it costs nothing otherwise.
   */
  readonly charset: string | undefined;
  /** The template was rendered and sent. */
  readonly rendered: boolean;
  /** Statements that were started by the request; 0 without `http.queriesPerRequest`. */
  readonly databaseQueries: number;
  /** Their total time; concurrent statements count in full. */
  readonly databaseSeconds: number;
  /** HTTP requests that it sent to other hosts; 0 without `http.queriesPerRequest` and with `outgoing: false`. */
  readonly outgoingRequests: number;
  /** Their total time; concurrent ones count in full. */
  readonly outgoingSeconds: number;
  /**
   * The OpenTelemetry span of the request: the one that was active when the request arrived, else when its handler was
   * chosen. Undefined without one, if it is not sampled, and with `exemplars: false`.
   */
  readonly span: SpanContext | undefined;
}

/** The methods of a listener for HTTP requests. */
export interface HttpListener {
  /** Once at boot, before the first request. `transport` is that of the application's own server. */
  routesKnown?(routes: readonly KnownRoute[], transport: Transport): void;
  /** A request arrived. Its route is not known yet; if Nest has no handler for it, it is known only at the end. */
  requestReceived?(exchange: HttpExchange): void;
  /** A response was sent to its last byte, by a handler, a guard, a filter, middleware or the framework's 404. */
  requestAnswered?(exchange: HttpExchange): void;
  /** The client aborted the request before the response was complete. */
  requestAborted?(exchange: HttpExchange): void;
  /** A guard, pipe, interceptor or handler threw; `error` is what it threw, of any type. */
  exceptionThrown?(handler: Handler, error: unknown): void;
  /**
   * The time in interceptors, pipes and the handler. Only with `http.handlerDuration`. `span` is the sampled
   * OpenTelemetry span that was active at the start, if there was one.
   */
  handlerTimed?(handler: Handler, durationSeconds: number, span?: SpanContext): void;
}

export const HTTP_EVENTS = [
  'routesKnown',
  'requestReceived',
  'requestAnswered',
  'requestAborted',
  'exceptionThrown',
  'handlerTimed',
] as const satisfies readonly (keyof HttpListener)[];

/**
 * An object with methods for events. Every method is optional. An error or a rejection is caught and counted in
 * `nestjs_metrics_errors_total{part="listener"}`. Returned promises are not awaited.
 */
export interface Listener
  extends
    HttpListener,
    DatabaseListener,
    CacheListener,
    OperationListener,
    WebsocketListener,
    ScheduleListener,
    QueueListener,
    OutgoingListener {}

export type EventName = Exclude<keyof Listener, 'door'>;

/** All methods of a listener. */
export type Events = Required<Pick<Listener, EventName>>;
