import { boundedBy, defineCounter, defineHistogram, oneOf } from 'nestjs-prometheus-exporter';
import { BUCKETS, METHODS, STATUS_CLASSES } from './label-sets.js';

const LABELS = {
  method: oneOf(...METHODS),
  route: boundedBy('the label sets of the bench'),
  status_class: oneOf(...STATUS_CLASSES),
};

export const BENCH_REQUESTS_TOTAL = defineCounter({
  name: 'bench_requests_total',
  help: 'Requests.',
  labels: LABELS,
});

export const BENCH_REQUEST_DURATION_SECONDS = defineHistogram({
  name: 'bench_request_duration_seconds',
  help: 'Duration of requests.',
  unit: 'seconds',
  labels: LABELS,
  buckets: BUCKETS,
});
