import { type SpanContext } from '../../metrics/span-context.js';
import { type OutgoingError, type OutgoingRequest, type OutgoingTarget } from '../outgoing-events.js';
import { type RequestTally } from '../request-scope.js';
import { outgoingError } from './outgoing-error.js';

/** Where a request, and its response, carry what belongs to us. Each copy of the library has its own. */
export const CALL = Symbol('nestjs-prometheus-exporter.outgoing');

/** Hears of the end of a request. Does not throw. */
export interface CallOwner {
  ended(call: OutgoingCall): void;
}

/** One outgoing request and the event that tells of it. It ends once, whatever is called later. */
export class OutgoingCall implements OutgoingRequest {
  status: number | undefined = undefined;
  error: OutgoingError | undefined = undefined;
  durationSeconds = 0;
  private hasEnded = false;
  private readonly startedAt = performance.now();

  constructor(
    private readonly owner: CallOwner,
    readonly target: OutgoingTarget,
    /** Of the work that sent it. */
    readonly tally: RequestTally | undefined,
    readonly span: SpanContext | undefined,
  ) {}

  answered(): void {
    this.end(undefined);
  }

  failed(error: unknown): void {
    this.failedAs(outgoingError(error));
  }

  failedAs(error: OutgoingError): void {
    // Clients that follow redirects do not read the body of one: fetch and axios give it up.
    this.end(error === 'aborted' && this.isRedirect ? undefined : error);
  }

  private get isRedirect(): boolean {
    return this.status !== undefined && this.status >= 300 && this.status < 400;
  }

  private end(error: OutgoingError | undefined): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    this.error = error;
    this.durationSeconds = (performance.now() - this.startedAt) / 1000;
    this.tally?.requestTook(this.durationSeconds);
    this.owner.ended(this);
  }
}
