import { type ActiveSpan } from '../host/opentelemetry/active-span.js';
import { type Events } from './events.js';
import { type ErrorBoundary } from './error-boundary.js';
import { type RequestScope } from './request-scope.js';

/** Where the instrumentations of an application send what they see. */
export interface Sink {
  readonly listeners: Events;
  readonly boundary: ErrorBoundary;
  /** Undefined with `http.queriesPerRequest` off: it is not known to which request a statement belongs. */
  readonly requestScope: RequestScope | undefined;
  /** Undefined with `exemplars: false`. */
  readonly activeSpan: ActiveSpan | undefined;
}
