import { type ErrorClass } from '../catalogue/error-type.js';
import { type OperationMetricsOptions } from '../catalogue/nest/operation.metrics.js';
import { isErrorClass } from '../options/is-error-class.js';
import { GROUP_OR_OFF } from '../options/option-kinds.js';
import { isListOf, type OptionRule, valueAt } from '../options/option-rules.js';
import { BUCKET_BOUNDS } from './bucket-bounds.js';
import { type CapabilityOptions } from './capability.js';
import { type HttpOptions, isQueriesPerRequestOn } from './http.options.js';

/** The resolved options of a door. SQL per operation and error types are those of HTTP. */
export interface ResolvedOperationOptions extends OperationMetricsOptions {}

/**
 * The options of a door: a group that can be switched off, with its buckets.
 *
 * @param further rules of options that only this door has
 */
export function operationOptions<Options extends ResolvedOperationOptions = ResolvedOperationOptions>(
  name: string,
  durationBuckets: readonly number[],
  further: readonly OptionRule[] = [],
): CapabilityOptions<Options> {
  return {
    name,
    rules: [
      { option: name, ...GROUP_OR_OFF },
      { option: `${name}.durationBuckets`, ...BUCKET_BOUNDS, default: durationBuckets },
      ...further,
    ],
    resolve: (options, all) => ({ ...options, ...sharedWithHttp(all) }),
  };
}

function sharedWithHttp(all: object): Pick<ResolvedOperationOptions, 'queriesPerRequest' | 'errorTypes'> {
  const queries = valueAt(all, 'http.queriesPerRequest') as HttpOptions['queriesPerRequest'];
  const types = valueAt(all, 'http.errorTypes');
  return {
    queriesPerRequest: isQueriesPerRequestOn(queries ?? 'auto'),
    errorTypes: isListOf(isErrorClass)(types) ? (types as readonly ErrorClass[]) : [],
  };
}
