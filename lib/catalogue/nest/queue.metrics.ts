import { type CounterSeries } from '../../metrics/counter.js';
import { withBuckets } from '../../metrics/definition.js';
import { type GaugeSeries } from '../../metrics/gauge.js';
import { type HistogramSeries } from '../../metrics/histogram.js';
import { type MetricStore } from '../../metrics/store.js';
import { type Operation, type OperationListener } from '../../observe/operation-events.js';
import { QUEUE_STATES, type QueueListener, type QueueState } from '../../observe/queue-events.js';
import { recordOf } from '../record-of.js';
import * as definitions from './queue.definitions.js';

/** The handles of one queue that has workers. */
interface QueueSeries {
  readonly wait: HistogramSeries;
  readonly attempts: HistogramSeries;
  readonly stalled: CounterSeries;
}

type Metrics = ReturnType<typeof makeMetrics>;

/** What queues publish beside what every door does. */
export class QueueMetrics implements OperationListener, QueueListener {
  private made: Metrics | undefined;
  private readonly byQueue = new Map<string, QueueSeries>();
  private readonly jobs = new Map<string, Readonly<Record<QueueState, GaugeSeries>>>();

  /** @param waitBuckets the bounds of `nestjs_queue_job_wait_seconds` */
  constructor(
    private readonly store: MetricStore,
    private readonly waitBuckets: readonly number[],
  ) {}

  operationsKnown(operations: readonly Operation[]): void {
    for (const { door, names } of operations) if (door === 'queue') this.seriesOf(names['queue'] ?? '');
  }

  jobWaited(queue: string, seconds: number): void {
    this.seriesOf(queue).wait.observe(seconds);
  }

  jobFinished(queue: string, attempts: number): void {
    this.seriesOf(queue).attempts.observe(attempts);
  }

  jobStalled(queue: string): void {
    this.seriesOf(queue).stalled.inc();
  }

  queueRead(queue: string, jobs: Readonly<Record<QueueState, number>> | undefined): void {
    if (jobs === undefined) {
      for (const gauge of Object.values(this.jobs.get(queue) ?? {})) gauge.unset();
      return;
    }
    const gauges = this.jobs.get(queue) ?? recordOf(QUEUE_STATES, (state) => this.metrics.jobs.known({ queue, state }));
    this.jobs.set(queue, gauges);
    for (const state of QUEUE_STATES) gauges[state].set(jobs[state]);
  }

  private get metrics(): Metrics {
    return (this.made ??= makeMetrics(this.store, this.waitBuckets));
  }

  private seriesOf(queue: string): QueueSeries {
    const known = this.byQueue.get(queue);
    if (known !== undefined) return known;
    const { wait, attempts, stalled } = this.metrics;
    const series = {
      wait: wait.known({ queue }),
      attempts: attempts.known({ queue }),
      stalled: stalled.known({ queue }),
    };
    this.byQueue.set(queue, series);
    return series;
  }
}

function makeMetrics(store: MetricStore, waitBuckets: readonly number[]) {
  return {
    wait: store.histogram(withBuckets(definitions.NESTJS_QUEUE_JOB_WAIT_SECONDS, waitBuckets)),
    attempts: store.histogram(definitions.NESTJS_QUEUE_JOB_ATTEMPTS),
    stalled: store.counter(definitions.NESTJS_QUEUE_STALLED_JOBS_TOTAL),
    jobs: store.gauge(definitions.NESTJS_QUEUE_JOBS),
  };
}
