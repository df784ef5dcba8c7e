import { type INestApplication } from '@nestjs/common';
import { type Adapter, helloApp } from './hello-app.js';

/** No metrics at all: the baseline for every overhead. */
export function create(adapter: Adapter): Promise<INestApplication> {
  return helloApp(adapter);
}
