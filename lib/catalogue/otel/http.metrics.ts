import {
  type HttpExchange,
  type HttpListener,
  type KnownRoute,
  METHODS,
  type Route,
  type Transport,
  UNMATCHED,
} from '../../observe/events.js';
import { type LabelValues, withBuckets, withLabels } from '../../metrics/definition.js';
import { type GaugeSeries } from '../../metrics/gauge.js';
import { type HistogramSeries } from '../../metrics/histogram.js';
import { type MetricStore } from '../../metrics/store.js';
import { type HttpLabels, HttpLabelSets } from '../http.labels.js';
import { KnownStatuses } from '../known-statuses.js';
import * as definitions from './http.definitions.js';

export interface OtelHttpMetricsOptions {
  readonly durationBuckets: readonly number[];
  readonly labels: HttpLabels;
}

type EndedLabels = LabelValues<typeof definitions.HTTP_SERVER_REQUEST_DURATION_SECONDS.labels>;

/** The handles of one route over one transport, created once and kept under its index. */
interface RouteSeries {
  readonly active: GaugeSeries;
  /** By the index of the combination of the application's own labels, then by status. Without such labels it is 0. */
  readonly ended: (Map<number, EndedSeries> | undefined)[];
}

interface EndedSeries {
  readonly duration: HistogramSeries;
  readonly requestBody: HistogramSeries;
  readonly responseBody: HistogramSeries;
}

/** Stands for the status of a request that was aborted before one was sent. */
const NO_STATUS = 0;

/** The HTTP metrics under the names of OpenTelemetry's semantic conventions, updated by each event. */
export class OtelHttpMetrics implements HttpListener {
  private readonly duration;
  private readonly active;
  private readonly requestBody;
  private readonly responseBody;
  private readonly byRoute: Readonly<Record<Transport, RouteSeries[]>> = { http: [], https: [] };
  private readonly statuses = new KnownStatuses();
  /** Undefined if the application declares no labels, so that a request does no work for them. */
  private readonly labelSets: HttpLabelSets | undefined;

  constructor(store: MetricStore, options: OtelHttpMetricsOptions, onLabelFault: (error: unknown) => void) {
    const hasLabels = Object.keys(options.labels).length > 0;
    this.labelSets = hasLabels ? new HttpLabelSets(options.labels, onLabelFault) : undefined;
    const duration = withBuckets(definitions.HTTP_SERVER_REQUEST_DURATION_SECONDS, options.durationBuckets);
    this.duration = store.histogram(withLabels(duration, this.labelSets?.labels ?? {}));
    this.active = store.gauge(definitions.HTTP_SERVER_ACTIVE_REQUESTS);
    this.requestBody = store.histogram(definitions.HTTP_SERVER_REQUEST_BODY_SIZE_BYTES);
    this.responseBody = store.histogram(definitions.HTTP_SERVER_RESPONSE_BODY_SIZE_BYTES);
  }

  /**
   * Requests in flight, and the duration of what every application answers. Body sizes appear with the first request:
   * nobody alerts on the first one, and each would add two more histograms per route and status. With labels of the
   * application, durations do too, as each combination would add a histogram.
   */
  routesKnown(routes: readonly KnownRoute[], transport: Transport): void {
    for (const http_request_method of METHODS) this.active.known({ http_request_method, url_scheme: transport });
    for (const { route, successStatus } of routes) this.statuses.add(route, [successStatus, 500]);
    if (this.labelSets !== undefined) return;
    this.duration.known(labelsOf({ method: 'GET', template: UNMATCHED }, transport, 404));
    for (const { route, successStatus } of routes) {
      for (const status of [successStatus, 500]) this.duration.known(labelsOf(route, transport, status));
    }
  }

  requestReceived({ route, transport }: HttpExchange): void {
    this.seriesOf(route, transport).active.inc();
  }

  requestAnswered(exchange: HttpExchange): void {
    this.ended(exchange, exchange.status);
  }

  requestAborted(exchange: HttpExchange): void {
    this.ended(exchange, exchange.statusSent ? exchange.status : NO_STATUS);
  }

  private ended(exchange: HttpExchange, status: number): void {
    const series = this.seriesOf(exchange.route, exchange.transport);
    const combination = this.labelSets?.indexOf(exchange.request) ?? 0;
    const { duration, requestBody, responseBody } =
      series.ended[combination]?.get(status) ?? this.addStatus(series, combination, exchange, status);
    series.active.dec();
    duration.observe(exchange.durationSeconds, exchange.span);
    requestBody.observe(exchange.requestBodyBytes);
    responseBody.observe(exchange.responseBodyBytes);
  }

  private seriesOf({ method, index }: Route, transport: Transport): RouteSeries {
    return (this.byRoute[transport][index] ??= {
      active: this.active.labels({ http_request_method: method, url_scheme: transport }),
      ended: [],
    });
  }

  private addStatus(
    { ended }: RouteSeries,
    combination: number,
    { route, transport }: HttpExchange,
    status: number,
  ): EndedSeries {
    const labels = labelsOf(route, transport, status);
    const how = this.statuses.howToMake(route, status);
    const added = {
      duration: this.duration[how]({ ...this.labelSets?.at(combination), ...labels }),
      requestBody: this.requestBody[how](labels),
      responseBody: this.responseBody[how](labels),
    };
    (ended[combination] ??= new Map()).set(status, added);
    return added;
  }
}

function labelsOf({ method, template }: Omit<Route, 'index'>, transport: Transport, status: number): EndedLabels {
  const code = status === NO_STATUS ? '' : String(status);
  return {
    http_request_method: method,
    http_route: template === UNMATCHED ? '' : template,
    http_response_status_code: code,
    url_scheme: transport,
    // A status below 500 is no error of the server, and neither is a client that leaves.
    error_type: status >= 500 && status < 600 ? code : '',
  };
}
