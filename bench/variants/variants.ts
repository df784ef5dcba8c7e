import { type INestApplication } from '@nestjs/common';
import { type Adapter } from './hello-app.js';

/** Loaded by name, in the child process that serves it, so that no process loads a library that it does not measure. */
const VARIANTS = {
  bare: () => import('./bare.js'),
  ours: () => import('./ours.js'),
  'ours with own port': () => import('./ours-own-port.js'),
  'ours with queries': async () => (await import('./ours-queries.js')).withQueries,
  'ours without queries': async () => (await import('./ours-queries.js')).withoutQueries,
  'prom-client interceptor': () => import('./prom-client-interceptor.js'),
  'express-prom-bundle': () => import('./express-prom-bundle.js'),
  'fastify-metrics': () => import('./fastify-metrics.js'),
} satisfies Record<string, () => Promise<{ create(adapter: Adapter): Promise<INestApplication> }>>;

export type VariantName = keyof typeof VARIANTS;

/** The libraries to compare on each adapter; `bare` and our own variants are added. */
export const PEERS: Readonly<Record<Adapter, readonly VariantName[]>> = {
  express: ['prom-client interceptor', 'express-prom-bundle'],
  fastify: ['prom-client interceptor', 'fastify-metrics'],
};

export async function createVariant(name: VariantName, adapter: Adapter): Promise<INestApplication> {
  const { create } = await VARIANTS[name]();
  return create(adapter);
}
