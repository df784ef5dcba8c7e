import { CACHE } from './cache.js';
import { type Capability } from './capability.js';
import { EVENTS } from './events.js';
import { GRAPHQL } from './graphql.js';
import { HTTP } from './http.js';
import { METHODS } from './methods.js';
import { OUTGOING } from './outgoing.js';
import { QUEUE } from './queue.js';
import { RPC } from './rpc.js';
import { RUNTIME } from './runtime.js';
import { SCHEDULE } from './schedule.js';
import { TYPEORM } from './typeorm.js';
import { WEBSOCKET } from './websocket.js';

/** Every capability, in the order in which it is published. */
export const CAPABILITIES: readonly Capability[] = [
  HTTP,
  TYPEORM,
  CACHE,
  GRAPHQL,
  RPC,
  WEBSOCKET,
  SCHEDULE,
  QUEUE,
  EVENTS,
  OUTGOING,
  METHODS,
  RUNTIME,
];
