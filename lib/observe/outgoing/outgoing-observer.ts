import { type Sink } from '../sink.js';
import { type CallOwner, OutgoingCall } from './outgoing-call.js';
import { type OutgoingTargets, type Prefix } from './outgoing-targets.js';

/** Follows the outgoing requests of one application. Nothing here throws: in a channel, that would end the process. */
export class OutgoingObserver implements CallOwner {
  constructor(
    private readonly sink: Sink,
    private readonly targets: OutgoingTargets,
  ) {}

  /** Whether the current code belongs to a request, or to another piece of work, of this application. */
  get isCurrent(): boolean {
    return this.sink.requestScope?.current() !== undefined;
  }

  /** A request starts; undefined if it cannot be followed. */
  started(method: string | undefined, prefix: Prefix, authority: string): OutgoingCall | undefined {
    try {
      const { requestScope, activeSpan, listeners } = this.sink;
      const tally = requestScope?.current();
      const target = this.targets.of(method, prefix, authority);
      const call = new OutgoingCall(this, target, tally, activeSpan?.current());
      tally?.requested();
      listeners.outgoingStarted(call);
      return call;
    } catch (error) {
      this.failed(error);
      return undefined;
    }
  }

  ended(call: OutgoingCall): void {
    try {
      this.sink.listeners.outgoingEnded(call);
    } catch (error) {
      this.failed(error);
    }
  }

  failed(error: unknown): void {
    this.sink.boundary.report('outgoing', error);
  }
}
