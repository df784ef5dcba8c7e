import { type Endpoint, type Handler, type HttpExchange, type KnownRoute, type Listener, type Method } from '../../observe/events.js';
import { HTTP_VERSIONS, METHODS, TRANSPORTS } from '../../observe/events.js';
import { type CounterSeries } from '../../metrics/counter.js';
import { withBuckets } from '../../metrics/definition.js';
import { type GaugeSeries } from '../../metrics/gauge.js';
import { type HistogramSeries } from '../../metrics/histogram.js';
import { type Histogram, type MetricStore } from '../../metrics/store.js';
import { type ErrorClass, errorType, OTHER_ERROR } from './error-type.js';
import * as definitions from './http.definitions.js';

export interface HttpMetricsOptions {
  readonly durationBuckets: readonly number[];
  readonly handlerDuration: boolean;
  readonly timeToFirstByte: boolean;
  readonly errorTypes: readonly ErrorClass[];
}

/** The handles of one endpoint, found once and kept under its index. */
interface EndpointSeries {
  readonly answered: Map<number, CounterSeries>;
  readonly duration: Map<number, HistogramSeries>;
  aborted?: CounterSeries;
  streamed?: CounterSeries;
  firstByte?: HistogramSeries;
}

/** The HTTP metrics under Nest's names: what each event adds. */
export class HttpMetrics implements Listener {
  private readonly received;
  private readonly answered;
  private readonly aborted;
  private readonly inFlight: ReadonlyMap<Method, GaugeSeries>;
  private readonly duration;
  private readonly handlerDuration: Histogram<typeof definitions.NESTJS_HTTP_HANDLER_DURATION_SECONDS.labels> | undefined;
  private readonly firstByte: Histogram<typeof definitions.NESTJS_HTTP_TIME_TO_FIRST_BYTE_SECONDS.labels> | undefined;
  private readonly exceptions;
  private readonly requestBody;
  private readonly responseBody;
  private readonly streamed;
  private readonly rendered;
  private readonly routeInfo;
  private readonly byEndpoint: EndpointSeries[] = [];

  constructor(
    store: MetricStore,
    private readonly options: HttpMetricsOptions,
  ) {
    const { durationBuckets } = options;
    this.received = store.counter(definitions.NESTJS_HTTP_REQUESTS_RECEIVED_TOTAL);
    this.answered = store.counter(definitions.NESTJS_HTTP_REQUESTS_TOTAL);
    this.aborted = store.counter(definitions.NESTJS_HTTP_REQUESTS_ABORTED_TOTAL);
    const inFlight = store.gauge(definitions.NESTJS_HTTP_REQUESTS_IN_FLIGHT);
    this.inFlight = new Map(METHODS.map((method) => [method, inFlight.known({ method })]));
    this.duration = store.histogram(withBuckets(definitions.NESTJS_HTTP_REQUEST_DURATION_SECONDS, durationBuckets));
    this.handlerDuration = options.handlerDuration
      ? store.histogram(withBuckets(definitions.NESTJS_HTTP_HANDLER_DURATION_SECONDS, durationBuckets))
      : undefined;
    this.firstByte = options.timeToFirstByte
      ? store.histogram(withBuckets(definitions.NESTJS_HTTP_TIME_TO_FIRST_BYTE_SECONDS, durationBuckets))
      : undefined;
    this.exceptions = store.counter(definitions.NESTJS_HTTP_EXCEPTIONS_TOTAL);
    this.requestBody = store.histogram(definitions.NESTJS_HTTP_REQUEST_BODY_BYTES).known({});
    this.responseBody = store.histogram(definitions.NESTJS_HTTP_RESPONSE_BODY_BYTES).known({});
    this.streamed = store.counter(definitions.NESTJS_HTTP_RESPONSES_STREAMED_TOTAL);
    this.rendered = store.counter(definitions.NESTJS_HTTP_TEMPLATES_RENDERED_TOTAL);
    this.routeInfo = store.gauge(definitions.NESTJS_ROUTE_INFO);
    this.startAtZero();
  }

  routesKnown(routes: readonly KnownRoute[]): void {
    for (const { endpoint, handler, version, successStatus } of routes) {
      this.endpointAtZero(endpoint, [successStatus, 500]);
      this.handlerAtZero(handler);
      this.routeInfo.known({ ...labelsOf(endpoint), ...namesOf(handler), version }).set(1);
    }
  }

