import { authFaults } from './access/auth.options-check.js';
import { CAPABILITIES } from './capabilities/capabilities.js';
import { faultsOf as faultsBy, misplacedOptions, optionsError, shapeFaults, shown } from './options/option-rules.js';
import { isObject } from './options/is-object.js';
import { processesFaults } from './prometheus.processes-options.js';
import { pushFaults } from './prometheus.push-options.js';
import { serverFaults } from './prometheus.server-options.js';
import { optionRules } from './prometheus.options-rules.js';
import {
  type PrometheusFactoryOptions,
  type PrometheusOptions,
  type PrometheusRouteOptions,
} from './prometheus.options.js';

const ROUTE_OPTIONS: readonly (keyof PrometheusRouteOptions)[] = ['path', 'guards', 'decorators', 'bypassGuards'];

/**
 * Checks all options: those of the route, and those that a factory may have made.
 *
 * @errors throws one error that lists every fault, each as a sentence with the expected value, the given value and the
 *   fix
 */
export function checkOptions(
  metrics: PrometheusFactoryOptions | null | undefined,
  route: PrometheusRouteOptions,
): void {
  const given = metrics ?? {};
  const faults = [
    ...shapeFaults(given),
    ...misplacedOptions(ROUTE_OPTIONS, given),
    ...faultsOf(isObject(given) ? { ...given, ...route } : route),
  ];
  if (faults.length > 0) throw optionsError('PrometheusModule', faults);
}

/** Every fault, one sentence each. */
export function faultsOf(options: PrometheusOptions): readonly string[] {
  return [
    ...faultsBy(optionRules(), options),
    ...bypassFaults(options),
    ...serverFaults(options),
    ...processesFaults({ ...options }),
    ...pushFaults(options),
    ...authFaults(options),
    ...CAPABILITIES.flatMap((capability) => capability.options?.faults?.(options) ?? []),
  ];
}

/** `bypassGuards` would silently ignore these options and leave the route open. */
function bypassFaults(options: PrometheusOptions): string[] {
  if (options.bypassGuards !== true) return [];
  return (['guards', 'decorators'] as const)
    .filter((option) => Array.isArray(options[option]) && options[option].length > 0)
    .map(
      (option) =>
        `Expected \`${option}\` to be left out beside \`bypassGuards: true\`, got ${shown(options[option])}: they have no effect on such a route, so leave out one of the two.`,
    );
}
