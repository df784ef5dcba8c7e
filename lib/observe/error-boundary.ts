import { type Logged, LoggedCauses } from './logged-causes.js';

/** The parts of the library whose errors are counted separately, besides those of the capabilities. */
export const OWN_PARTS = [
  'listener',
  'labels',
  'metrics',
  'collector',
  'auth',
  'exposition',
  'bridge',
  'server',
  'processes',
  'monitor',
] as const;

/** One of `OWN_PARTS`, or the part of a capability. */
export type Part = string;

/** An error in our code that was kept from the host. */
export interface FaultReport {
  readonly part: Part;
  readonly error: unknown;
  readonly logged: Logged;
}

/**
 * Runs our code inside the host application. Errors are caught, counted, and logged once per cause, and the host
 * continues unaffected.
 */
export class ErrorBoundary {
  /** Per part, so that many errors in one part do not suppress the log of another. */
  private readonly causes = new Map<Part, LoggedCauses>();

  constructor(
    private readonly onFault: (fault: FaultReport) => void,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Returns the result of `run`, or undefined if it threw. */
  run<T>(part: Part, run: () => T): T | undefined {
    try {
      return run();
    } catch (error) {
      this.report(part, error);
      return undefined;
    }
  }

  /** For hot paths with a try and catch of their own, which avoids a closure. */
  report(part: Part, error: unknown): void {
    try {
      this.onFault({ part, error, logged: this.logged(part, error) });
    } catch {
      // The last line of defence: a failure of the report itself cannot be reported.
    }
  }

  /** An unreadable error, such as one whose `message` throws, is counted but not logged. */
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
