import { type CounterSeries } from '../../metrics/counter.js';
import { withBuckets } from '../../metrics/definition.js';
import { type GaugeSeries } from '../../metrics/gauge.js';
import { type HistogramSeries } from '../../metrics/histogram.js';
import { type MetricStore } from '../../metrics/store.js';
import {
  OUTGOING_ERRORS,
  type OutgoingError,
  type OutgoingListener,
  type OutgoingRequest,
  type OutgoingTarget,
} from '../../observe/outgoing-events.js';
import { HandlesByKey } from '../handles-by-key.js';
import { recordOf } from '../record-of.js';
import { type StatusClass, statusClassOf } from '../status-class.js';
import * as definitions from './outgoing.definitions.js';

/** The handles of one method and host. */
interface TargetSeries {
  readonly inFlight: GaugeSeries;
  readonly errors: Readonly<Record<OutgoingError, CounterSeries>>;
  readonly byClass: { [Class in StatusClass]?: AnsweredSeries };
}

interface AnsweredSeries {
  readonly answered: CounterSeries;
  readonly duration: HistogramSeries;
}

/** Which method of a metric makes its series: `known` is outside the series budget. */
type HowToMake = 'known' | 'labels';

/** The metrics of outgoing HTTP requests. An application that sends none and declares no hosts has none of them. */
export class OutgoingMetrics implements OutgoingListener {
  private made: ReturnType<typeof makeMetrics> | undefined;
  private readonly handles = new HandlesByKey((target: OutgoingTarget) => this.seriesOf(target, 'labels'));

  constructor(
    private readonly store: MetricStore,
    private readonly durationBuckets: readonly number[],
  ) {}

  outgoingKnown(targets: readonly OutgoingTarget[]): void {
    for (const target of targets) this.handles.replace(target, this.seriesOf(target, 'known'));
  }

  outgoingStarted({ target }: OutgoingRequest): void {
    this.handles.of(target).inFlight.inc();
  }

  outgoingEnded({ target, status, error, durationSeconds, span }: OutgoingRequest): void {
    const series = this.handles.of(target);
    series.inFlight.dec();
    if (error !== undefined) return series.errors[error].inc();
    const statusClass = statusClassOf(status ?? 0);
    const { answered, duration } = (series.byClass[statusClass] ??= this.answeredSeries(target, statusClass, 'labels'));
    answered.inc();
    duration.observe(durationSeconds, span);
  }

  /** With its errors and the usual classes, so that `rate()` sees the first of each. */
  private seriesOf(target: OutgoingTarget, how: HowToMake): TargetSeries {
    const { inFlight, errors } = this.metrics;
    const labels = labelsOf(target);
    return {
      inFlight: inFlight[how](labels),
      errors: recordOf(OUTGOING_ERRORS, (error_type) => errors[how]({ ...labels, error_type })),
      byClass: {
        '2xx': this.answeredSeries(target, '2xx', how),
        '5xx': this.answeredSeries(target, '5xx', how),
      },
    };
  }

  private answeredSeries(target: OutgoingTarget, status_class: StatusClass, how: HowToMake): AnsweredSeries {
    const labels = { ...labelsOf(target), status_class };
    return { answered: this.metrics.answered[how](labels), duration: this.metrics.duration[how](labels) };
  }

  private get metrics(): ReturnType<typeof makeMetrics> {
    return (this.made ??= makeMetrics(this.store, this.durationBuckets));
  }
}

function labelsOf({ method, host }: OutgoingTarget): Pick<OutgoingTarget, 'method' | 'host'> {
  return { method, host };
}

function makeMetrics(store: MetricStore, durationBuckets: readonly number[]) {
  return {
    answered: store.counter(definitions.NESTJS_OUTGOING_HTTP_REQUESTS_TOTAL),
    duration: store.histogram(withBuckets(definitions.NESTJS_OUTGOING_HTTP_REQUEST_DURATION_SECONDS, durationBuckets)),
    errors: store.counter(definitions.NESTJS_OUTGOING_HTTP_REQUEST_ERRORS_TOTAL),
    inFlight: store.gauge(definitions.NESTJS_OUTGOING_HTTP_REQUESTS_IN_FLIGHT),
  };
}
