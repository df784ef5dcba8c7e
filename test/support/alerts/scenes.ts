import { type KennelStart } from '../kennel.js';

/** An application to which something bad happens. Its name is the label `job`. */
export interface Scene {
  readonly start: Partial<KennelStart>;
  /** Alerts that fire for the faults which are made here. */
  readonly fires: readonly string[];
  /** Alerts that the same faults may also cause. */
  readonly mayFire?: readonly string[];
}

const IN_MEMORY = { databaseUrl: 'sqlite::memory:', pendingMigrations: 0 } as const;
const SLOW = ['NestjsLatencyHigh', 'NestjsLatencyBudgetBurn'];
/** The windows of a minute begin before the faults, and the memory of a process grows with its work. */
const GROWING = 'NestjsMemoryGrowing';
const FAILING = ['NestjsErrorRatioHigh', 'NestjsAvailabilityBudgetBurn'];

/** A machine with other work does that. */
export const FIRES_ON_A_BUSY_MACHINE = ['NestjsEventLoopLagHigh'];

export type Job = keyof typeof SCENES;
const SMALL_JOBS = ['restarting', 'stopped', 'doors'] as const;
/** The jobs that are small applications: the sample application takes longer to start, or is one process. */
export type SmallJob = (typeof SMALL_JOBS)[number];
/** The jobs that are the sample application. */
export type KennelJob = Exclude<Job, SmallJob>;

export const SCENES = {
  /** Nothing happens to it. */
  quiet: { start: IN_MEMORY, fires: [] },
  /** On a PostgreSQL, and with a Redis that is emptied all the time and then killed. */
  faulty: {
    start: { pendingMigrations: 0 },
    fires: [
      ...FAILING,
      ...SLOW,
      'NestjsAbortsHigh',
      'NestjsInFlightHigh',
      'NestjsQueriesPerRequestHigh',
      'TypeormStatementErrors',
      'TypeormStatementsSlow',
      'TypeormRollbacksHigh',
      'NestjsCacheHitRatioLow',
      'NestjsCacheFailures',
    ],
    // Its pool opens connections when the load begins.
    mayFire: [GROWING, 'TypeormConnectionWaitLong'],
  },
  /** On another database of the same PostgreSQL. */
  pool: {
    start: { pendingMigrations: 0 },
    fires: ['TypeormPoolExhausted', 'TypeormConnectionWaitLong'],
    mayFire: [GROWING, ...SLOW, 'TypeormStatementsSlow'],
  },
  /** On a PostgreSQL of its own, which is killed. Then the application is stopped, too. */
  unreachable: {
    start: { pendingMigrations: 0 },
    fires: ['TypeormConnectionErrors', 'NestjsTargetDown'],
    mayFire: [GROWING, ...FAILING, ...SLOW, 'TypeormStatementErrors'],
  },
  /** SQLite runs statements within the process, and blocks its event loop. */
  blocked: {
    start: IN_MEMORY,
    fires: ['NestjsEventLoopLagHigh', 'NestjsEventLoopStuck'],
    mayFire: [GROWING, ...SLOW, 'TypeormStatementsSlow', 'NestjsMetricsCollectorFailing'],
  },
  /** A small application: the sample application takes longer to start on a busy machine than the window is short. */
  restarting: { start: {}, fires: ['NestjsRestarting'], mayFire: ['NestjsTargetDown'] },
  /** Two processes with one directory. One is stopped, and its event loop with it. */
  stopped: { start: {}, fires: ['NestjsMetricsProcessesUnanswered'], mayFire: ['NestjsEventLoopStuck'] },
  /** One of its migrations was not executed. The other faults of this application do not affect its requests. */
  mistaken: {
    start: { databaseUrl: 'sqlite::memory:' },
    fires: [
      'TypeormMigrationsPending',
      'TypeormDataSourceDown',
      'NestjsMemoryGrowing',
      'NestjsMetricsOverflow',
      'NestjsMetricsCollectorFailing',
      'NestjsMetricsErrors',
      'NestjsMetricsScrapesRejected',
    ],
  },
  /** A small application with a microservice, schedules and queues, which sends requests itself. */
  doors: {
    start: {},
    fires: [
      'NestjsOperationErrorRatioHigh',
      'NestjsOperationsInFlightHigh',
      'NestjsScheduleMissed',
      'NestjsScheduleOverlapping',
      'NestjsQueueNotProcessed',
      'NestjsQueueBacklogGrowing',
      'NestjsQueueJobsFailed',
      'NestjsQueueJobsStalled',
      'NestjsOutgoingErrorRatioHigh',
      'NestjsOutgoingLatencyHigh',
    ],
    mayFire: [GROWING],
  },
} as const satisfies Readonly<Record<string, Scene>>;

export const JOBS = Object.keys(SCENES) as Job[];
export const KENNEL_JOBS = JOBS.filter((job): job is KennelJob => !SMALL_JOBS.some((small) => small === job));
