import {
  type Route,
  type Handler,
  type HttpExchange,
  type HttpVersion,
  type KnownRoute,
  type Listener,
  type Transport,
} from '../../observe/events.js';
import { METHODS, UNMATCHED } from '../../observe/events.js';
import { type CounterSeries } from '../../metrics/counter.js';
import { withBuckets, withLabels } from '../../metrics/definition.js';
import { type GaugeSeries } from '../../metrics/gauge.js';
import { type HistogramSeries } from '../../metrics/histogram.js';
import { type SpanContext } from '../../metrics/span-context.js';
import { type Histogram, type MetricStore } from '../../metrics/store.js';
import { type ErrorClass, errorType, OTHER_ERROR } from '../error-type.js';
import * as definitions from './http.definitions.js';
import { type HttpLabels, HttpLabelSets } from '../http.labels.js';
import { KnownStatuses } from '../known-statuses.js';
import { statusClassOf } from '../status-class.js';
import { OutgoingPerRequest } from './outgoing-per-request.js';

export interface HttpMetricsOptions {
  readonly durationBuckets: readonly number[];
  readonly handlerDuration: boolean;
  readonly timeToFirstByte: boolean;
  readonly errorTypes: readonly ErrorClass[];
  readonly queriesPerRequest: boolean;
  readonly labels: HttpLabels;
}

/** The values of the application's own labels for a request; empty if it declares none. */
type OwnLabels = Readonly<Record<string, string>>;
const NO_LABELS: OwnLabels = {};

/** The handles with the application's own labels, for one combination of their values. */
interface EndedSeries {
  readonly labels: OwnLabels;
  readonly byStatus: Map<number, StatusSeries>;
  aborted?: CounterSeries;
}

/** The handles of one route, created once and kept under its index. */
interface RouteSeries extends EndedSeries {
  readonly inFlight: GaugeSeries;
  /** By the index of the combination; unused if the application declares no labels. */
  readonly byLabels: EndedSeries[];
  streamed?: CounterSeries;
  firstByte?: HistogramSeries;
  queries?: HistogramSeries;
  querySeconds?: HistogramSeries;
}

interface StatusSeries {
  readonly answered: CounterSeries;
  readonly duration: HistogramSeries;
}

/** The HTTP metrics under Nest's names, updated by each event. */
export class HttpMetrics implements Listener {
  private readonly received: Readonly<Record<Transport, Readonly<Record<HttpVersion, CounterSeries>>>>;
  private readonly answered;
  private readonly aborted;
  private readonly inFlight;
  private readonly duration;
  private readonly handlerDuration:
    Histogram<typeof definitions.NESTJS_HTTP_HANDLER_DURATION_SECONDS.labels> | undefined;
  private readonly firstByte: Histogram<typeof definitions.NESTJS_HTTP_TIME_TO_FIRST_BYTE_SECONDS.labels> | undefined;
  private readonly queries: Histogram<typeof definitions.NESTJS_HTTP_REQUEST_DB_QUERIES.labels> | undefined;
  private readonly querySeconds: Histogram<typeof definitions.NESTJS_HTTP_REQUEST_DB_SECONDS.labels> | undefined;
  private readonly outgoing: OutgoingPerRequest;
  private readonly exceptions;
  private readonly requestBody;
  private readonly responseBody;
  private readonly streamed;
  private readonly rendered;
  private readonly routeInfo;
  private readonly byRoute: RouteSeries[] = [];
  private readonly statuses = new KnownStatuses();
  /** Undefined if the application declares no labels, so that a request does no work for them. */
  private readonly labelSets: HttpLabelSets | undefined;

