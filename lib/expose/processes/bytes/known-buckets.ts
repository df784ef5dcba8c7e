import { CELLS_PER_CHUNK, type CellPlace, NO_ADDRESS, placeAt } from '../../../metrics/cell-address.js';
import { FINEST_SCHEMA, HEAD_CELLS } from '../../../metrics/native/native-layout.js';
import { MAX_NATIVE_BUCKETS } from '../../../metrics/native/native-window.js';
import { type FamilyReading } from '../../reading.js';

/** At this one, all numbers of a double are in a few buckets. */
const COARSEST_SCHEMA = -8;
/** The largest index at the finest schema, of either sign. */
const MAX_INDEX = 2 ** FINEST_SCHEMA * 1100;

/**
 * Takes the native buckets from series whose cells do not have them: the process ended while they moved, or the file is
 * damaged. Their classic buckets stay.
 *
 * @param chunks copies, in which this function writes
 */
export function dropUnknownBuckets(family: FamilyReading, chunks: readonly Float64Array[]): void {
  const { bounds, series, seriesCount, overflow } = family;
  for (let i = 0; i < seriesCount; i += 1) dropFrom(series[i]!, bounds.length, chunks);
  if (overflow !== undefined) dropFrom(overflow, bounds.length, chunks);
}

function dropFrom({ chunk, at }: CellPlace, bounds: number, chunks: readonly Float64Array[]): void {
  const cells = chunks[chunk]!;
  const pointer = at + bounds + 3;
  const address = cells[pointer]!;
  if (address !== NO_ADDRESS && !areBuckets(address, chunks)) cells[pointer] = NO_ADDRESS;
}

function areBuckets(address: number, chunks: readonly Float64Array[]): boolean {
  if (!Number.isSafeInteger(address) || address < 0) return false;
  const { chunk, at } = placeAt(address);
  const cells = chunks[chunk];
  if (cells === undefined || at + HEAD_CELLS > CELLS_PER_CHUNK) return false;
  const [schema = NaN, positiveFrom = NaN, positive = NaN, negativeFrom = NaN, negative = NaN] = cells.subarray(at);
  return (
    isWithin(schema, COARSEST_SCHEMA, FINEST_SCHEMA) &&
    [positiveFrom, negativeFrom].every((from) => isWithin(from, -MAX_INDEX, MAX_INDEX)) &&
    [positive, negative].every((length) => isWithin(length, 0, MAX_NATIVE_BUCKETS)) &&
    positive + negative <= MAX_NATIVE_BUCKETS &&
    at + HEAD_CELLS + positive + negative <= cells.length
  );
}

function isWithin(value: number, from: number, to: number): boolean {
  return Number.isInteger(value) && value >= from && value <= to;
}
