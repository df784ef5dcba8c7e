import { type CacheListener } from './cache-events.js';
import { type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { type DatabaseListener } from './database-events.js';

/**
 * What happens in the application, as plain readonly events: the contract between those who observe and those who
 * listen. Nothing here knows a metric, a name or a format. Durations are seconds, sizes are bytes.
 *
 * An event object is valid while its listener runs; keep what you need of it, not the object.
 */

/** The methods of RFC 9110 with PATCH and QUERY; everything else a client may invent is `_OTHER`. */
export const METHODS = [
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'DELETE',
  'CONNECT',
  'OPTIONS',
  'TRACE',
  'PATCH',
  'QUERY',
  '_OTHER',
] as const;
export type HttpMethod = (typeof METHODS)[number];

export const TRANSPORTS = ['http', 'https'] as const;
export type Transport = (typeof TRANSPORTS)[number];

export const HTTP_VERSIONS = ['1.0', '1.1', '2', '_OTHER'] as const;
export type HttpVersion = (typeof HTTP_VERSIONS)[number];

/** The route of every request that nothing took which was registered under a path. */
export const UNMATCHED = '_unmatched';

/** A method and a route template: one object for each pair in an application, so that it can be a key. */
export interface Route {
  readonly method: HttpMethod;
  /** The matched template with prefix and version, of Nest or of the framework itself, or `_unmatched`. */
  readonly template: string;
  /** 0, 1, 2 … in the order of their making: an index for listeners that keep something per route. */
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
  /** The versions it answers to, `''` when it has none. */
  readonly version: string;
  /** The status that Nest sends when the handler returns. */
  readonly successStatus: number;
}

/** What Express's request, Fastify's and Node's own have in common. */
export interface HttpRequest {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly headers: IncomingHttpHeaders;
  /** Node's own request, where the framework wraps it: on Fastify. */
  readonly raw?: IncomingMessage;
}

/** A request and, as far as it has come, its answer. */
export interface HttpExchange {
  /**
   * The request that a guard gets from `getRequest()`, with all that guards have put on it. Fastify's is known once a
   * handler was chosen; until then, and for ever where none was, it is Node's own.
   */
  readonly request: HttpRequest;
  readonly method: HttpMethod;
  readonly transport: Transport;
  readonly httpVersion: HttpVersion;
  readonly route: Route;
  /** Undefined until a handler was chosen, and for ever when none was. */
  readonly handler: Handler | undefined;
  /** The status that was sent; meaningless for an aborted exchange. */
  readonly status: number;
  /** From arrival to the last byte, or to the abort. */
  readonly durationSeconds: number;
  /** From arrival to the first byte of the answer; undefined when none was sent or nobody asked for it. */
  readonly timeToFirstByteSeconds: number | undefined;
  /** Bytes of the body that were read, as sent by the client. */
  readonly requestBodyBytes: number;
  /** Bytes of the body that were sent, after compression, without headers and chunk framing. */
  readonly responseBodyBytes: number;
  /** The body was sent in pieces: server-sent events, a file, any chunked answer. */
  readonly streamed: boolean;
  /** The template was rendered and sent. */
  readonly rendered: boolean;
  /** Statements that were begun on behalf of the request; 0 without `http.queriesPerRequest`. */
  readonly databaseQueries: number;
  /** What they took together; those that run side by side count each. */
  readonly databaseSeconds: number;
}

/** The part of a listener that hears of requests. */
export interface HttpListener {
  /** Once at boot, before the first request. */
  routesKnown?(routes: readonly KnownRoute[]): void;
  /** A request arrived. Its route is not known yet; where Nest has no handler, it is known only at the end. */
  requestReceived?(exchange: HttpExchange): void;
  /** An answer was sent to its last byte, by whomever: handler, guard, filter, middleware, the 404 of the framework. */
  requestAnswered?(exchange: HttpExchange): void;
  /** The client left before the answer was complete. */
  requestAborted?(exchange: HttpExchange): void;
  /** A guard, pipe, interceptor or handler threw; `error` is what it threw, of any type. */
  exceptionThrown?(handler: Handler, error: unknown): void;
  /** Interceptors, pipes and handler took so long. Only with `http.handlerDuration`. */
  handlerTimed?(handler: Handler, durationSeconds: number): void;
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
 * An object that hears events. Every method is optional. Whatever one throws, or rejects with, is caught and counted in
 * `nestjs_metrics_errors_total{part="listener"}`; nobody waits for what one returns.
 */
export interface Listener extends HttpListener, DatabaseListener, CacheListener {}

export type EventName = keyof Listener;