  constructor(
    store: MetricStore,
    private readonly options: HttpMetricsOptions,
    onLabelFault: (error: unknown) => void,
  ) {
    const { durationBuckets } = options;
    const hasLabels = Object.keys(options.labels).length > 0;
    this.labelSets = hasLabels ? new HttpLabelSets(options.labels, onLabelFault) : undefined;
    const own = this.labelSets?.labels ?? {};
    this.received = receivedSeries(store);
    this.answered = store.counter(withLabels(definitions.NESTJS_HTTP_REQUESTS_TOTAL, own));
    this.aborted = store.counter(withLabels(definitions.NESTJS_HTTP_REQUESTS_ABORTED_TOTAL, own));
    this.inFlight = store.gauge(definitions.NESTJS_HTTP_REQUESTS_IN_FLIGHT);
    this.duration = store.histogram(
      withLabels(withBuckets(definitions.NESTJS_HTTP_REQUEST_DURATION_SECONDS, durationBuckets), own),
    );
    this.handlerDuration = options.handlerDuration
      ? store.histogram(withBuckets(definitions.NESTJS_HTTP_HANDLER_DURATION_SECONDS, durationBuckets))
      : undefined;
    this.firstByte = options.timeToFirstByte
      ? store.histogram(withBuckets(definitions.NESTJS_HTTP_TIME_TO_FIRST_BYTE_SECONDS, durationBuckets))
      : undefined;
    if (options.queriesPerRequest) {
      this.queries = store.histogram(definitions.NESTJS_HTTP_REQUEST_DB_QUERIES);
      this.querySeconds = store.histogram(withBuckets(definitions.NESTJS_HTTP_REQUEST_DB_SECONDS, durationBuckets));
    }
    this.outgoing = new OutgoingPerRequest(store, durationBuckets);
    this.exceptions = store.counter(definitions.NESTJS_HTTP_EXCEPTIONS_TOTAL);
    this.requestBody = store.histogram(definitions.NESTJS_HTTP_REQUEST_BODY_BYTES).known({});
    this.responseBody = store.histogram(definitions.NESTJS_HTTP_RESPONSE_BODY_BYTES).known({});
    this.streamed = store.counter(definitions.NESTJS_HTTP_RESPONSES_STREAMED_TOTAL);
    this.rendered = store.counter(definitions.NESTJS_HTTP_TEMPLATES_RENDERED_TOTAL);
    this.routeInfo = store.gauge(definitions.NESTJS_ROUTE_INFO);
    this.startAtZero();
  }

  routesKnown(routes: readonly KnownRoute[]): void {
    for (const { route, handler, version, successStatus } of routes) {
      this.routeAtZero(route, [successStatus, 500]);
      this.handlerAtZero(handler);
      this.routeInfo.known({ ...labelsOf(route), ...namesOf(handler), version }).set(1);
    }
  }

  requestReceived({ route, transport, httpVersion }: HttpExchange): void {
    this.received[transport][httpVersion].inc();
    this.seriesOf(route).inFlight.inc();
  }

  requestAnswered(exchange: HttpExchange): void {
    const { route, status, handler } = exchange;
    const series = this.seriesOf(route);
    const ended = this.labelSets === undefined ? series : this.labelled(this.labelSets, series, exchange);
    const { answered, duration } = ended.byStatus.get(status) ?? this.addStatus(ended, route, status);
    answered.inc();
    duration.observe(exchange.durationSeconds, exchange.span);
    if (exchange.streamed) (series.streamed ??= this.streamed.labels(labelsOf(route))).inc();
    if (handler?.template !== undefined && exchange.rendered)
      this.rendered.labels({ template: handler.template }).inc();
    this.ended(series, exchange);
    this.observeFirstByte(series, exchange);
  }

  requestAborted(exchange: HttpExchange): void {
    const series = this.seriesOf(exchange.route);
    const ended = this.labelSets === undefined ? series : this.labelled(this.labelSets, series, exchange);
    (ended.aborted ??= this.aborted[this.statuses.howToMake(exchange.route)]({
      ...ended.labels,
      ...labelsOf(exchange.route),
    })).inc();
    this.ended(series, exchange);
  }

  exceptionThrown(handler: Handler, error: unknown): void {
    const error_type = errorType(error, this.options.errorTypes);
    this.exceptions.labels({ ...namesOf(handler), error_type }).inc();
  }

  handlerTimed(handler: Handler, durationSeconds: number, span?: SpanContext): void {
    this.handlerDuration?.labels(namesOf(handler)).observe(durationSeconds, span);
  }

  private ended(series: RouteSeries, exchange: HttpExchange): void {
    series.inFlight.dec();
    this.requestBody.observe(exchange.requestBodyBytes);
    this.responseBody.observe(exchange.responseBodyBytes);
    this.observeQueries(series, exchange);
    this.outgoing.ended(exchange);
  }

