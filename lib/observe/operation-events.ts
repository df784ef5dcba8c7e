import { type SpanContext } from '../metrics/span-context.js';

/**
 * Events of the work that does not come as an HTTP request: GraphQL operations, messages, scheduled runs, jobs and events
 * of the application. One vocabulary for all of them. Durations are in seconds.
 */

/** The ways by which work comes to an application, besides HTTP requests. */
export const DOORS = ['graphql', 'rpc', 'websocket', 'schedule', 'queue', 'events'] as const;
export type Door = (typeof DOORS)[number];

/** What stands in the labels of messages and events that the application has no handler for. */
export const UNMATCHED_OPERATION = '_unmatched';

/**
 * Something that can be asked for at a door: a field of GraphQL, a pattern, a job. Each has exactly one object in an
 * application, so that it can be a key.
 */
export interface Operation {
  readonly door: Door;
  /** What names it, by the labels of the door's metrics: `{ transport: 'redis', pattern: 'dog.created' }`. */
  readonly names: Readonly<Record<string, string>>;
}

/** `aborted`: the client left, or whoever listened to the result stopped doing so. */
export const OUTCOMES = ['success', 'error', 'aborted'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** One execution of an operation, from its start to its end. */
export interface Execution {
  readonly operation: Operation;
  /** Undefined until it has ended. */
  readonly outcome: Outcome | undefined;
  /** From its start to its end: until a promise settles, or an observable ends. */
  readonly durationSeconds: number;
  /** Statements that it started; 0 without `http.queriesPerRequest`. */
  readonly databaseQueries: number;
  /** Their total time; concurrent statements count in full. */
  readonly databaseSeconds: number;
  /** The sampled OpenTelemetry span that was active at the start; undefined without one and with `exemplars: false`. */
  readonly span: SpanContext | undefined;
}

/** The methods of a listener for operations. */
export interface OperationListener {
  /**
   * Hears of the starts and ends of executions at this door only.
   *
   * @defaultValue those at all doors
   */
  readonly door?: Door;
  /** Operations that the application declares: at boot, and when further ones are added. */
  operationsKnown?(operations: readonly Operation[]): void;
  executionStarted?(execution: Execution): void;
  /** Emitted exactly once for each execution. */
  executionEnded?(execution: Execution): void;
  /** A handler, or what stands around it, threw; `error` is what it threw, of any type. */
  executionThrew?(operation: Operation, error: unknown): void;
}

export const OPERATION_EVENTS = [
  'operationsKnown',
  'executionStarted',
  'executionEnded',
  'executionThrew',
] as const satisfies readonly (keyof OperationListener)[];

/** Those that a listener may hear of for one door only. */
export const EXECUTION_EVENTS: ReadonlySet<string> = new Set<keyof OperationListener>([
  'executionStarted',
  'executionEnded',
]);
