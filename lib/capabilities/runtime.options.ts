import { FLAG } from '../options/option-kinds.js';
import { type CapabilityOptions } from './capability.js';

export interface RuntimeOption {
  /**
   * `false` leaves out `process_*` and `nodejs_*`.
   *
   * @defaultValue `true`
   */
  readonly runtimeMetrics?: boolean;
}

export const RUNTIME_OPTIONS: CapabilityOptions<boolean> = {
  name: 'runtimeMetrics',
  rules: [{ option: 'runtimeMetrics', ...FLAG, default: true }],
};
