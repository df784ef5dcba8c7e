import { type RouteCounts } from '../history/route-history.js';

/** Of a slice: ten minutes with two thousand routes that are all asked for in every minute. */
export const MOST_ROWS_OF_SHEET = 20_000;

/**
 * The counts of one slice, as rows of numbers by a key that the slice gives a meaning: files are added together without
 * knowing what they count.
 */
export class Sheet {
  readonly rows = new Map<string, Float64Array>();
  /** Processes that have ended, whose file of this slice is counted in here, as long as that file may be there. */
  readonly included = new Set<string>();

  /** Further rows than {@link MOST_ROWS_OF_SHEET} are left out. */
  add(key: string, counts: RouteCounts): void {
    const row = this.rows.get(key);
    if (row !== undefined) for (let i = 0; i < row.length; i += 1) row[i]! += counts[i] ?? 0;
    else if (this.rows.size < MOST_ROWS_OF_SHEET) this.rows.set(key, Float64Array.from(counts));
  }

  addAll({ rows }: Pick<Sheet, 'rows'>): void {
    for (const [key, counts] of rows) this.add(key, counts);
  }
}
