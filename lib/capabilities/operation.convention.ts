import {
  type OperationDefinitions,
  OperationMetrics,
  type PossibleOutcomes,
} from '../catalogue/nest/operation.metrics.js';
import { type Door } from '../observe/operation-events.js';
import { type Convention } from './capability.js';
import { type ResolvedOperationOptions } from './operation.options.js';

/**
 * Publishes what every door publishes, under Nest's names.
 *
 * @param definitions all exports of the definitions of the door
 */
export function operationConvention(
  door: Door,
  definitions: Readonly<Record<string, unknown>>,
  shared: OperationDefinitions,
  outcomes: PossibleOutcomes,
): Convention<ResolvedOperationOptions, undefined> {
  return {
    definitions,
    feed: ({ store, options }) => ({ listener: new OperationMetrics(store, door, shared, options, outcomes) }),
  };
}
