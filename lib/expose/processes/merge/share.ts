import { type FamilyReading, type Reading } from '../../reading.js';

/** What one process contributes. */
export interface Share {
  /** The number of the process among those that run: the value of the label `process`. */
  readonly slot: number;
  readonly reading: Reading;
  /** Numbers of processes that have ended. Only what they counted stays: `counted.ts` says what that is. */
  readonly isEnded: boolean;
}

/** A family in one of the shares. */
export interface FamilyPart {
  readonly share: Share;
  readonly family: FamilyReading;
}
