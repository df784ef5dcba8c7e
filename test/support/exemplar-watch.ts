import { type CellPlace } from '../../lib/metrics/cell-address.js';

/** What the worker reads: exemplars whose ids are all made of one digit, which the value is too, and the time ends in. */
export interface WatchedExemplars {
  readonly cells: Float64Array;
  readonly series: CellPlace;
  readonly buckets: number;
  /** Counted by the worker, by the indices below. */
  readonly counts: Int32Array;
}
export const COPIES = 0;
export const READ = 1;
/** Copies made while an exemplar was written: its check has told. */
export const CAUGHT = 2;
/** Exemplars of more than one writing that passed for one. */
export const MIXED = 3;
export const STOP = 4;
