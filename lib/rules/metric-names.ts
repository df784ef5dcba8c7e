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

const NEST = [cache, http, method, nodejs, process, self, typeorm];
const DJANGO = [djangoCache, djangoHttp, djangoTypeorm];
const OTEL = [otelHttp, otelTypeorm];
const FILES: readonly Readonly<Record<string, unknown>>[] = [...NEST, ...DJANGO, ...OTEL];

/** The names of all metrics of the catalogue, in every naming, without a namespace. */
export function metricNames(): ReadonlySet<string> {
  NAMES ??= new Set(FILES.flatMap((file) => Object.values(file)).flatMap(nameOf));
  return NAMES;
}

let NAMES: ReadonlySet<string> | undefined;

function nameOf(value: unknown): readonly string[] {
  return typeof value === 'object' && value !== null && 'name' in value && typeof value.name === 'string'
    ? [value.name]
    : [];
}
