/**
 * What is counted in a bucket, as one row of numbers: the cells are indexed with the constants below. Durations are
 * microseconds, as they are in Redis.
 */
export type Counts = Float64Array;

export const REQUESTS = 0;
export const REQUEST_MICROS = 1;
export const STATEMENTS = 2;
export const STATEMENT_MICROS = 3;
/** The requests that errors and aborts are a share of: those of applications that report them, which Django's do not. */
export const JUDGED_REQUESTS = 4;
export const ERRORS = 5;
export const ABORTED = 6;
export const FAILED_STATEMENTS = 7;
/** How many numbers a row has. */
export const WIDTH = 8;

export function noCounts(): Counts {
  return new Float64Array(WIDTH);
}

/** Adds a row to the cells of another, which begin at `offset`. */
export function addCounts(cells: Float64Array, counts: Counts, offset = 0): void {
  for (let i = 0; i < WIDTH; i += 1) cells[offset + i]! += counts[i]!;
}
