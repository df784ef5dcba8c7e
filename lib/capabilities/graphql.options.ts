import { DURATION_BUCKETS } from '../catalogue/buckets.js';
import { type CapabilityOptions } from './capability.js';
import { operationOptions, type ResolvedOperationOptions } from './operation.options.js';

export interface GraphQLOptions {
  /**
   * Upper bounds of the buckets of `nestjs_graphql_operation_duration_seconds` and
   * `nestjs_graphql_operation_db_seconds`, in seconds. They must be ascending and not negative; `+Inf` is added
   * automatically.
   *
   * @defaultValue `[0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]`
   */
  readonly durationBuckets?: readonly number[];
}

export interface GraphQLOption {
  /**
   * Options for the root fields of GraphQL; `false` turns their metrics off, and they are not observed.
   *
   * @defaultValue on, in applications with the GraphQLModule of `@nestjs/graphql`
   */
  readonly graphql?: GraphQLOptions | false;
}

export const GRAPHQL_OPTIONS: CapabilityOptions<ResolvedOperationOptions> = operationOptions(
  'graphql',
  DURATION_BUCKETS,
);