  private observeQueries(series: RouteSeries, exchange: HttpExchange): void {
    if (this.queries === undefined || this.querySeconds === undefined) return;
    const { route, databaseQueries, databaseSeconds, span } = exchange;
    (series.queries ??= this.queries.labels(labelsOf(route))).observe(databaseQueries, span);
    (series.querySeconds ??= this.querySeconds.labels(labelsOf(route))).observe(databaseSeconds, span);
  }

  private observeFirstByte(series: RouteSeries, { route, timeToFirstByteSeconds, span }: HttpExchange): void {
    if (this.firstByte === undefined || timeToFirstByteSeconds === undefined) return;
    (series.firstByte ??= this.firstByte.labels(labelsOf(route))).observe(timeToFirstByteSeconds, span);
  }

  private seriesOf(route: Route): RouteSeries {
    return (this.byRoute[route.index] ??= {
      inFlight: this.inFlight.labels({ method: route.method }),
      labels: NO_LABELS,
      byStatus: new Map(),
      byLabels: [],
    });
  }

  private labelled(sets: HttpLabelSets, { byLabels }: RouteSeries, { request }: HttpExchange): EndedSeries {
    const index = sets.indexOf(request);
    return (byLabels[index] ??= { labels: sets.at(index), byStatus: new Map() });
  }

  private addStatus(ended: EndedSeries, route: Route, status: number): StatusSeries {
    const labels = { ...ended.labels, ...labelsOf(route) };
    const how = this.statuses.howToMake(route, status);
    const added = {
      answered: this.answered[how]({ ...labels, status: String(status) }),
      duration: this.duration[how]({ ...labels, status_class: statusClassOf(status) }),
    };
    ended.byStatus.set(status, added);
    return added;
  }

  /** Series that every application needs: requests in flight, and the 404 of an unmatched route. */
  private startAtZero(): void {
    for (const method of METHODS) this.inFlight.known({ method });
    this.endedAtZero({ method: 'GET', route: UNMATCHED }, [404]);
  }

  /**
   * The metrics with the application's own labels. If it declares labels, the histogram does not start at zero: each
   * combination would add one histogram per route, and alerts use the counter.
   */
  private endedAtZero(labels: ReturnType<typeof labelsOf>, statuses: readonly number[]): void {
    for (const own of this.labelSets?.atBoot ?? [NO_LABELS]) {
      this.aborted.known({ ...own, ...labels });
      for (const status of statuses) this.answered.known({ ...own, ...labels, status: String(status) });
    }
    if (this.labelSets !== undefined) return;
    for (const status of statuses) this.duration.known({ ...labels, status_class: statusClassOf(status) });
  }

  private routeAtZero(route: Route, statuses: readonly number[]): void {
    const labels = labelsOf(route);
    this.statuses.add(route, statuses);
    this.endedAtZero(labels, statuses);
    this.streamed.known(labels);
    this.firstByte?.known(labels);
    this.queries?.known(labels);
    this.querySeconds?.known(labels);
  }

  private handlerAtZero(handler: Handler): void {
    for (const error_type of ['Error', OTHER_ERROR]) this.exceptions.known({ ...namesOf(handler), error_type });
    if (handler.template !== undefined) this.rendered.known({ template: handler.template });
    this.handlerDuration?.known(namesOf(handler));
  }
}

function receivedSeries(store: MetricStore): Record<Transport, Record<HttpVersion, CounterSeries>> {
  const received = store.counter(definitions.NESTJS_HTTP_REQUESTS_RECEIVED_TOTAL);
  const over = (transport: Transport) => ({
    '1.0': received.known({ transport, http_version: '1.0' }),
    '1.1': received.known({ transport, http_version: '1.1' }),
    '2': received.known({ transport, http_version: '2' }),
    _OTHER: received.known({ transport, http_version: '_OTHER' }),
  });
  return { http: over('http'), https: over('https') };
}

function labelsOf({ method, template }: Route): { method: Route['method']; route: string } {
  return { method, route: template };
}

function namesOf({ controller, handler }: Handler): { controller: string; handler: string } {
  return { controller, handler };
}
