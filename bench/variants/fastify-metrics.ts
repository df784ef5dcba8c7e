import { type INestApplication } from '@nestjs/common';
import fastifyMetrics from 'fastify-metrics';
import { helloOnFastify } from './hello-app.js';

/** Its defaults: a histogram and a summary per route, and the default metrics of prom-client. */
export async function create(): Promise<INestApplication> {
  const app = await helloOnFastify();
  await app.register(fastifyMetrics.default, { endpoint: '/metrics' });
  return app;
}
