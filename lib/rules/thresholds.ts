/** When alerts fire. Windows and ages are durations of PromQL. */
export const THRESHOLDS = {
  /** A target that had the library within this time and does not answer is down. Later it counts as removed. */
  forgottenAfter: '1d',

  /** Ratios are ignored below so many failures in five minutes: one failed request at night is no incident. */
  minimumFailures: 5,
  /** Quantiles and means are ignored below so many requests or statements in five minutes. */
  minimumObservations: 30,

  /** The share of the requests of the application that is answered with a 5xx. */
  errorRatio: 0.05,
  /** The share of the requests of one route that is answered with a 5xx. */
  routeErrorRatio: 0.2,
  /** Seconds that one in a hundred requests of a route takes. */
  requestSeconds: 1,
  /** The share of the requests of a route that clients abort, */
  abortRatio: 0.1,
  /** and how many times more than usual for that route, because clients abort server-sent events always. */
  abortFactor: 2,
  /** What is usual for the aborts of a route. */
  abortPast: '1d',
  /** Requests in flight of the application, */
  inFlight: 100,
  /** and how many times more than in its own past, because there is no configured maximum. */
  inFlightFactor: 2,
  /** The past of the requests in flight. Of it, the highest hundredth is left out. */
  inFlightPast: '7d',
  /** How long ago the past ends, so that a fault is not part of it. */
  pastOffset: '1h',
  /** SQL statements of a request of a route on average. */
  statementsPerRequest: 20,

  /** The event loop is stuck if it did not turn within this time. At least two scrapes must lie in it. */
  stuckWindow: '2m',
  /** Seconds by which one in a hundred turns of the event loop is late. */
  lagSeconds: 0.2,
  /** How long the last value counts of what is missing in scrapes while the event loop is blocked. */
  blockedWindow: '5m',
  /** Growth of the memory must be seen over both windows: the long one shows a trend, the short one that it goes on. */
  growthLong: '6h',
  growthShort: '1h',
  /** How old a process must be, so that both windows are in its own life and not in its boot. */
  growthAge: '390m',
  /** So many times the memory of now after one more day of the same growth. */
  growthFactor: 1.5,
  /** Restarts of a process within `restartWindow`. */
  restarts: 3,
  restartWindow: '30m',

  /** Requests that wait for a connection, on average over five minutes, */
  waitingForConnection: 1,
  /** while this share of the pool is in use. */
  poolUsed: 0.9,
  /** Seconds that one in a hundred requests for a connection waits. */
  connectionWaitSeconds: 0.5,
  /** Connections that could not be obtained in five minutes. */
  connectionErrors: 3,
  /** The share of the statements that fails. Violated constraints are left out: applications use them on purpose. */
  statementErrorRatio: 0.05,
  /** Seconds that one in a hundred statements takes. */
  statementSeconds: 1,
  /** The share of the transactions that is rolled back. */
  rollbackRatio: 0.1,

  /** The share of the keys for which the store of a cache failed. */
  cacheFailureRatio: 0.01,
  /** The share of the lookups of a cache that find something, */
  cacheHitRatio: 0.5,
  /** in caches with at least so many lookups in five minutes. */
  cacheMinimumLookups: 300,

  /** The share of the executions at a door that end with an error, at doors where somebody waits for the result. */
  doorErrorRatio: 0.2,
  /** The share of the executions of one operation that end with an error. */
  operationErrorRatio: 0.2,
  /** Executions in flight at a door; far more than in its own past, as with requests. */
  operationsInFlight: 100,

  /** So many intervals may pass since the last success of a schedule: a daily one is reported after half a day, */
  scheduleFactor: 1.5,
  /** but at least so many seconds. Scrapes see frequent schedules too rarely. */
  scheduleSeconds: 600,
  /** How long a success is remembered across restarts, and how far to look back for the longest interval. */
  schedulePast: '4d',
  /** The part of the interval that an instance must have run, so that a run was due. */
  scheduleUptime: 0.5,
  /** Runs that began while another one was running, */
  scheduleOverlaps: 0,
  /** within this time. */
  overlapWindow: '1h',

  /** Jobs wait so long without one that is processed. */
  waitingWindow: '10m',
  /** Jobs that wait or are delayed, far more than in the past of the queue, */
  queueBacklog: 100,
  /** which have become more in this time. */
  backlogWindow: '30m',
  /** Jobs that failed for good, */
  failedJobs: 0,
  /** and jobs that stalled, */
  stalledJobs: 0,
  /** within this time. */
  failedWindow: '30m',

  /** The share of the requests to a host that get no answer or a 5xx. */
  outgoingErrorRatio: 0.1,
  /** Seconds that one in a hundred requests to a host takes. */
  outgoingSeconds: 2.5,

  /** The share of scrapes in which a collector succeeded, over ten minutes. */
  collectorSuccess: 0.8,
  /** Refused scrapes in fifteen minutes. */
  rejectedScrapes: 3,
  /** Processes that did not answer the one that was scraped, */
  unansweredProcesses: 0,
  /** in all scrapes of this time. A restart takes less, and a scrape may fail meanwhile. */
  unansweredWindow: '2m',
} as const;

type Widened<Value> = Value extends number ? number : string;

/** Thresholds of another application: the names of {@link THRESHOLDS}, with other values. */
export type AlertThresholds = { readonly [Name in keyof typeof THRESHOLDS]: Widened<(typeof THRESHOLDS)[Name]> };