  requestReceived({ method, transport, httpVersion }: HttpExchange): void {
    this.received.labels({ transport, http_version: httpVersion }).inc();
    this.inFlight.get(method)?.inc();
  }

  requestAnswered(exchange: HttpExchange): void {
    const { endpoint, status, handler } = exchange;
    const series = this.seriesOf(endpoint);
    (series.answered.get(status) ?? this.addAnswered(series, endpoint, status)).inc();
    const statusClass = Math.trunc(status / 100);
    (series.duration.get(statusClass) ?? this.addDuration(series, endpoint, statusClass)).observe(
      exchange.durationSeconds,
    );
    if (exchange.streamed) (series.streamed ??= this.streamed.labels(labelsOf(endpoint))).inc();
    if (handler?.template !== undefined && exchange.rendered) this.rendered.labels({ template: handler.template }).inc();
    this.ended(exchange);
    this.observeFirstByte(series, exchange);
  }

  requestAborted(exchange: HttpExchange): void {
    const series = this.seriesOf(exchange.endpoint);
    (series.aborted ??= this.aborted.labels(labelsOf(exchange.endpoint))).inc();
    this.ended(exchange);
  }

  exceptionThrown(handler: Handler, error: unknown): void {
    const error_type = errorType(error, this.options.errorTypes);
    this.exceptions.labels({ ...namesOf(handler), error_type }).inc();
  }

  handlerTimed(handler: Handler, durationSeconds: number): void {
    this.handlerDuration?.labels(namesOf(handler)).observe(durationSeconds);
  }

  private ended(exchange: HttpExchange): void {
    this.inFlight.get(exchange.method)?.dec();
    this.requestBody.observe(exchange.requestBodyBytes);
    this.responseBody.observe(exchange.responseBodyBytes);
  }

  private observeFirstByte(series: EndpointSeries, { endpoint, timeToFirstByteSeconds }: HttpExchange): void {
    if (this.firstByte === undefined || timeToFirstByteSeconds === undefined) return;
    (series.firstByte ??= this.firstByte.labels(labelsOf(endpoint))).observe(timeToFirstByteSeconds);
  }

  private seriesOf(endpoint: Endpoint): EndpointSeries {
    return (this.byEndpoint[endpoint.index] ??= { answered: new Map(), duration: new Map() });
  }

  private addAnswered(series: EndpointSeries, endpoint: Endpoint, status: number): CounterSeries {
    const added = this.answered.labels({ ...labelsOf(endpoint), status: String(status) });
    series.answered.set(status, added);
    return added;
  }

  private addDuration(series: EndpointSeries, endpoint: Endpoint, statusClass: number): HistogramSeries {
    const added = this.duration.labels({ ...labelsOf(endpoint), status_class: classText(statusClass) });
    series.duration.set(statusClass, added);
    return added;
  }

  /** Those whose labels are closed sets, and what every application sees sooner or later. */
  private startAtZero(): void {
    for (const transport of TRANSPORTS) {
      for (const http_version of HTTP_VERSIONS) this.received.known({ transport, http_version });
    }
    this.answered.known({ method: 'GET', route: '_unmatched', status: '404' });
    this.aborted.known({ method: 'GET', route: '_unmatched' });
  }

  private endpointAtZero(endpoint: Endpoint, statuses: readonly number[]): void {
    const labels = labelsOf(endpoint);
    this.aborted.known(labels);
    this.streamed.known(labels);
    this.firstByte?.known(labels);
    for (const status of statuses) {
      this.answered.known({ ...labels, status: String(status) });
      this.duration.known({ ...labels, status_class: classText(Math.trunc(status / 100)) });
    }
  }

  private handlerAtZero(handler: Handler): void {
    for (const error_type of ['Error', OTHER_ERROR]) this.exceptions.known({ ...namesOf(handler), error_type });
    if (handler.template !== undefined) this.rendered.known({ template: handler.template });
    this.handlerDuration?.known(namesOf(handler));
  }
}

function labelsOf({ method, route }: Endpoint): { method: Endpoint['method']; route: string } {
  return { method, route };
}

function namesOf({ controller, handler }: Handler): { controller: string; handler: string } {
  return { controller, handler };
}

function classText(statusClass: number): '1xx' | '2xx' | '3xx' | '4xx' | '5xx' | '_OTHER' {
  return CLASSES[statusClass - 1] ?? '_OTHER';
}

const CLASSES = ['1xx', '2xx', '3xx', '4xx', '5xx'] as const;
