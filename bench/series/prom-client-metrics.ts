import { Counter, Histogram, type Registry } from 'prom-client';
import { BUCKETS, LABEL_NAMES } from './label-sets.js';

/** The same two metrics, in prom-client. */
export function requestsTotal(registry: Registry): Counter<(typeof LABEL_NAMES)[number]> {
  return new Counter({
    name: 'bench_requests_total',
    help: 'Requests.',
    labelNames: LABEL_NAMES,
    registers: [registry],
  });
}

export function requestDurationSeconds(registry: Registry): Histogram<(typeof LABEL_NAMES)[number]> {
  return new Histogram({
    name: 'bench_request_duration_seconds',
    help: 'Duration of requests.',
    labelNames: LABEL_NAMES,
    buckets: [...BUCKETS],
    registers: [registry],
  });
}
