import { OperationMetrics } from '../catalogue/nest/operation.metrics.js';
import * as definitions from '../catalogue/nest/queue.definitions.js';
import { QueueMetrics } from '../catalogue/nest/queue.metrics.js';
import { OPERATION_EVENTS } from '../observe/operation-events.js';
import { QUEUE_EVENTS } from '../observe/queue-events.js';
import { QueueInstrumentation } from '../observe/queue/queue.instrumentation.js';
import { type Capability } from './capability.js';
import { QUEUE_OPTIONS, type ResolvedQueueOptions } from './queue.options.js';

/** BullMQ: attempts of jobs, and the lengths of queues. */
export const QUEUE: Capability<ResolvedQueueOptions, undefined> = {
  part: 'queue',
  options: QUEUE_OPTIONS,
  events: [...OPERATION_EVENTS, ...QUEUE_EVENTS],
  conventions: {
    nest: {
      definitions,
      feed: ({ store, options }) => ({
        listener: [
          new OperationMetrics(store, 'queue', definitions.QUEUE_DEFINITIONS, options, ['success', 'error']),
          new QueueMetrics(store, options.durationBuckets),
        ],
      }),
    },
  },
  readsRequestTally: ({ queriesPerRequest }) => queriesPerRequest,
  instrument: ({ modules }, sink, options) => new QueueInstrumentation(modules, sink, options),
};
