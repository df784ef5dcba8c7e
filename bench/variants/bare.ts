import { type INestApplication } from '@nestjs/common';
import { type Adapter, helloApp } from './hello-app.js';

/** No metrics at all: what every overhead is counted from. */
export function create(adapter: Adapter): Promise<INestApplication> {
  return helloApp(adapter);
}
