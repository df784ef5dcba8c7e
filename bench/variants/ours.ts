import { type INestApplication } from '@nestjs/common';
import { PrometheusModule } from 'nestjs-prometheus-exporter';
import { type Adapter, helloApp } from './hello-app.js';

/** This library with all defaults, as at the beginning of its README. */
export function create(adapter: Adapter): Promise<INestApplication> {
  return helloApp(adapter, [PrometheusModule.forRoot()]);
}
