import { type CounterSeries } from '../../metrics/counter.js';
import { type GaugeSeries } from '../../metrics/gauge.js';
import { type MetricStore } from '../../metrics/store.js';
import { type Execution, type Operation, type OperationListener } from '../../observe/operation-events.js';
import { type ScheduleListener } from '../../observe/schedule-events.js';
import { HandlesByKey } from '../handles-by-key.js';
import * as definitions from './schedule.definitions.js';

/** The handles of one schedule. */
interface ScheduleSeries {
  /** Runs that have not ended. */
  running: number;
  readonly overlaps: CounterSeries;
  readonly lastSuccess: GaugeSeries;
  readonly interval: GaugeSeries;
}

/** What schedules publish beside what every door does. */
export class ScheduleMetrics implements OperationListener, ScheduleListener {
  readonly door = 'schedule';
  private made: ReturnType<typeof makeMetrics> | undefined;
  private readonly handles = new HandlesByKey((operation: Operation) => this.seriesOf(operation));

  constructor(private readonly store: MetricStore) {}

  operationsKnown(operations: readonly Operation[]): void {
    for (const operation of operations) if (operation.door === 'schedule') this.handles.of(operation);
  }

  executionStarted({ operation }: Execution): void {
    const series = this.handles.of(operation);
    if (series.running > 0) series.overlaps.inc();
    series.running += 1;
  }

  executionEnded({ operation, outcome }: Execution): void {
    const series = this.handles.of(operation);
    series.running -= 1;
    if (outcome === 'success') series.lastSuccess.set(Date.now() / 1000);
  }

  scheduleRead(operation: Operation, intervalSeconds: number): void {
    this.handles.of(operation).interval.set(intervalSeconds);
  }

  private seriesOf({ names }: Operation): ScheduleSeries {
    const { overlaps, lastSuccess, interval } = (this.made ??= makeMetrics(this.store));
    const labels = { name: names['name'] ?? '' };
    return {
      running: 0,
      overlaps: overlaps.known(labels),
      lastSuccess: lastSuccess.known(labels),
      interval: interval.known(labels),
    };
  }
}

function makeMetrics(store: MetricStore) {
  return {
    overlaps: store.counter(definitions.NESTJS_SCHEDULE_OVERLAPS_TOTAL),
    lastSuccess: store.gauge(definitions.NESTJS_SCHEDULE_LAST_SUCCESS_TIMESTAMP_SECONDS),
    interval: store.gauge(definitions.NESTJS_SCHEDULE_INTERVAL_SECONDS),
  };
}
