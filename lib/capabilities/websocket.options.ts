import { DURATION_BUCKETS } from '../catalogue/buckets.js';
import { type CapabilityOptions } from './capability.js';
import { operationOptions, type ResolvedOperationOptions } from './operation.options.js';

export interface WebsocketOptions {
  /**
   * Upper bounds of the buckets of `nestjs_websocket_operation_duration_seconds` and
   * `nestjs_websocket_operation_db_seconds`, in seconds. They must be ascending and not negative; `+Inf` is added
   * automatically.
   *
   * @defaultValue `[0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]`
   */
  readonly durationBuckets?: readonly number[];
}

export interface WebsocketOption {
  /**
   * Options for the messages and connections of WebSocket gateways; `false` turns their metrics off, and they are not
   * observed.
   *
   * @defaultValue on, in applications with a class with `@WebSocketGateway()`
   */
  readonly websocket?: WebsocketOptions | false;
}

export const WEBSOCKET_OPTIONS: CapabilityOptions<ResolvedOperationOptions> = operationOptions(
  'websocket',
  DURATION_BUCKETS,
);
