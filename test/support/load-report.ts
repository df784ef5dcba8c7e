/** What became of a request: answered with a status, or aborted by us, which has none. */
export interface Outcome {
  readonly method: string;
  /** The route template the application is expected to count the request under. */
  readonly route: string;
  readonly status: number | 'aborted';
}

export interface Tally extends Outcome {
  readonly count: number;
}

/** How many requests came to which outcome. */
export class LoadReport {
  readonly #counts = new Map<string, Tally>();
  /** Requests whose fate is unknown, because their connection broke; a test has to expect none. */
  readonly failures: Error[] = [];

  add(outcome: Outcome): void {
    const key = JSON.stringify([outcome.method, outcome.route, outcome.status]);
    const count = this.#counts.get(key)?.count ?? 0;
    this.#counts.set(key, { ...outcome, count: count + 1 });
  }

  /** One entry for each method, route and status that occurred. */
  get tallies(): readonly Tally[] {
    return [...this.#counts.values()];
  }

  /** How many were answered, of those with the given method, route or status. */
  answered(filter: Partial<Outcome> = {}): number {
    return this.#count((tally) => tally.status !== 'aborted' && matches(tally, filter));
  }

  /** How many were aborted, of those with the given method or route. */
  aborted(filter: Partial<Omit<Outcome, 'status'>> = {}): number {
    return this.#count((tally) => tally.status === 'aborted' && matches(tally, filter));
  }

  #count(isCounted: (tally: Tally) => boolean): number {
    return this.tallies.filter(isCounted).reduce((sum, { count }) => sum + count, 0);
  }
}

function matches(tally: Tally, { method, route, status }: Partial<Outcome>): boolean {
  return (
    (method === undefined || tally.method === method) &&
    (route === undefined || tally.route === route) &&
    (status === undefined || tally.status === status)
  );
}
