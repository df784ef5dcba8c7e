import { type INestApplication } from '@nestjs/common';
import { PrometheusModule } from 'nestjs-prometheus-exporter';
import { type Adapter, helloApp } from './hello-app.js';

/** This library as the first line of its README has it: every default. */
export function create(adapter: Adapter): Promise<INestApplication> {
  return helloApp(adapter, [PrometheusModule.forRoot()]);
}
