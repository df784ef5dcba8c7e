import * as djangoDefinitions from '../catalogue/django/cache.definitions.js';
import { DjangoCacheMetrics } from '../catalogue/django/cache.metrics.js';
import * as definitions from '../catalogue/nest/cache.definitions.js';
import { CacheMetrics } from '../catalogue/nest/cache.metrics.js';
import { CacheInstrumentation } from '../observe/cache/cache.instrumentation.js';
import { CACHE_EVENTS } from '../observe/cache-events.js';
import { CACHE_OPTIONS } from './cache.options.js';
import { type Capability } from './capability.js';

/** Caches: gets, hits, misses, sets, deletes, failures. */
export const CACHE: Capability<boolean, undefined> = {
  part: 'cache',
  options: CACHE_OPTIONS,
  events: CACHE_EVENTS,
  conventions: {
    nest: { definitions, feed: ({ store }) => ({ listener: new CacheMetrics(store) }) },
    django: { definitions: djangoDefinitions, feed: ({ store }) => ({ listener: new DjangoCacheMetrics(store) }) },
  },
  instrument: (host, sink) => new CacheInstrumentation(host.modules, sink),
};
