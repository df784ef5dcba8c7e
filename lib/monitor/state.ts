/**
 * What `monitor/data.json` says and `monitor/events` sends: the numbers of the monitor, ready to be shown. The shape
 * is documented in `docs/monitor.md`. Times are ISO 8601 in UTC, durations seconds, shares between 0 and 1.
 */

/** How far back a window looks, as in `data.json?window=1h`. */
export const WINDOW_SECONDS = { '10m': 600, '1h': 3600, '24h': 86_400 } as const;
export type Window = keyof typeof WINDOW_SECONDS;
export const WINDOWS = Object.keys(WINDOW_SECONDS) as readonly Window[];

/** `idle`: there is nothing to judge by, mostly because nothing was asked of the service for a minute. */
export type HealthStatus = 'well' | 'watch' | 'unwell' | 'idle';

export interface Health {
  readonly status: HealthStatus;
  /** A sentence each; none when it is well. */
  readonly reasons: readonly string[];
}

export interface StoreState {
  readonly kind: 'memory' | 'directory' | 'redis';
  /** Always true of `memory`. */
  readonly reachable: boolean;
  /** Since when it is not. */
  readonly unreachableSince: string | null;
}

/** A process that reported within the last half minute; with a directory, one that lives. */
export interface ProcessState {
  readonly id: string;
  readonly host: string;
  readonly pid: number;
  readonly startedAt: string;
  readonly lastSeenAt: string;
}

export interface RequestFigures {
  /** Answered or aborted. */
  readonly count: number;
  readonly perSecond: number;
  /** From arrival to the last byte or the abort; null without requests. */
  readonly averageSeconds: number | null;
  /** Answered with a status from 500 on. */
  readonly errors: number;
  /** Null without requests. */
  readonly errorShare: number | null;
  /** The client left before the answer was complete. */
  readonly aborted: number;
}

export interface StatementFigures {
  readonly count: number;
  readonly perSecond: number;
  readonly averageSeconds: number | null;
  readonly errors: number;
}

/** Figures of complete buckets only, from a moment on and for so many seconds. */
export interface Figures {
  readonly from: string;
  /** Less than the window is long when the counting began within it. */
  readonly seconds: number;
  readonly requests: RequestFigures;
  readonly statements: StatementFigures;
  /** Null without requests. */
  readonly statementsPerRequest: number | null;
}

/** The buckets that are not complete: numbers that still grow, and therefore no rates. */
export interface Running {
  readonly from: string;
  readonly seconds: number;
  readonly requests: number;
  readonly errors: number;
  readonly statements: number;
}

/** One value for each step, the oldest first; null before the counting began, and for averages where nothing happened. */
export interface Series {
  readonly from: string;
  readonly stepSeconds: number;
  readonly requestsPerSecond: readonly (number | null)[];
  readonly requestSeconds: readonly (number | null)[];
  readonly errorsPerSecond: readonly (number | null)[];
  readonly statementsPerSecond: readonly (number | null)[];
  readonly statementSeconds: readonly (number | null)[];
}

export interface RouteFigures {
  readonly method: string;
  readonly route: string;
  readonly count: number;
  readonly averageSeconds: number;
  readonly errors: number;
  /** Null where `http.queriesPerRequest` of the PrometheusModule is off. */
  readonly statementsPerRequest: number | null;
}

export interface Routes {
  /** How many were asked for in the window. */
  readonly count: number;
  /** The ten with the most requests. */
  readonly busiest: readonly RouteFigures[];
  /** The ten with the longest average. */
  readonly slowest: readonly RouteFigures[];
}

export interface History {
  /**
   * False for some seconds after somebody began to look, while the hours before are read from Redis or from a large
   * directory: windows are then shorter than they will be, and routes told of less.
   */
  readonly complete: boolean;
  /** The last complete bucket. */
  readonly latest: Figures;
  readonly running: Running;
  readonly windows: Readonly<Record<Window, Figures>>;
  /** The window that was asked for, that of the series and the routes. */
  readonly window: Window;
  readonly series: Series;
  readonly routes: Routes;
}

export interface Total {
  readonly count: number;
  readonly seconds: number;
}

export interface MonitorState {
  /** Of this shape: raised when a reader of the former would go wrong. */
  readonly version: 1;
  /** Now, by the clock that all processes of the store share. */
  readonly time: string;
  readonly health: Health;
  /** Whose numbers these are: of all processes that share the store, or of this one alone. */
  readonly scope: 'fleet' | 'process';
  readonly store: StoreState;
  readonly processes: readonly ProcessState[];
  readonly bucketSeconds: number;
  /** Since the store was made, or emptied. */
  readonly totals: { readonly requests: Total; readonly statements: Total };
  /** Null with `totalsOnly`. */
  readonly history: History | null;
}
