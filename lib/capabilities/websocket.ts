import * as definitions from '../catalogue/nest/websocket.definitions.js';
import { WebsocketMetrics } from '../catalogue/nest/websocket.metrics.js';
import { OPERATION_EVENTS } from '../observe/operation-events.js';
import { WEBSOCKET_EVENTS } from '../observe/websocket-events.js';
import { WebsocketInstrumentation } from '../observe/websocket/websocket.instrumentation.js';
import { type Capability } from './capability.js';
import { type ResolvedOperationOptions } from './operation.options.js';
import { WEBSOCKET_OPTIONS } from './websocket.options.js';

/** WebSocket gateways: messages by gateway and event, and connections. */
export const WEBSOCKET: Capability<ResolvedOperationOptions, undefined> = {
  part: 'websocket',
  options: WEBSOCKET_OPTIONS,
  events: [...OPERATION_EVENTS, ...WEBSOCKET_EVENTS],
  conventions: {
    nest: { definitions, feed: ({ store, options }) => ({ listener: new WebsocketMetrics(store, options) }) },
  },
  readsRequestTally: ({ queriesPerRequest }) => queriesPerRequest,
  instrument: (host, sink) => new WebsocketInstrumentation(host, sink),
};
