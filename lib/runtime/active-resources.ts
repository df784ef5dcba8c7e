import { type MetricStore } from '../metrics/store.js';
import { NODEJS_ACTIVE_RESOURCES } from '../catalogue/nest/nodejs.definitions.js';

/** The resources that keep the event loop alive, by type. */
export class ActiveResources {
  private readonly gauge;
  private types: ReadonlySet<string> = new Set();

  constructor(store: MetricStore) {
    this.gauge = store.gauge(NODEJS_ACTIVE_RESOURCES);
  }

  /** A type that is no longer present becomes 0 instead of disappearing. */
  collect(): void {
    const counts = new Map(Array.from(this.types, (type) => [type, 0]));
    for (const type of process.getActiveResourcesInfo()) counts.set(type, (counts.get(type) ?? 0) + 1);
    for (const [type, count] of counts) this.gauge.known({ type }).set(count);
    this.types = new Set(counts.keys());
  }
}
