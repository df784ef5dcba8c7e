import { type PrometheusOptions } from 'nestjs-prometheus-exporter';

/** A way to the metrics of an application. */
export interface Door {
  readonly door: string;
  /** The options that open it, and no other one. */
  readonly options: PrometheusOptions;
  readonly isOwnPort: boolean;
}

/** The routes inside the application, which render in its own thread. */
export const ROUTES: readonly Door[] = [
  { door: 'the route', options: { bypassGuards: false }, isOwnPort: false },
  { door: 'the route that bypasses guards', options: { bypassGuards: true }, isOwnPort: false },
];

/** A route whose bytes come from the thread of the endpoint. */
export const THREADED_ROUTE: Door = {
  door: 'the route with a thread behind it',
  options: { bypassGuards: false, server: { port: 0 } },
  isOwnPort: false,
};

export const OWN_PORT: Door = { door: 'the own port', options: { path: false, server: { port: 0 } }, isOwnPort: true };

/** All of them. The own port needs no adapter, so it is tried beside one of them. */
export function doorsOf(adapter: 'express' | 'fastify'): readonly Door[] {
  return [...ROUTES, THREADED_ROUTE, ...(adapter === 'express' ? [OWN_PORT] : [])];
}
