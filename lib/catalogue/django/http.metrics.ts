import {
  type Handler,
  type HttpExchange,
  type HttpListener,
  type HttpMethod,
  type KnownRoute,
  METHODS,
  type Transport,
  TRANSPORTS,
} from '../../observe/events.js';
import { type CounterSeries } from '../../metrics/counter.js';
import { type MetricStore } from '../../metrics/store.js';
import { type ErrorClass, errorType } from '../error-type.js';
import { recordOf } from '../record-of.js';
import { type CharsetLabel, charsetLabel } from './charsets.js';
import * as definitions from './http.definitions.js';
import { djangoMethod } from './methods.js';
import { Views, type ViewSeries } from './views.js';

export interface DjangoHttpMetricsOptions {
  readonly errorTypes: readonly ErrorClass[];
}

/** The HTTP metrics under django-prometheus' names, updated by each event. */
export class DjangoHttpMetrics implements HttpListener {
  private readonly single: ReturnType<typeof singleSeries>;
  private readonly byMethod: Readonly<Record<HttpMethod, CounterSeries>>;
  private readonly byTransport: Readonly<Record<Transport, CounterSeries>>;
  private readonly byTemplate;
  private readonly byStatus;
  private readonly byCharset;
  private readonly exceptionsByType;
  private readonly exceptionsByView;
  private readonly views: Views;
  private readonly statuses = new Map<number, CounterSeries>();
  private readonly charsets = new Map<CharsetLabel, CounterSeries>();

  constructor(
    store: MetricStore,
    private readonly options: DjangoHttpMetricsOptions,
  ) {
    const byMethod = store.counter(definitions.DJANGO_HTTP_REQUESTS_TOTAL_BY_METHOD_TOTAL);
    const byTransport = store.counter(definitions.DJANGO_HTTP_REQUESTS_TOTAL_BY_TRANSPORT_TOTAL);
    this.single = singleSeries(store);
    this.byMethod = recordOf(METHODS, (method) => byMethod.known({ method: djangoMethod(method) }));
    this.byTransport = recordOf(TRANSPORTS, (transport) => byTransport.known({ transport }));
    this.views = new Views(store);
    this.byTemplate = store.counter(definitions.DJANGO_HTTP_RESPONSES_TOTAL_BY_TEMPLATENAME_TOTAL);
    this.byStatus = store.counter(definitions.DJANGO_HTTP_RESPONSES_TOTAL_BY_STATUS_TOTAL);
    this.byCharset = store.counter(definitions.DJANGO_HTTP_RESPONSES_TOTAL_BY_CHARSET_TOTAL);
    this.exceptionsByType = store.counter(definitions.DJANGO_HTTP_EXCEPTIONS_TOTAL_BY_TYPE_TOTAL);
    this.exceptionsByView = store.counter(definitions.DJANGO_HTTP_EXCEPTIONS_TOTAL_BY_VIEW_TOTAL);
  }

  routesKnown(routes: readonly KnownRoute[]): void {
    for (const route of routes) this.views.know(route);
  }

  requestReceived({ method, transport, request }: HttpExchange): void {
    this.single.requests.inc();
    this.byMethod[method].inc();
    this.byTransport[transport].inc();
    if (request.headers['x-requested-with'] === 'XMLHttpRequest') this.single.ajax.inc();
  }

  requestAnswered(exchange: HttpExchange): void {
    const { status, durationSeconds, handler, span } = exchange;
    const { latency, streaming, responseBody } = this.single;
    const view = this.ended(exchange);
    latency.observe(durationSeconds, span);
    view.latency.observe(durationSeconds, span);
    (this.statuses.get(status) ?? this.addStatus(status)).inc();
    this.views.responsesOf(view, exchange).inc();
    const charset = charsetLabel(exchange.charset);
    (this.charsets.get(charset) ?? this.addCharset(charset)).inc();
    if (exchange.streamed) streaming.inc();
    else responseBody.observe(exchange.responseBodyBytes);
    if (handler?.template !== undefined && exchange.rendered)
      this.byTemplate.labels({ templatename: handler.template }).inc();
  }

  requestAborted(exchange: HttpExchange): void {
    this.ended(exchange);
    this.single.unknownLatencyIncludingMiddlewares.inc();
    this.single.unknownLatency.inc();
  }

  exceptionThrown(handler: Handler, error: unknown): void {
    this.exceptionsByType.labels({ type: errorType(error, this.options.errorTypes) }).inc();
    this.exceptionsByView.labels({ view: Views.nameOf(handler) }).inc();
  }

  private ended(exchange: HttpExchange): ViewSeries {
    const view = this.views.of(exchange);
    this.single.responses.inc();
    this.single.requestBody.observe(exchange.requestBodyBytes);
    if (view.handler !== undefined) this.views.requestsOf(view, exchange).inc();
    return view;
  }

  private addStatus(status: number): CounterSeries {
    const added = this.byStatus.labels({ status: String(status) });
    this.statuses.set(status, added);
    return added;
  }

  private addCharset(charset: CharsetLabel): CounterSeries {
    const added = this.byCharset.known({ charset });
    this.charsets.set(charset, added);
    return added;
  }
}

/** The metrics without labels. They exist at zero from boot. */
function singleSeries(store: MetricStore) {
  return {
    requests: store.counter(definitions.DJANGO_HTTP_REQUESTS_BEFORE_MIDDLEWARES_TOTAL).known({}),
    responses: store.counter(definitions.DJANGO_HTTP_RESPONSES_BEFORE_MIDDLEWARES_TOTAL).known({}),
    latency: store.histogram(definitions.DJANGO_HTTP_REQUESTS_LATENCY_INCLUDING_MIDDLEWARES_SECONDS).known({}),
    unknownLatencyIncludingMiddlewares: store
      .counter(definitions.DJANGO_HTTP_REQUESTS_UNKNOWN_LATENCY_INCLUDING_MIDDLEWARES_TOTAL)
      .known({}),
    unknownLatency: store.counter(definitions.DJANGO_HTTP_REQUESTS_UNKNOWN_LATENCY_TOTAL).known({}),
    ajax: store.counter(definitions.DJANGO_HTTP_AJAX_REQUESTS_TOTAL).known({}),
    requestBody: store.histogram(definitions.DJANGO_HTTP_REQUESTS_BODY_TOTAL_BYTES).known({}),
    responseBody: store.histogram(definitions.DJANGO_HTTP_RESPONSES_BODY_TOTAL_BYTES).known({}),
    streaming: store.counter(definitions.DJANGO_HTTP_RESPONSES_STREAMING_TOTAL).known({}),
  };
}
