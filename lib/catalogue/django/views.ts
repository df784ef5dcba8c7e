import { type Handler, type HttpExchange, type KnownRoute, type Transport } from '../../observe/events.js';
import { type CounterSeries } from '../../metrics/counter.js';
import { type HistogramSeries } from '../../metrics/histogram.js';
import { type MetricStore } from '../../metrics/store.js';
import * as definitions from './http.definitions.js';
import { djangoMethod, type DjangoMethod } from './methods.js';

/** The view of requests for which no handler was chosen. */
const UNNAMED = '<unnamed view>';

/** The handles of one view and method, created once and kept under the index of its route. */
export interface ViewSeries {
  readonly handler: Handler | undefined;
  readonly latency: HistogramSeries;
  readonly requests: { -readonly [T in Transport]?: CounterSeries };
  readonly byStatus: Map<number, CounterSeries>;
}

/** The series that are labelled by view. A view is a method of a controller. */
export class Views {
  private readonly latency;
  private readonly requests;
  private readonly byStatus;
  /** Several handlers can share a route: those of versions that are told apart by a header. */
  private readonly byRoute: ViewSeries[][] = [];
  /** The statuses that are known at boot, by handler. */
  private readonly knownStatuses = new Map<Handler | undefined, readonly number[]>([[undefined, [404]]]);

  constructor(store: MetricStore) {
    this.latency = store.histogram(definitions.DJANGO_HTTP_REQUESTS_LATENCY_SECONDS_BY_VIEW_METHOD);
    this.requests = store.counter(definitions.DJANGO_HTTP_REQUESTS_TOTAL_BY_VIEW_TRANSPORT_METHOD_TOTAL);
    this.byStatus = store.counter(definitions.DJANGO_HTTP_RESPONSES_TOTAL_BY_STATUS_VIEW_METHOD_TOTAL);
  }

  static nameOf(handler: Handler | undefined): string {
    return handler === undefined ? UNNAMED : `${handler.controller}.${handler.handler}`;
  }

  know({ handler, successStatus }: KnownRoute): void {
    this.knownStatuses.set(handler, [...(this.knownStatuses.get(handler) ?? []), successStatus, 500]);
  }

  of({ route, handler }: HttpExchange): ViewSeries {
    const sharing = this.byRoute[route.index];
    if (sharing !== undefined) {
      for (const series of sharing) if (series.handler === handler) return series;
    }
    return this.add(route, handler);
  }

  requestsOf(series: ViewSeries, { route, transport }: HttpExchange): CounterSeries {
    return (series.requests[transport] ??= this.requests[this.howToMake(series)]({
      ...labelsOf(series, route),
      transport,
    }));
  }

  responsesOf(series: ViewSeries, { route, status }: HttpExchange): CounterSeries {
    return series.byStatus.get(status) ?? this.addStatus(series, route, status);
  }

  private add(route: HttpExchange['route'], handler: Handler | undefined): ViewSeries {
    const series = { handler, requests: {}, byStatus: new Map() };
    const latency = this.latency[this.howToMake(series)](labelsOf(series, route));
    const added = { ...series, latency };
    (this.byRoute[route.index] ??= []).push(added);
    return added;
  }

  private addStatus(series: ViewSeries, route: HttpExchange['route'], status: number): CounterSeries {
    const labels = { ...labelsOf(series, route), status: String(status) };
    const added = this.byStatus[this.howToMake(series, status)](labels);
    series.byStatus.set(status, added);
    return added;
  }

  /** Returns `known`, which is outside the series budget, if the view and status were known at boot. */
  private howToMake({ handler }: Pick<ViewSeries, 'handler'>, status?: number): 'known' | 'labels' {
    const known = this.knownStatuses.get(handler);
    return known !== undefined && (status === undefined || known.includes(status)) ? 'known' : 'labels';
  }
}

function labelsOf(
  { handler }: Pick<ViewSeries, 'handler'>,
  { method }: HttpExchange['route'],
): { view: string; method: DjangoMethod } {
  return { view: Views.nameOf(handler), method: djangoMethod(method) };
}
