import { OperationMetrics } from '../catalogue/nest/operation.metrics.js';
import * as definitions from '../catalogue/nest/schedule.definitions.js';
import { ScheduleMetrics } from '../catalogue/nest/schedule.metrics.js';
import { OPERATION_EVENTS } from '../observe/operation-events.js';
import { SCHEDULE_EVENTS } from '../observe/schedule-events.js';
import { ScheduleInstrumentation } from '../observe/schedule/schedule.instrumentation.js';
import { type Capability } from './capability.js';
import { type ResolvedOperationOptions } from './operation.options.js';
import { SCHEDULE_OPTIONS } from './schedule.options.js';

/** Methods with `@Cron()`, `@Interval()` and `@Timeout()`. */
export const SCHEDULE: Capability<ResolvedOperationOptions, undefined> = {
  part: 'schedule',
  options: SCHEDULE_OPTIONS,
  events: [...OPERATION_EVENTS, ...SCHEDULE_EVENTS],
  conventions: {
    nest: {
      definitions,
      feed: ({ store, options }) => ({
        listener: [
          new OperationMetrics(store, 'schedule', definitions.SCHEDULE_DEFINITIONS, options, ['success', 'error']),
          new ScheduleMetrics(store),
        ],
      }),
    },
  },
  readsRequestTally: ({ queriesPerRequest }) => queriesPerRequest,
  instrument: ({ modules }, sink) => new ScheduleInstrumentation(modules, sink),
};
