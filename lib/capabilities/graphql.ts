import * as definitions from '../catalogue/nest/graphql.definitions.js';
import { GraphQLInstrumentation } from '../observe/graphql/graphql.instrumentation.js';
import { type Operation, OPERATION_EVENTS, type Outcome, OUTCOMES } from '../observe/operation-events.js';
import { type Capability } from './capability.js';
import { GRAPHQL_OPTIONS } from './graphql.options.js';
import { operationConvention } from './operation.convention.js';
import { type ResolvedOperationOptions } from './operation.options.js';

/** Root fields of GraphQL schemas. */
export const GRAPHQL: Capability<ResolvedOperationOptions, undefined> = {
  part: 'graphql',
  options: GRAPHQL_OPTIONS,
  events: OPERATION_EVENTS,
  conventions: {
    nest: operationConvention('graphql', definitions, definitions.GRAPHQL_DEFINITIONS, possibleOutcomes),
  },
  readsRequestTally: ({ queriesPerRequest }) => queriesPerRequest,
  instrument: ({ modules }, sink) => new GraphQLInstrumentation(modules, sink),
};

/** Only a subscription can be left: resolvers of a query run to their end, whether or not the client is still there. */
function possibleOutcomes({ names }: Operation): readonly Outcome[] {
  return names['type'] === 'subscription' ? OUTCOMES : ['success', 'error'];
}
