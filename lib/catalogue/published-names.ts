import * as djangoCache from './django/cache.definitions.js';
import * as djangoHttp from './django/http.definitions.js';
import * as djangoTypeorm from './django/typeorm.definitions.js';
import * as cache from './nest/cache.definitions.js';
import * as events from './nest/events.definitions.js';
import * as graphql from './nest/graphql.definitions.js';
import * as http from './nest/http.definitions.js';
import * as method from './nest/method.definitions.js';
import * as nodejs from './nest/nodejs.definitions.js';
import * as outgoing from './nest/outgoing.definitions.js';
import * as process from './nest/process.definitions.js';
import * as queue from './nest/queue.definitions.js';
import * as rpc from './nest/rpc.definitions.js';
import * as schedule from './nest/schedule.definitions.js';
import * as self from './nest/self.definitions.js';
import * as typeorm from './nest/typeorm.definitions.js';
import * as websocket from './nest/websocket.definitions.js';
import * as otelHttp from './otel/http.definitions.js';
import * as otelOutgoing from './otel/outgoing.definitions.js';
import * as otelTypeorm from './otel/typeorm.definitions.js';
import { type MetricDefinition } from '../metrics/definition.js';

const DOORS = [events, graphql, queue, rpc, schedule, websocket];
const NEST = [cache, http, method, nodejs, outgoing, process, self, typeorm, ...DOORS];
const OTHERS = [djangoCache, djangoHttp, djangoTypeorm, otelHttp, otelOutgoing, otelTypeorm];
const FILES: readonly Readonly<Record<string, unknown>>[] = [...NEST, ...OTHERS];
const DEFINITIONS = FILES.flatMap((file) => Object.values(file)).filter(isDefinition);

/** The names of all metrics of the catalogue, in every naming, without a namespace. */
export const METRIC_NAMES: ReadonlySet<string> = new Set(DEFINITIONS.map(({ name }) => name));

/** The names of all histograms among them. */
export const HISTOGRAM_NAMES: ReadonlySet<string> = new Set(
  DEFINITIONS.filter(({ type }) => type === 'histogram').map(({ name }) => name),
);

function isDefinition(value: unknown): value is MetricDefinition {
  return typeof value === 'object' && value !== null && 'name' in value && 'help' in value;
}
