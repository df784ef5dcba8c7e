/** The states of jobs, by the names that labels have. BullMQ 6 has no `paused`: such jobs are `waiting` there. */
export const QUEUE_STATES = [
  'waiting',
  'active',
  'delayed',
  'prioritized',
  'paused',
  'waiting_children',
  'completed',
  'failed',
] as const;
export type QueueState = (typeof QUEUE_STATES)[number];

/** The methods of a listener for queues. The attempts of jobs are events of operations. */
export interface QueueListener {
  /** An attempt began, so long after it could have begun. Not emitted if that is not known. */
  jobWaited?(queue: string, seconds: number): void;
  /** A job has ended for good: it was completed, or failed and is not tried again. */
  jobFinished?(queue: string, attempts: number): void;
  /** A worker found a job whose worker does not hold its lock any more. */
  jobStalled?(queue: string): void;
  /** At each scrape: the number of jobs by state; undefined if the queue did not tell. */
  queueRead?(queue: string, jobs: Readonly<Record<QueueState, number>> | undefined): void;
}

export const QUEUE_EVENTS = [
  'jobWaited',
  'jobFinished',
  'jobStalled',
  'queueRead',
] as const satisfies readonly (keyof QueueListener)[];
