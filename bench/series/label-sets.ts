export const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH'] as const;
export const STATUS_CLASSES = ['2xx', '3xx', '4xx', '5xx'] as const;
export const LABEL_NAMES = ['method', 'route', 'status_class'] as const;

/** OpenTelemetry's advice for the duration of requests, in seconds. */
export const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10] as const;

/** Lines of one label set of a histogram in the exposition: its buckets with `+Inf`, the sum and the count. */
export const LINES_PER_SET = BUCKETS.length + 3;

export interface RequestLabels {
  readonly method: (typeof METHODS)[number];
  readonly route: string;
  readonly status_class: (typeof STATUS_CLASSES)[number];
}

/** `count` different label sets, as an API has them: each route with every method and status class. */
export function requestLabels(count: number): readonly RequestLabels[] {
  const sets: RequestLabels[] = [];
  for (let resource = 1; sets.length < count; resource += 1) {
    const route = `/api/v1/resource-${resource}/:id`;
    for (const method of METHODS) {
      for (const status_class of STATUS_CLASSES) sets.push({ method, route, status_class });
    }
  }
  return sets.slice(0, count);
}
