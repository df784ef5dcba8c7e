import { DURATION_BUCKETS } from '../catalogue/buckets.js';
import { type CapabilityOptions } from './capability.js';
import { operationOptions, type ResolvedOperationOptions } from './operation.options.js';

export interface EventsOptions {
  /**
   * Upper bounds of the buckets of `nestjs_events_operation_duration_seconds` and
   * `nestjs_events_operation_db_seconds`, in seconds. They must be ascending and not negative; `+Inf` is added
   * automatically.
   *
   * @defaultValue `[0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]`
   */
  readonly durationBuckets?: readonly number[];
}

export interface EventsOption {
  /**
   * Options for the handlers of `@OnEvent()`; `false` turns their metrics off, and they are not observed.
   *
   * @defaultValue on, in applications with the EventEmitterModule of `@nestjs/event-emitter`
   */
  readonly events?: EventsOptions | false;
}

export const EVENTS_OPTIONS: CapabilityOptions<ResolvedOperationOptions> = operationOptions('events', DURATION_BUCKETS);
