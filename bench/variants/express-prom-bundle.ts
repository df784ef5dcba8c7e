import { type INestApplication } from '@nestjs/common';
import promBundle from 'express-prom-bundle';
import { helloOnExpress } from './hello-app.js';

/** With the two labels that ours has too. It has a histogram and no counter. */
export async function create(): Promise<INestApplication> {
  const app = await helloOnExpress();
  app.use(promBundle({ includeMethod: true, includePath: true }));
  return app;
}
