import * as djangoDefinitions from '../catalogue/django/http.definitions.js';
import { DjangoHttpMetrics } from '../catalogue/django/http.metrics.js';
import * as definitions from '../catalogue/nest/http.definitions.js';
import { HttpMetrics } from '../catalogue/nest/http.metrics.js';
import * as otelDefinitions from '../catalogue/otel/http.definitions.js';
import { OtelHttpMetrics } from '../catalogue/otel/http.metrics.js';
import { HTTP_EVENTS } from '../observe/events.js';
import { HttpInstrumentation } from '../observe/http/http.instrumentation.js';
import { type Capability } from './capability.js';
import { HTTP_OPTIONS, type ResolvedHttpOptions } from './http.options.js';

/** HTTP requests: received, answered and aborted, their duration, and exceptions. */
export const HTTP: Capability<ResolvedHttpOptions, undefined> = {
  part: 'http',
  options: HTTP_OPTIONS,
  events: HTTP_EVENTS,
  conventions: {
    nest: {
      definitions,
      feed: ({ store, options, report }) => ({
        listener: new HttpMetrics(store, options, (error) => report('labels', error)),
      }),
    },
    django: {
      definitions: djangoDefinitions,
      feed: ({ store, options }) => ({ listener: new DjangoHttpMetrics(store, options) }),
    },
    otel: {
      definitions: otelDefinitions,
      feed: ({ store, options, report }) => ({
        listener: new OtelHttpMetrics(store, options, (error) => report('labels', error)),
      }),
    },
  },
  readsRequestTally: ({ queriesPerRequest }) => queriesPerRequest,
  instrument: (host, sink, options) => HttpInstrumentation.create(host, sink, options),
};
