import { type SpanContext } from '../metrics/span-context.js';
import { type HttpMethod } from './http-method.js';

/** Events of the HTTP requests that the application sends to other hosts. Durations are in seconds. */

/** Why a request had no complete response. `aborted`: the application gave it up. */
export const OUTGOING_ERRORS = ['refused', 'reset', 'timeout', 'tls', 'dns', 'aborted', 'other'] as const;
export type OutgoingError = (typeof OUTGOING_ERRORS)[number];

/** Stands for every host that is neither declared nor among the first that were seen. */
export const OTHER_HOST = '_OTHER';

/** A method and a host. Each pair has exactly one object per scheme in an application, so that it can be a key. */
export interface OutgoingTarget {
  readonly method: HttpMethod;
  readonly scheme: 'http' | 'https';
  /** The name, with the port unless it is the default of the scheme; a declared pattern, or `_OTHER`. */
  readonly host: string;
  /** The host without a port. */
  readonly address: string;
  /** Undefined for `_OTHER`. */
  readonly port: number | undefined;
}

/** One request, from its start to the last byte of its response or to its error. Each hop of a redirect is a request. */
export interface OutgoingRequest {
  readonly target: OutgoingTarget;
  /** The status of the response; undefined until its head was received. */
  readonly status: number | undefined;
  /** Undefined if the response was received to its last byte, whatever its status. */
  readonly error: OutgoingError | undefined;
  readonly durationSeconds: number;
  /** The sampled OpenTelemetry span that was active at the start; undefined without one and with `exemplars: false`. */
  readonly span: SpanContext | undefined;
}

/** The methods of a listener for outgoing requests. */
export interface OutgoingListener {
  /** Once at boot: GET requests to the hosts that the application declares, patterns left out. */
  outgoingKnown?(targets: readonly OutgoingTarget[]): void;
  outgoingStarted?(request: OutgoingRequest): void;
  /** Emitted exactly once for each request that was started. */
  outgoingEnded?(request: OutgoingRequest): void;
}

export const OUTGOING_EVENTS = [
  'outgoingKnown',
  'outgoingStarted',
  'outgoingEnded',
] as const satisfies readonly (keyof OutgoingListener)[];
