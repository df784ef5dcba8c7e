import { withBuckets } from '../../metrics/definition.js';
import { type HistogramSeries } from '../../metrics/histogram.js';
import { type Histogram, type MetricStore } from '../../metrics/store.js';
import {
  type OutgoingError,
  type OutgoingListener,
  type OutgoingRequest,
  type OutgoingTarget,
} from '../../observe/outgoing-events.js';
import { HandlesByKey } from '../handles-by-key.js';
import { OTHER_ERROR } from '../error-type.js';
import { HTTP_CLIENT_REQUEST_DURATION_SECONDS } from './outgoing.definitions.js';

/** The series of one target: by status, and for each error by the status that was received before it. */
type TargetSeries = Map<string, HistogramSeries>;

type Duration = Histogram<typeof HTTP_CLIENT_REQUEST_DURATION_SECONDS.labels>;

/** Outgoing requests under the names of OpenTelemetry's semantic conventions. None are sent: there is no metric. */
export class OtelOutgoingMetrics implements OutgoingListener {
  private made: Duration | undefined;
  private readonly handles = new HandlesByKey((_target: OutgoingTarget): TargetSeries => new Map());

  constructor(
    private readonly store: MetricStore,
    private readonly durationBuckets: readonly number[],
  ) {}

  outgoingEnded({ target, status, error, durationSeconds, span }: OutgoingRequest): void {
    const code = codeOf(status);
    const key = error === undefined ? code : `${error} ${code}`;
    const series = this.handles.of(target);
    (series.get(key) ?? this.add(series, key, target, code, error)).observe(durationSeconds, span);
  }

  private add(
    series: TargetSeries,
    key: string,
    { method, scheme, address, port }: OutgoingTarget,
    code: string,
    error: OutgoingError | undefined,
  ): HistogramSeries {
    const added = this.duration.labels({
      http_request_method: method,
      server_address: address,
      server_port: port === undefined ? '' : String(port),
      http_response_status_code: code,
      error_type: error === undefined ? errorOf(code) : error === 'other' ? OTHER_ERROR : error,
      url_scheme: scheme,
    });
    series.set(key, added);
    return added;
  }

  private get duration(): Duration {
    const { store, durationBuckets } = this;
    return (this.made ??= store.histogram(withBuckets(HTTP_CLIENT_REQUEST_DURATION_SECONDS, durationBuckets)));
  }
}

/** Any other number is the choice of whoever answers. */
function codeOf(status: number | undefined): string {
  if (status === undefined) return '';
  return status >= 100 && status < 600 ? String(status) : OTHER_ERROR;
}

/** To a client, a status from 400 on is an error. */
function errorOf(code: string): string {
  return Number(code) >= 400 ? code : '';
}
