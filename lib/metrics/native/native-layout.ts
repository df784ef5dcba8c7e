import { NO_ADDRESS, placeAt } from '../cell-address.js';

/**
 * Where the native buckets of a histogram are, as plain data: what another thread needs to read them.
 *
 * Behind the sum, a histogram with native buckets has two cells more: the count of its zero bucket, and the address of
 * its buckets, or `NO_ADDRESS` before the first one is used. There are, in this order: the schema, the index of the first
 * positive bucket and how many there are, the same two numbers of the negative ones, the counts of the positive buckets,
 * those of the negative ones.
 *
 * Buckets never change their meaning in place: those with another window or schema are in other cells. Only counts
 * change, and they only go up.
 */

/** The resolution before it is halved: each power of two is divided into 2 ** 4 buckets, each 4.4 % wide. */
export const FINEST_SCHEMA = 4;

/** Cells before the counts. */
export const HEAD_CELLS = 5;

/** Values up to here, on both sides, are in the zero bucket. The same as in the Go client. */
export const ZERO_THRESHOLD = 2 ** -128;

/** Consecutive buckets. The one with the index `i` has the upper bound `2 ** (i / 2 ** schema)`, which is in it. */
export interface BucketRun {
  readonly from: number;
  readonly length: number;
}

export interface NativeWindow {
  readonly schema: number;
  readonly positive: BucketRun;
  /** The same over the absolute values. */
  readonly negative: BucketRun;
}

/** No buckets. */
export const NO_RUN: BucketRun = { from: 0, length: 0 };

/** Without buckets. */
export const NO_WINDOW: NativeWindow = { schema: FINEST_SCHEMA, positive: NO_RUN, negative: NO_RUN };

export interface NativeBuckets extends NativeWindow {
  readonly cells: Float64Array;
  /** The cell of the first positive bucket; those of the negative ones follow the last one. */
  readonly at: number;
}

/** Buckets of a series that has none yet. */
const NO_BUCKETS: NativeBuckets = { ...NO_WINDOW, cells: new Float64Array(0), at: 0 };

/**
 * The native buckets that the cell at `at` refers to. Undefined if they are in a chunk that another thread does not know
 * yet: they have moved there while the entry of the journal was on its way.
 */
export function nativeBuckets(
  chunks: readonly Float64Array[],
  cells: Float64Array,
  at: number,
): NativeBuckets | undefined {
  const address = cells[at]!;
  if (address === NO_ADDRESS) return NO_BUCKETS;
  const { chunk, at: head } = placeAt(address);
  const its = chunks[chunk];
  if (its === undefined) return undefined;
  return {
    schema: its[head]!,
    positive: { from: its[head + 1]!, length: its[head + 2]! },
    negative: { from: its[head + 3]!, length: its[head + 4]! },
    cells: its,
    at: head + HEAD_CELLS,
  };
}

/** How many cells the buckets of a window take. */
export function windowWidth({ positive, negative }: NativeWindow): number {
  return HEAD_CELLS + positive.length + negative.length;
}

/** Writes what stands before the counts. */
export function writeHead(cells: Float64Array, at: number, { schema, positive, negative }: NativeWindow): void {
  cells.set([schema, positive.from, positive.length, negative.from, negative.length], at);
}
