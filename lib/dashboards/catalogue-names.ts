import * as djangoCache from '../catalogue/django/cache.definitions.js';
import * as djangoHttp from '../catalogue/django/http.definitions.js';
import * as djangoTypeorm from '../catalogue/django/typeorm.definitions.js';
import * as cache from '../catalogue/nest/cache.definitions.js';
import * as http from '../catalogue/nest/http.definitions.js';
import * as method from '../catalogue/nest/method.definitions.js';
import * as nodejs from '../catalogue/nest/nodejs.definitions.js';
import * as process from '../catalogue/nest/process.definitions.js';
import * as self from '../catalogue/nest/self.definitions.js';
import * as typeorm from '../catalogue/nest/typeorm.definitions.js';
import * as otelHttp from '../catalogue/otel/http.definitions.js';
import * as otelTypeorm from '../catalogue/otel/typeorm.definitions.js';
import { type MetricDefinition } from '../metrics/definition.js';

const NEST = [cache, http, method, nodejs, process, self, typeorm];
const OTHERS = [djangoCache, djangoHttp, djangoTypeorm, otelHttp, otelTypeorm];
const FILES: readonly Readonly<Record<string, unknown>>[] = [...NEST, ...OTHERS];
const DEFINITIONS = FILES.flatMap((file) => Object.values(file)).filter(isDefinition);

/** The names of all metrics of the catalogue, without a namespace. */
export const METRIC_NAMES: ReadonlySet<string> = new Set(DEFINITIONS.map(({ name }) => name));

/** The names of all histograms among them. */
export const HISTOGRAM_NAMES: ReadonlySet<string> = new Set(
  DEFINITIONS.filter(({ type }) => type === 'histogram').map(({ name }) => name),
);

function isDefinition(value: unknown): value is MetricDefinition {
  return typeof value === 'object' && value !== null && 'name' in value && 'help' in value;
}
