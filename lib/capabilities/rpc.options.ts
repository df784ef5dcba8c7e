import { DURATION_BUCKETS } from '../catalogue/buckets.js';
import { type CapabilityOptions } from './capability.js';
import { operationOptions, type ResolvedOperationOptions } from './operation.options.js';

export interface RpcOptions {
  /**
   * Upper bounds of the buckets of `nestjs_rpc_operation_duration_seconds` and `nestjs_rpc_operation_db_seconds`, in
   * seconds. They must be ascending and not negative; `+Inf` is added automatically.
   *
   * @defaultValue `[0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]`
   */
  readonly durationBuckets?: readonly number[];
}

export interface RpcOption {
  /**
   * Options for the messages and events of microservices; `false` turns their metrics off, and they are not observed.
   *
   * @defaultValue on, in applications with a microservice of `@nestjs/microservices`
   */
  readonly rpc?: RpcOptions | false;
}

export const RPC_OPTIONS: CapabilityOptions<ResolvedOperationOptions> = operationOptions('rpc', DURATION_BUCKETS);
