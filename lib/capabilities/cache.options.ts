import { FLAG } from '../options/option-kinds.js';
import { type CapabilityOptions } from './capability.js';

export interface CacheOption {
  /**
   * `false` leaves the caches of the application alone.
   *
   * @defaultValue `true`: every cache of `@nestjs/cache-manager`, and those given to `observeCache`
   */
  readonly cache?: boolean;
}

export const CACHE_OPTIONS: CapabilityOptions<boolean> = {
  name: 'cache',
  rules: [{ option: 'cache', ...FLAG, default: true }],
};
