import { JOB_BUCKETS } from '../catalogue/buckets.js';
import { listOf } from '../options/option-kinds.js';
import { isListOf } from '../options/option-rules.js';
import { type CapabilityOptions } from './capability.js';
import { operationOptions, type ResolvedOperationOptions } from './operation.options.js';

export interface QueueOptions {
  /**
   * Names of jobs that get their own value of the label `name`. Any other name is `_OTHER`, because whoever adds a job
   * decides its name. Each name adds series to every queue that has a processor.
   *
   * @defaultValue `[]`
   */
  readonly jobNames?: readonly string[];

  /**
   * Upper bounds of the buckets of `nestjs_queue_operation_duration_seconds`, `nestjs_queue_operation_db_seconds` and
   * `nestjs_queue_job_wait_seconds`, in seconds. They must be ascending and not negative; `+Inf` is added automatically.
   *
   * @defaultValue `[0.01, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 900, 3600]`
   */
  readonly durationBuckets?: readonly number[];
}

export interface QueueOption {
  /**
   * Options for BullMQ's queues and the classes with `@Processor()`; `false` turns their metrics off, and they are not
   * observed.
   *
   * @defaultValue on, in applications with the BullModule of `@nestjs/bullmq`
   */
  readonly queue?: QueueOptions | false;
}

export interface ResolvedQueueOptions extends ResolvedOperationOptions {
  readonly jobNames: readonly string[];
}

export const QUEUE_OPTIONS: CapabilityOptions<ResolvedQueueOptions> = operationOptions('queue', JOB_BUCKETS, [
  {
    option: 'queue.jobNames',
    expected: 'a list of names',
    fix: 'give the names of jobs, not empty',
    holds: isListOf((name) => typeof name === 'string' && name !== ''),
    fromText: listOf,
    default: [],
  },
]);
