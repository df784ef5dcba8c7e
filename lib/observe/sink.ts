import { type Listener } from './events.js';
import { type ErrorBoundary } from './error-boundary.js';
import { type RequestScope } from './request-scope.js';

/** Whom the instrumentations of an application tell what they see. */
export interface Sink {
  readonly listeners: Required<Listener>;
  readonly boundary: ErrorBoundary;
  /** Undefined when nobody wants to know which request a statement belongs to. */
  readonly requestScope: RequestScope | undefined;
}
