import { type INestApplication } from '@nestjs/common';
import { PrometheusModule } from 'nestjs-prometheus-exporter';
import { type Adapter, helloApp } from './hello-app.js';

/** With an endpoint on a port of its own, which is open before the application listens. */
export function create(adapter: Adapter): Promise<INestApplication> {
  return helloApp(adapter, [PrometheusModule.forRoot({ server: { port: 0 } })]);
}
