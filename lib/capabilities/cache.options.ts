import { FLAG } from '../options/option-kinds.js';
import { type CapabilityOptions } from './capability.js';

export interface CacheOption {
  /**
   * `false` turns the cache metrics off. The caches of the application are then not patched.
   *
   * @defaultValue `true`: every cache of `@nestjs/cache-manager`, and those given to `observeCache`
   */
  readonly cache?: boolean;
}

export const CACHE_OPTIONS: CapabilityOptions<boolean> = {
  name: 'cache',
  rules: [{ option: 'cache', ...FLAG, default: true }],
};
