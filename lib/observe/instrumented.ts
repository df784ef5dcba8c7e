import { type Listener } from './events.js';
import { type Guard } from './guard.js';
import { type RequestScope } from './request-scope.js';

/** Whom the instrumentations of an application tell what they see. */
export interface Instrumented {
  readonly listeners: Required<Listener>;
  readonly guard: Guard;
  /** Undefined when nobody wants to know which request a statement belongs to. */
  readonly requestScope: RequestScope | undefined;
}
