import { type AnyMethod } from '../../host/any-method.js';
import { followResult } from '../../host/follow-result.js';
import { StandIns } from '../../host/stand-ins.js';
import { type Executions } from '../operations/executions.js';
import { type RunningExecution } from '../operations/running-execution.js';
import { type Sink } from '../sink.js';
import { Attempt } from './attempt.js';
import { type Job, type Worker } from './bullmq-types.js';
import { type DueTimes } from './due-times.js';
import { type QueueOperations } from './queue-operations.js';

/** Follows the attempts of one worker, and listens to what becomes of its jobs until it is closed. */
export class ObservedWorker {
  private readonly standIns = new StandIns();
  private readonly queue: string;

  constructor(
    worker: Worker,
    private readonly operations: QueueOperations,
    private readonly dueTimes: DueTimes,
    private readonly executions: Executions,
    private readonly sink: Sink,
  ) {
    this.queue = worker.name;
    if (typeof Reflect.get(worker, 'processFn') !== 'function') {
      throw new TypeError('This version of bullmq calls processors in a way that is not known.');
    }
    this.standIns.put(worker, 'processFn', (processFn) => this.following(processFn));
    this.listen(worker);
  }

  /** The listeners stay until the worker is closed: it ends the jobs that it has begun. */
  putBack(): void {
    this.standIns.putBack();
  }

  private following(processFn: AnyMethod): AnyMethod {
    const begin = (job: Job): RunningExecution | undefined => this.begin(job);
    return function (...args) {
      const execution = begin(args[0] as Job);
      if (execution === undefined) return processFn.apply(this, args);
      return execution.run(() => followResult(processFn, this, args, new Attempt(execution)));
    };
  }

  private begin(job: Job): RunningExecution | undefined {
    try {
      const due = this.dueTimes.of(job);
      // The clocks of two machines differ, and a delayed job may be promoted.
      if (due !== undefined) this.sink.listeners.jobWaited(this.queue, Math.max(0, Date.now() - due) / 1000);
      return this.executions.start(this.operations.of(job.name));
    } catch (error) {
      this.sink.boundary.report('queue', error);
      return undefined;
    }
  }

  private listen(worker: Worker): void {
    const { boundary, listeners } = this.sink;
    const handlers = {
      completed: (job: Job) => boundary.run('queue', () => listeners.jobFinished(this.queue, job.attemptsMade)),
      failed: (job: Job | undefined) => boundary.run('queue', () => this.failed(job)),
      stalled: () => boundary.run('queue', () => listeners.jobStalled(this.queue)),
    };
    for (const [event, handler] of Object.entries(handlers)) worker.on(event, handler);
    worker.once('closed', () => {
      for (const [event, handler] of Object.entries(handlers)) worker.off(event, handler);
    });
  }

  /** BullMQ does not give the job if it is gone. */
  private failed(job: Job | undefined): void {
    if (job === undefined) return;
    if (job.finishedOn === undefined || job.finishedOn === null) this.dueTimes.willRetry(job);
    else this.sink.listeners.jobFinished(this.queue, job.attemptsMade);
  }
}
