import { type WriteFlags } from './write-flags.js';

/** As the flags give it. */
export interface DashboardFlags extends WriteFlags {
  readonly nativeHistograms?: true;
}
