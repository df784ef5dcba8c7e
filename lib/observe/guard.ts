/** The parts of the library whose faults are counted apart. */
export const PARTS = [
  'http',
  'typeorm',
  'cache',
  'listener',
  'labels',
  'metrics',
  'collector',
  'exposition',
  'bridge',
  'runtime',
  'monitor',
] as const;
export type Part = (typeof PARTS)[number];

/** What a guard tells when something of ours failed inside the host. */
export interface FaultReport {
  readonly part: Part;
  readonly error: unknown;
  /** True the first time this cause is seen, so that it is logged once. */
  readonly first: boolean;
}

/** More causes than a library has; after that many nothing more is logged, only counted. */
const MAX_CAUSES = 100;

/**
 * Runs our code inside the host. Whatever it throws stays here: it is counted, logged once per cause, and the host
 * goes on as if we were not there.
 */
export class Guard {
  private readonly causes = new Set<string>();

  constructor(private readonly onFault: (fault: FaultReport) => void) {}

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
      this.onFault({ part, error, first: this.isNew(part, error) });
    } catch {
      // The last line of defence: a report that fails has nobody left to tell.
    }
  }

  private isNew(part: Part, error: unknown): boolean {
    const cause = `${part}: ${error instanceof Error ? `${error.name}: ${error.message}` : typeof error}`;
    if (this.causes.has(cause) || this.causes.size >= MAX_CAUSES) return false;
    this.causes.add(cause);
    return true;
  }
}
