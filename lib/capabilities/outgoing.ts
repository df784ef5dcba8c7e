import * as definitions from '../catalogue/nest/outgoing.definitions.js';
import { OutgoingMetrics } from '../catalogue/nest/outgoing.metrics.js';
import * as otelDefinitions from '../catalogue/otel/outgoing.definitions.js';
import { OtelOutgoingMetrics } from '../catalogue/otel/outgoing.metrics.js';
import { OutgoingInstrumentation } from '../observe/outgoing/outgoing.instrumentation.js';
import { OUTGOING_EVENTS } from '../observe/outgoing-events.js';
import { type Capability } from './capability.js';
import { OUTGOING_OPTIONS, type ResolvedOutgoingOptions } from './outgoing.options.js';

/** HTTP requests that the application sends to other hosts. */
export const OUTGOING: Capability<ResolvedOutgoingOptions, undefined> = {
  part: 'outgoing',
  options: OUTGOING_OPTIONS,
  events: OUTGOING_EVENTS,
  conventions: {
    nest: {
      definitions,
      feed: ({ store, options }) => ({ listener: new OutgoingMetrics(store, options.durationBuckets) }),
    },
    otel: {
      definitions: otelDefinitions,
      feed: ({ store, options }) => ({ listener: new OtelOutgoingMetrics(store, options.durationBuckets) }),
    },
  },
  fillsRequestTally: true,
  instrument: (_host, sink, { hosts }) => new OutgoingInstrumentation(sink, hosts),
};
