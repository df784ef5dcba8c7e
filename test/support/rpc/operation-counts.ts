import { type Exposition } from '../exposition.js';

/** What a transport has counted, by pattern and outcome: `dog.bite error`. Zeros are left out. */
export function operationCounts(metrics: Exposition, transport: string): ReadonlyMap<string, number> {
  const series = metrics
    .series('nestjs_rpc_operations_total')
    .filter(({ labels }) => labels['transport'] === transport);
  return new Map(
    series
      .filter(({ value }) => value > 0)
      .map(({ labels, value }) => [`${labels['pattern']} ${labels['outcome']}`, value] as const),
  );
}

/** Exceptions of a transport, by pattern and class: `dog.bite LeashException`. */
export function exceptionCounts(metrics: Exposition, transport: string): Readonly<Record<string, number>> {
  const series = metrics
    .series('nestjs_rpc_exceptions_total')
    .filter(({ labels }) => labels['transport'] === transport);
  return Object.fromEntries(series.map(({ labels, value }) => [`${labels['pattern']} ${labels['error_type']}`, value]));
}
