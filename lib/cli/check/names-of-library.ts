import * as cache from '../../catalogue/nest/cache.definitions.js';
import * as http from '../../catalogue/nest/http.definitions.js';
import * as method from '../../catalogue/nest/method.definitions.js';
import * as nodejs from '../../catalogue/nest/nodejs.definitions.js';
import * as process from '../../catalogue/nest/process.definitions.js';
import * as self from '../../catalogue/nest/self.definitions.js';
import * as typeorm from '../../catalogue/nest/typeorm.definitions.js';

const NAMES = new Set(
  [cache, http, method, nodejs, process, self, typeorm].flatMap((file) => Object.values(file)).flatMap(nameOf),
);

function nameOf(exported: unknown): readonly string[] {
  const { name } = Object(exported) as { readonly name?: unknown };
  return typeof name === 'string' && typeof exported === 'object' ? [name] : [];
}

/** Whether a series may be of a metric of this library. */
export function isOfLibrary(series: string, namespace: string): boolean {
  if (!series.startsWith(namespace)) return false;
  const name = series.slice(namespace.length);
  return NAMES.has(name) || NAMES.has(name.replace(/_(?:bucket|sum|count|created)$/, ''));
}
