import { getHeapSpaceStatistics } from 'node:v8';
import { type MetricStore } from '../metrics/store.js';
import {
  NODEJS_HEAP_SPACE_SIZE_AVAILABLE_BYTES,
  NODEJS_HEAP_SPACE_SIZE_TOTAL_BYTES,
  NODEJS_HEAP_SPACE_SIZE_USED_BYTES,
} from '../catalogue/nest/nodejs.definitions.js';

/** The heap spaces of V8. */
export class HeapSpaces {
  private readonly total;
  private readonly used;
  private readonly available;

  constructor(store: MetricStore) {
    this.total = store.gauge(NODEJS_HEAP_SPACE_SIZE_TOTAL_BYTES);
    this.used = store.gauge(NODEJS_HEAP_SPACE_SIZE_USED_BYTES);
    this.available = store.gauge(NODEJS_HEAP_SPACE_SIZE_AVAILABLE_BYTES);
  }

  collect(): void {
    for (const { space_name, space_size, space_used_size, space_available_size } of getHeapSpaceStatistics()) {
      const space = space_name.replace(/_space$/, '');
      this.total.known({ space }).set(space_size);
      this.used.known({ space }).set(space_used_size);
      this.available.known({ space }).set(space_available_size);
    }
  }
}
