import { type ActiveSpan } from '../../host/opentelemetry/active-span.js';
import { type DatabaseListener } from '../database-events.js';
import { type ErrorBoundary } from '../error-boundary.js';
import { type RequestScope } from '../request-scope.js';
import { type Sink } from '../sink.js';
import { HeldEvents } from './held-events.js';

/** Errors of ours that are kept until the application is known. */
const MAX_FAULTS = 100;

/**
 * The sink of one data source: that of its application, once it is known which one that is. Until then events and errors
 * are kept. Read its fields when something happens, and keep neither.
 */
export class DataSourceSink {
  listeners: Required<DatabaseListener>;
  requestScope: RequestScope | undefined = undefined;
  activeSpan: ActiveSpan | undefined = undefined;
  private readonly held = new HeldEvents();
  private readonly faults: unknown[] = [];
  private boundary: ErrorBoundary | undefined;

  constructor() {
    this.listeners = this.held.listeners;
  }

  get hasApplication(): boolean {
    return this.boundary !== undefined;
  }

  /** Nobody listens, and no more events are kept. */
  get isFull(): boolean {
    return this.boundary === undefined && this.held.isFull;
  }

  /** From now on everything goes to the application, and what was kept goes first. */
  connect({ listeners, requestScope, activeSpan, boundary }: Sink): void {
    this.listeners = listeners;
    this.requestScope = requestScope;
    this.activeSpan = activeSpan;
    this.boundary = boundary;
    for (const fault of this.faults.splice(0)) boundary.report('typeorm', fault);
    this.held.passTo(listeners);
  }

  /** Runs our code: what it throws is reported and does not reach the application. */
  run(run: () => void): void {
    try {
      run();
    } catch (error) {
      this.report(error);
    }
  }

  report(error: unknown): void {
    if (this.boundary !== undefined) this.boundary.report('typeorm', error);
    else if (this.faults.length < MAX_FAULTS) this.faults.push(error);
  }
}
