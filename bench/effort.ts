/** The effort of each part. `QUICK` only shows that the bench works; it has too few runs to quote its results. */
export interface Effort {
  readonly hotPathSamples: number;
  readonly requestRounds: number;
  readonly requestSlices: number;
  readonly requestsPerSlice: number;
  readonly warmUpRequests: number;
  readonly scrapes: number;
  readonly memoryRuns: number;
  readonly idleSeconds: number;
  readonly statementRounds: number;
  readonly statementSamples: number;
  readonly bootRuns: number;
  readonly blockedSeconds: number;
  readonly ownPortRounds: number;
}

export const FULL: Effort = {
  hotPathSamples: 21,
  requestRounds: 9,
  requestSlices: 12,
  requestsPerSlice: 2000,
  warmUpRequests: 20_000,
  scrapes: 15,
  memoryRuns: 3,
  idleSeconds: 20,
  statementRounds: 7,
  statementSamples: 9,
  bootRuns: 11,
  blockedSeconds: 30,
  ownPortRounds: 5,
};

export const QUICK: Effort = {
  hotPathSamples: 5,
  requestRounds: 2,
  requestSlices: 3,
  requestsPerSlice: 2000,
  warmUpRequests: 5000,
  scrapes: 3,
  memoryRuns: 1,
  idleSeconds: 4,
  statementRounds: 2,
  statementSamples: 3,
  bootRuns: 3,
  blockedSeconds: 5,
  ownPortRounds: 1,
};
