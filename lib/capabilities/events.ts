import * as definitions from '../catalogue/nest/events.definitions.js';
import { EventEmitterInstrumentation } from '../observe/event-emitter/event-emitter.instrumentation.js';
import { OPERATION_EVENTS } from '../observe/operation-events.js';
import { type Capability } from './capability.js';
import { EVENTS_OPTIONS } from './events.options.js';
import { operationConvention } from './operation.convention.js';
import { type ResolvedOperationOptions } from './operation.options.js';

/** Handlers of `@OnEvent()`. */
export const EVENTS: Capability<ResolvedOperationOptions, undefined> = {
  part: 'events',
  options: EVENTS_OPTIONS,
  events: OPERATION_EVENTS,
  conventions: {
    nest: operationConvention('events', definitions, definitions.EVENTS_DEFINITIONS, ['success', 'error']),
  },
  readsRequestTally: ({ queriesPerRequest }) => queriesPerRequest,
  instrument: ({ modules }, sink) => new EventEmitterInstrumentation(modules, sink),
};
