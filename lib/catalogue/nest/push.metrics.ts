import { type MetricStore } from '../../metrics/store.js';
import { NESTJS_METRICS_PUSHES_TOTAL } from './self.definitions.js';

/** The metric about pushes, for applications that push. */
export class PushMetrics {
  private readonly success;
  private readonly error;

  constructor(store: MetricStore) {
    const pushes = store.counter(NESTJS_METRICS_PUSHES_TOTAL);
    this.success = pushes.known({ outcome: 'success' });
    this.error = pushes.known({ outcome: 'error' });
  }

  pushed(outcome: 'success' | 'error'): void {
    this[outcome].inc();
  }
}
