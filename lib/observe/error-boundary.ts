import { type Logged, LoggedCauses } from './logged-causes.js';

/** The parts of the library whose errors are counted apart, beside those of the capabilities. */
export const OWN_PARTS = ['listener', 'labels', 'metrics', 'collector', 'exposition', 'bridge', 'monitor'] as const;

/** One of `OWN_PARTS`, or the part of a capability. */
export type Part = string;

/** An error of ours that was kept from the host. */
export interface FaultReport {
  readonly part: Part;
  readonly error: unknown;
  readonly logged: Logged;
}

/**
 * Runs our code inside the host. Whatever it throws stays here: it is counted, logged once per cause, and the host
 * goes on as if we were not there.
 */
export class ErrorBoundary {
  /** Of each part apart, so that a noisy one silences no other. */
  private readonly causes = new Map<Part, LoggedCauses>();

  constructor(
    private readonly onFault: (fault: FaultReport) => void,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** The result of `run`, or undefined when it threw. */
  run<T>(part: Part, run: () => T): T | undefined {
    try {
      return run();
    } catch (error) {
      this.report(part, error);
      return undefined;
    }
  }

  /** For those hot paths that write their own try and catch to save a closure. */
  report(part: Part, error: unknown): void {
    try {
      this.onFault({ part, error, logged: this.logged(part, error) });
    } catch {
      // The last line of defence: a report that fails has nobody left to tell.
    }
  }

  /** An error that cannot be read, such as one whose `message` throws, is counted like any other. */
  private logged(part: Part, error: unknown): Logged {
    try {
      return this.causesOf(part).admit(error);
    } catch {
      return 'no';
    }
  }

  private causesOf(part: Part): LoggedCauses {
    const known = this.causes.get(part);
    if (known !== undefined) return known;
    const made = new LoggedCauses(this.now);
    this.causes.set(part, made);
    return made;
  }
}
