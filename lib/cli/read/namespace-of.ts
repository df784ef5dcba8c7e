import { NESTJS_METRICS_INFO } from '../../catalogue/nest/self.definitions.js';
import { type Published } from './published.js';

/** What the names of the library begin with here: `''` or `shop_`. Undefined if the endpoint is not of this library. */
export function namespaceOf({ metrics }: Published): string | undefined {
  const info = [...metrics.keys()].find((name) => name.endsWith(NESTJS_METRICS_INFO.name));
  return info?.slice(0, -NESTJS_METRICS_INFO.name.length);
}
