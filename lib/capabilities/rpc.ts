import * as definitions from '../catalogue/nest/rpc.definitions.js';
import { OPERATION_EVENTS, OUTCOMES } from '../observe/operation-events.js';
import { RpcInstrumentation } from '../observe/rpc/rpc.instrumentation.js';
import { type Capability } from './capability.js';
import { operationConvention } from './operation.convention.js';
import { type ResolvedOperationOptions } from './operation.options.js';
import { RPC_OPTIONS } from './rpc.options.js';

/** Messages and events of microservices. */
export const RPC: Capability<ResolvedOperationOptions, undefined> = {
  part: 'rpc',
  options: RPC_OPTIONS,
  events: OPERATION_EVENTS,
  conventions: { nest: operationConvention('rpc', definitions, definitions.RPC_DEFINITIONS, OUTCOMES) },
  readsRequestTally: ({ queriesPerRequest }) => queriesPerRequest,
  instrument: ({ modules }, sink) => new RpcInstrumentation(modules, sink),
};
