import { JOB_BUCKETS } from '../catalogue/buckets.js';
import { type CapabilityOptions } from './capability.js';
import { operationOptions, type ResolvedOperationOptions } from './operation.options.js';

export interface ScheduleOptions {
  /**
   * Upper bounds of the buckets of `nestjs_schedule_operation_duration_seconds` and
   * `nestjs_schedule_operation_db_seconds`, in seconds. They must be ascending and not negative; `+Inf` is added
   * automatically.
   *
   * @defaultValue `[0.01, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 900, 3600]`
   */
  readonly durationBuckets?: readonly number[];
}

export interface ScheduleOption {
  /**
   * Options for methods with `@Cron()`, `@Interval()` and `@Timeout()`; `false` turns their metrics off, and they are not
   * observed.
   *
   * @defaultValue on, in applications with the ScheduleModule of `@nestjs/schedule`
   */
  readonly schedule?: ScheduleOptions | false;
}

export const SCHEDULE_OPTIONS: CapabilityOptions<ResolvedOperationOptions> = operationOptions('schedule', JOB_BUCKETS);
