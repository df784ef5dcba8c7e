import { getHeapStatistics } from 'node:v8';
import { type MetricStore } from '../metrics/store.js';
import { gaugeOf } from './gauge-of.js';
import {
  NODEJS_EXTERNAL_MEMORY_BYTES,
  NODEJS_HEAP_SIZE_TOTAL_BYTES,
  NODEJS_HEAP_SIZE_USED_BYTES,
} from '../catalogue/nest/nodejs.definitions.js';

/**
 * The heap of V8. Read from V8 itself, because `process.memoryUsage()` would also read the resident memory from a file.
 */
export class Heap {
  private readonly total;
  private readonly used;
  private readonly external;

  constructor(store: MetricStore) {
    this.total = gaugeOf(store, NODEJS_HEAP_SIZE_TOTAL_BYTES);
    this.used = gaugeOf(store, NODEJS_HEAP_SIZE_USED_BYTES);
    this.external = gaugeOf(store, NODEJS_EXTERNAL_MEMORY_BYTES);
  }

  collect(): void {
    const heap = getHeapStatistics();
    this.total.set(heap.total_heap_size);
    this.used.set(heap.used_heap_size);
    this.external.set(heap.external_memory);
  }
}
