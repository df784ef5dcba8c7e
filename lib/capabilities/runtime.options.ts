import { FLAG } from '../options/option-kinds.js';
import { type CapabilityOptions } from './capability.js';

export interface RuntimeOption {
  /**
   * `false` turns the metrics `process_*` and `nodejs_*` off.
   *
   * @defaultValue `true`
   */
  readonly runtimeMetrics?: boolean;
}

export const RUNTIME_OPTIONS: CapabilityOptions<boolean> = {
  name: 'runtimeMetrics',
  rules: [{ option: 'runtimeMetrics', ...FLAG, default: true }],
};
