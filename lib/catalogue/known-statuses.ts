import { type Route } from '../observe/events.js';

/** The status codes of each route that are known at boot. Series of others count against the budget of their metric. */
export class KnownStatuses {
  private readonly byRoute: (readonly number[])[] = [];

  add({ index }: Route, statuses: readonly number[]): void {
    this.byRoute[index] = [...this.of(index), ...statuses];
  }

  /**
   * Which method of a metric gives the series of a route and a status: `known`, which is outside the series budget, if
   * both were known at boot. Declared label values are known too, though not all of their combinations exist yet.
   */
  howToMake({ index }: Route, status = this.of(index)[0]): 'known' | 'labels' {
    return status !== undefined && this.of(index).includes(status) ? 'known' : 'labels';
  }

  private of(index: number): readonly number[] {
    return this.byRoute[index] ?? [];
  }
}
