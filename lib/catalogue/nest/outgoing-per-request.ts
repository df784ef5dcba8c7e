import { withBuckets } from '../../metrics/definition.js';
import { type HistogramSeries } from '../../metrics/histogram.js';
import { type MetricStore } from '../../metrics/store.js';
import { type HttpExchange, type Route } from '../../observe/events.js';
import * as definitions from './http.definitions.js';

/** The handles of one route. */
interface RouteSeries {
  readonly requests: HistogramSeries;
  readonly seconds: HistogramSeries;
}

/**
 * How many requests to other hosts a request sends, and how long they take. A route that sends none has no series, and
 * costs nothing.
 */
export class OutgoingPerRequest {
  private made: ReturnType<typeof makeMetrics> | undefined;
  private readonly byRoute: (RouteSeries | undefined)[] = [];

  constructor(
    private readonly store: MetricStore,
    private readonly durationBuckets: readonly number[],
  ) {}

  ended({ route, outgoingRequests, outgoingSeconds, span }: HttpExchange): void {
    const series = this.byRoute[route.index] ?? (outgoingRequests > 0 ? this.add(route) : undefined);
    series?.requests.observe(outgoingRequests, span);
    series?.seconds.observe(outgoingSeconds, span);
  }

  private add({ index, method, template }: Route): RouteSeries {
    const { requests, seconds } = (this.made ??= makeMetrics(this.store, this.durationBuckets));
    const labels = { method, route: template };
    return (this.byRoute[index] = { requests: requests.labels(labels), seconds: seconds.labels(labels) });
  }
}

function makeMetrics(store: MetricStore, durationBuckets: readonly number[]) {
  return {
    requests: store.histogram(definitions.NESTJS_HTTP_REQUEST_OUTGOING_REQUESTS),
    seconds: store.histogram(withBuckets(definitions.NESTJS_HTTP_REQUEST_OUTGOING_SECONDS, durationBuckets)),
  };
}
